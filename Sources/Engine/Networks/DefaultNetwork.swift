// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// What a container is on where its command says nothing of networks: docker's, the built-in bridge, or what
/// `MINIBOX_NETWORK` says.
public enum DefaultNetwork {
    /// What a person sets to have another.
    public static let variable = "MINIBOX_NETWORK"

    /// The loopback alone, the host's, or networks by their names.
    public static func choice() throws(SyntaxError) -> NetworkChoice {
        try choice(Environment.value(of: variable))
    }

    /// The same of what the variable says; nothing is as if it were not set.
    static func choice(_ text: String?) throws(SyntaxError) -> NetworkChoice {
        guard let text, !text.isEmpty else { return .network(.bridge) }
        let found: NetworkChoice
        do throws(SyntaxError) { found = try NetworkChoice(parsing: text) } catch { throw wrong(text) }
        // Whose network all containers had would be the first that cannot start.
        if case .mode(.container) = found { throw wrong(text) }
        return found
    }

    private static func wrong(_ text: String) -> SyntaxError {
        SyntaxError(
            "\(variable)=\(text)", "is no network for every container",
            "set it to bridge, none, host or the name of a network")
    }
}

/// One `--network`.
public enum NetworkChoice: Hashable, Sendable {
    case mode(NamespaceMode)
    case network(NetworkArgument)

    /// Reads what `run --network` takes.
    public init(parsing text: String) throws(SyntaxError) {
        switch try NamespaceMode(parsing: text, for: .network) {
        case .network: self = .network(try NetworkArgument(parsing: text))
        case let mode: self = .mode(mode)
        }
    }
}
