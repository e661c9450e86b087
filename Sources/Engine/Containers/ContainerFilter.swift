// SPDX-License-Identifier: Apache-2.0

/// `--filter KEY=VALUE` of `ps` and `container prune`.
public enum ContainerFilter: KeyedFilter, Hashable, Sendable {
    /// The beginning of an id.
    case id(String)
    /// A part of a name; `^` and `$` are its ends, and `|` is between several.
    case name(String)
    case label(LabelFilter)
    case exited(Int32)
    case status(String)
    /// An image's name, or the beginning of its id.
    case ancestor(String)
    /// Made before, or after, the container of that name.
    case before(String)
    case since(String)
    /// A volume's name, or what is seen where in the container.
    case volume(String)
    case network(String)
    /// Ports that are published, and that are exposed.
    case publish(String)
    case expose(String)
    case health(String)
    case isTask(Bool)
    /// Made before that moment.
    case until(MomentArgument)

    private static let keys = [
        "ancestor", "before", "exited", "expose", "health", "id", "is-task", "label", "name", "network", "publish",
        "since", "status", "volume",
    ]
    static let statuses = ["created", "restarting", "running", "removing", "paused", "exited", "dead"]
    static let healthStates = ["starting", "healthy", "unhealthy", "none"]

    /// Reads a filter of `ps`.
    public init(parsingForList text: String) throws(SyntaxError) { try self.init(text, among: Self.keys) }

    /// Reads a filter of `container prune`.
    public init(parsingForPrune text: String) throws(SyntaxError) {
        try self.init(text, among: ["label", "label!", "until"])
    }

    private init(_ text: String, among keys: [String]) throws(SyntaxError) {
        let (key, value) = try FilterPair.read(text, among: keys)
        switch key {
        case "id": self = .id(value)
        case "name": self = .name(try Self.namePart(value))
        case "label", "label!": self = .label(LabelFilter(parsing: value, isWanted: key == "label"))
        case "exited":
            guard let code = Int32(value) else { throw SyntaxError(text, "has no exit code", "write exited=0") }
            self = .exited(code)
        case "status": self = .status(try Self.word(value, of: text, Self.statuses))
        case "ancestor": self = .ancestor(value)
        case "before": self = .before(value)
        case "since": self = .since(value)
        case "volume": self = .volume(value)
        case "network": self = .network(value)
        case "publish": self = .publish(try Self.port(value, of: text))
        case "expose": self = .expose(try Self.port(value, of: text))
        case "health": self = .health(try Self.word(value, of: text, Self.healthStates))
        case "is-task": self = .isTask(try readBoolean(value, of: text))
        default: self = .until(try MomentArgument(parsing: value))
        }
    }

    var holdsAlone: Bool { key == "label" || key == "until" }

    var key: String {
        switch self {
        case .id: "id"
        case .name: "name"
        case .label: "label"
        case .exited: "exited"
        case .status: "status"
        case .ancestor: "ancestor"
        case .before: "before"
        case .since: "since"
        case .volume: "volume"
        case .network: "network"
        case .publish: "publish"
        case .expose: "expose"
        case .health: "health"
        case .isTask: "is-task"
        case .until: "until"
        }
    }

    private static func word(_ word: String, of text: String, _ words: [String]) throws(SyntaxError) -> String {
        guard words.contains(word) else {
            throw SyntaxError(text, "has the unknown word '\(word)'", "write one of \(words.joined(separator: ", "))")
        }
        return word
    }

    /// Parts of a name, each with an anchor at either end. Docker takes patterns, of which only these are understood here.
    private static func namePart(_ text: String) throws(SyntaxError) -> String {
        for alternative in text.split(separator: "|", omittingEmptySubsequences: false) {
            var part = alternative
            if part.hasPrefix("^") { part = part.dropFirst() }
            if part.hasSuffix("$") { part = part.dropLast() }
            if part.hasPrefix("/") { part = part.dropFirst() }
            guard
                part.utf8.allSatisfy({
                    $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
                        || $0 == UInt8(ascii: "-")
                })
            else {
                throw SyntaxError(
                    text, "is a pattern",
                    "write a part of a name, with ^ for its beginning and $ for its end, and | between several")
            }
        }
        return text
    }

    /// `80`, `80/tcp` or `80-90/udp`.
    private static func port(_ port: String, of text: String) throws(SyntaxError) -> String {
        let parts = port.split(separator: "/", omittingEmptySubsequences: false)
        let ends = (parts.first ?? "").split(separator: "-", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.count == 1 || ["tcp", "udp", "sctp"].contains(parts[1]),
            (1...2).contains(ends.count), ends.allSatisfy({ UInt16($0) != nil })
        else { throw SyntaxError(text, "has no port", "write a port as 80/tcp, or several as 80-90/tcp") }
        return port
    }
}
