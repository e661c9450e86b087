// SPDX-License-Identifier: Apache-2.0
internal import Words

/// `--filter KEY=VALUE` of `volume ls` and `volume prune`.
public enum VolumeFilter: Hashable, Sendable {
    /// Whether no container uses it.
    case dangling(Bool)
    case driver(String)
    /// A part of the name, as docker reads it.
    case name(String)
    case label(LabelFilter)
    /// Whether volumes with a name are removed as well.
    case all(Bool)

    /// Reads a filter of `volume ls`.
    public init(parsingForList text: String) throws(SyntaxError) {
        try self.init(parsing: text, among: ["dangling", "driver", "label", "name"])
    }

    /// Reads a filter of `volume prune`.
    public init(parsingForPrune text: String) throws(SyntaxError) {
        try self.init(parsing: text, among: ["all", "label", "label!"])
    }

    private init(parsing text: String, among keys: [String]) throws(SyntaxError) {
        let (key, value) = try FilterPair.read(text, among: keys)
        switch key {
        case "dangling": self = .dangling(try readBoolean(value, of: text))
        case "driver": self = .driver(value)
        case "name": self = .name(value)
        case "all": self = .all(try readBoolean(value, of: text))
        default: self = .label(LabelFilter(parsing: value, isWanted: key == "label"))
        }
    }
}

extension VolumeFilter: KeyedFilter {
    var holdsAlone: Bool { key == "label" }

    var key: String {
        switch self {
        case .dangling: "dangling"
        case .driver: "driver"
        case .name: "name"
        case .label: "label"
        case .all: "all"
        }
    }

    func holds(of volume: Volume, isUsed: Bool) -> Bool {
        switch self {
        case .dangling(let wanted): wanted != isUsed
        case .driver(let name): name == "local"
        case .name(let part): volume.name.hasPart(part)
        case .label(let label): label.passes { volume.labels[$0] }
        case .all: true
        }
    }
}

extension [VolumeFilter] {
    /// What the last `all=` says; nil where there is none.
    var includesNamed: Bool? {
        compactMap { if case .all(let wanted) = $0 { wanted } else { nil } }.last
    }
}
