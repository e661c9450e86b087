// SPDX-License-Identifier: Apache-2.0

/// `--filter KEY=VALUE` of `events`.
public enum EventFilter: KeyedFilter, Hashable, Sendable {
    /// A kind, and the beginning of an id or of a name.
    case of(EngineEvent.Kind, String)
    case action(String)
    case kind(String)
    case label(LabelFilter)
    case scope(String)

    static let keys = ["builder", "container", "event", "image", "label", "network", "scope", "type", "volume"]

    /// Reads a filter.
    public init(parsing text: String) throws(SyntaxError) {
        let (key, value) = try FilterPair.read(text, among: Self.keys)
        switch key {
        case "event": self = .action(value)
        case "type": self = .kind(value)
        case "scope": self = .scope(value)
        case "label": self = .label(LabelFilter(parsing: value))
        default: self = .of(EngineEvent.Kind(rawValue: key) ?? .container, value)
        }
    }

    var holdsAlone: Bool { key == "label" }

    var key: String {
        switch self {
        case .of(let kind, _): kind.rawValue
        case .action: "event"
        case .kind: "type"
        case .label: "label"
        case .scope: "scope"
        }
    }

    private func matches(_ event: EngineEvent) -> Bool {
        switch self {
        case .action(let word): return event.action == word || event.plainAction == word
        case .kind(let word): return event.kind.rawValue == word
        case .scope(let word): return word == "local"
        case .label(let label): return label.passes { event.attributes[$0] }
        case .of(.image, let name):
            // A container's events have its image with them.
            guard event.kind == .image || event.kind == .container else { return false }
            let known = [
                event.kind == .image ? event.id : "", event.attributes[event.kind == .image ? "name" : "image"] ?? "",
            ]
            return known.contains { $0 == name || $0.hasPrefix(name + ":") || $0.hasPrefix("sha256:" + name) }
        case .of(let kind, let name):
            guard event.kind == kind else {
                // A volume's and a network's events are also found by the container.
                return kind == .container && event.attributes["container"]?.hasPrefix(name) == true
            }
            return event.id.hasPrefix(name) || event.attributes["name"]?.hasPrefix(name) == true
        }
    }

    /// Whether an event passes: of filters with one key any is enough, but for labels, which all have to hold.
    static func matches(_ filters: [EventFilter], _ event: EngineEvent) -> Bool {
        filters.pass { $0.matches(event) }
    }
}
