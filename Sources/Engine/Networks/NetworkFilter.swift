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
    /// It has the label, and this value where one is written.
    case label(String, String?)
    /// It has not.
    case notLabel(String, String?)
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
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { throw SyntaxError(text, "is no filter", "write KEY=VALUE") }
        guard keys.contains(parts[0]) else {
            throw SyntaxError(
                text, "has the unknown key '\(parts[0])'",
                nearestWord(to: parts[0], among: keys).map { "did you mean \($0)?" }
                    ?? "write \(keys.joined(separator: ", "))")
        }
        let pair = parts[1].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        switch parts[0] {
        case "dangling": self = .dangling(try readBoolean(parts[1], of: text))
        case "driver": self = .driver(parts[1])
        case "id": self = .id(parts[1])
        case "name": self = .name(parts[1])
        case "scope": self = .scope(parts[1])
        case "type":
            guard ["builtin", "custom"].contains(parts[1]) else {
                throw SyntaxError(text, "is no type of network", "write type=builtin or type=custom")
            }
            self = .builtIn(parts[1] == "builtin")
        case "label!": self = .notLabel(pair[0], pair.count == 2 ? pair[1] : nil)
        default: self = .label(pair[0], pair.count == 2 ? pair[1] : nil)
        }
    }
}

extension [NetworkFilter] {
    /// Whether a network passes: of filters with the same key one that holds is enough, but for labels, which all have to.
    func matches(_ network: Network, isUsed: Bool) -> Bool {
        func any(_ answers: [Bool]) -> Bool { answers.isEmpty || answers.contains(true) }
        func has(_ key: String, _ value: String?) -> Bool {
            guard let found = network.labels[key] else { return false }
            return value == nil || value == found
        }
        let holds = allSatisfy { filter in
            switch filter {
            case .label(let key, let value): has(key, value)
            case .notLabel(let key, let value): !has(key, value)
            default: true
            }
        }
        return holds
            && any(compactMap { if case .dangling(let wanted) = $0 { wanted != isUsed } else { nil } })
            && any(compactMap { if case .driver(let name) = $0 { name == "bridge" } else { nil } })
            && any(compactMap { if case .scope(let name) = $0 { name == "local" } else { nil } })
            && any(compactMap { if case .builtIn(let wanted) = $0 { wanted == network.isBuiltIn } else { nil } })
            && any(compactMap { if case .id(let start) = $0 { network.id.hasPrefix(start) } else { nil } })
            && any(compactMap { if case .name(let part) = $0 { network.name.hasPart(part) } else { nil } })
    }
}
