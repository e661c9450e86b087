// SPDX-License-Identifier: Apache-2.0
internal import Networks
internal import Words

/// `--filter KEY=VALUE` of `network ls` and `network prune`.
public enum NetworkFilter: Hashable, Sendable {
    /// Whether no container is on it.
    case dangling(Bool)
    case driver(String)
    /// The beginning of the id.
    case id(String)
    /// A part of the name, as docker reads it.
    case name(String)
    case label(LabelFilter)
    /// Whether it is built in.
    case builtIn(Bool)
    case scope(String)

    /// Reads a filter of `network ls`.
    public init(parsingForList text: String) throws(SyntaxError) {
        try self.init(parsing: text, among: ["dangling", "driver", "id", "label", "name", "scope", "type"])
    }

    /// Reads a filter of `network prune`.
    public init(parsingForPrune text: String) throws(SyntaxError) {
        try self.init(parsing: text, among: ["label", "label!"])
    }

    private init(parsing text: String, among keys: [String]) throws(SyntaxError) {
        let (key, value) = try FilterPair.read(text, among: keys)
        switch key {
        case "dangling": self = .dangling(try readBoolean(value, of: text))
        case "driver": self = .driver(value)
        case "id": self = .id(value)
        case "name": self = .name(value)
        case "scope": self = .scope(value)
        case "type":
            guard ["builtin", "custom"].contains(value) else {
                throw SyntaxError(text, "is no type of network", "write type=builtin or type=custom")
            }
            self = .builtIn(value == "builtin")
        default: self = .label(LabelFilter(parsing: value, isWanted: key == "label"))
        }
    }
}

extension NetworkFilter: KeyedFilter {
    var holdsAlone: Bool { key == "label" }

    var key: String {
        switch self {
        case .dangling: "dangling"
        case .driver: "driver"
        case .id: "id"
        case .name: "name"
        case .label: "label"
        case .builtIn: "type"
        case .scope: "scope"
        }
    }

    func holds(of network: Network, isUsed: Bool) -> Bool {
        switch self {
        case .dangling(let wanted): wanted != isUsed
        case .driver(let name): name == network.driver.rawValue
        case .id(let start): network.id.hasPrefix(start)
        case .name(let part): network.name.hasPart(part)
        case .label(let label): label.passes { network.labels[$0] }
        case .builtIn(let wanted): wanted == network.isBuiltIn
        case .scope(let name): name == "local"
        }
    }
}
