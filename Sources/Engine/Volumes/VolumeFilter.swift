// SPDX-License-Identifier: Apache-2.0
internal import Words

/// `--filter KEY=VALUE` of `volume ls` and `volume prune`.
public enum VolumeFilter: Hashable, Sendable {
    /// Whether no container uses it.
    case dangling(Bool)
    case driver(String)
    /// A part of the name, as docker reads it.
    case name(String)
    /// It has the label, and this value where one is written.
    case label(String, String?)
    /// It has not.
    case notLabel(String, String?)
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
        case "name": self = .name(parts[1])
        case "all": self = .all(try readBoolean(parts[1], of: text))
        case "label!": self = .notLabel(pair[0], pair.count == 2 ? pair[1] : nil)
        default: self = .label(pair[0], pair.count == 2 ? pair[1] : nil)
        }
    }
}

extension [VolumeFilter] {
    /// Whether a volume passes: of filters with the same key one that holds is enough, but for labels, which all have to.
    func matches(_ volume: Volume, isUsed: Bool) -> Bool {
        func any(_ answers: [Bool]) -> Bool { answers.isEmpty || answers.contains(true) }
        func has(_ key: String, _ value: String?) -> Bool {
            guard let found = volume.labels[key] else { return false }
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
            && any(compactMap { if case .driver(let name) = $0 { name == "local" } else { nil } })
            && any(compactMap { if case .name(let part) = $0 { volume.name.hasPart(part) } else { nil } })
    }

    /// What the last `all=` says; nil where there is none.
    var includesNamed: Bool? {
        compactMap { if case .all(let wanted) = $0 { wanted } else { nil } }.last
    }
}

extension String {
    /// Whether `part` occurs in it.
    func hasPart(_ part: String) -> Bool {
        let (bytes, wanted) = (Array(utf8), Array(part.utf8))
        guard wanted.count <= bytes.count else { return false }
        return (0...(bytes.count - wanted.count)).contains { bytes[$0..<($0 + wanted.count)].elementsEqual(wanted) }
    }
}
