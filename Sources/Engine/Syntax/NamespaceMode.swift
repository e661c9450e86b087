// SPDX-License-Identifier: Apache-2.0

/// Whose namespace a container is in: `--pid host`, `--ipc container:web`, `--userns auto`.
public enum NamespaceMode: Hashable, Sendable, CustomStringConvertible {
    /// One of its own, with ids of its own where it is a user namespace; nothing less.
    case `private`
    /// The host's.
    case host
    /// That of a container that runs.
    case container(String)
    /// One of its own with as little in it as there can be: of networks only the loopback, of messages no `/dev/shm`.
    case bare
    /// One of its own, which other containers may share.
    case shareable
    /// A network namespace of its own, with interfaces of networks: of the first one, its name.
    case network(String)
    /// A user namespace of its own, or a line on stderr where the host cannot give one.
    case automatic

    /// The word that is written for it.
    public var description: String {
        switch self {
        case .private: "private"
        case .host: "host"
        case .container(let name): "container:\(name)"
        case .bare: "none"
        case .shareable: "shareable"
        case .network(let name): name
        case .automatic: "auto"
        }
    }

    /// The flags that take a mode.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case pid, ipc, uts, cgroup, user, network, time

        /// The words that may be written, `container:NAME` last where it may.
        public var choices: [String] {
            switch self {
            case .ipc: ["private", "shareable", "none", "host", "container:NAME"]
            case .pid, .uts, .cgroup: ["private", "host", "container:NAME"]
            case .user: ["auto", "private", "host"]
            case .network: ["none", "host", "NAME", "container:NAME"]
            case .time: ["private", "host"]
            }
        }
    }

    /// Reads the mode of one kind of namespace.
    public init(parsing text: String, for kind: Kind) throws(SyntaxError) {
        let choices = kind.choices
        if text.hasPrefix("container:"), choices.contains("container:NAME") {
            let name = String(text.dropFirst(10))
            guard !name.isEmpty else { throw SyntaxError(text, "names no container", "write container:NAME") }
            self = .container(name)
            return
        }
        let found: NamespaceMode? =
            switch text {
            case "private": .private
            case "host": .host
            case "none": .bare
            case "shareable": .shareable
            case "auto": .automatic
            default: nil
            }
        guard let found, choices.contains(text) else {
            let advice = "write \(choices.dropLast().joined(separator: ", ")) or \(choices.last ?? "")"
            if kind == .network, !text.isEmpty {
                self = .network(try NetworkArgument(parsing: text).name)
                return
            }
            throw SyntaxError(text, "is no mode of the \(kind.rawValue) namespace", advice)
        }
        self = found
    }
}
