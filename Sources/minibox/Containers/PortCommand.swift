// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import Networks

/// `minibox port CONTAINER [PORT[/PROTOCOL]]`.
enum PortCommand {
    /// What its line says.
    struct Options: Sendable {
        var container = ""
        var port: String?
    }

    /// The table of `minibox port`.
    static func table() -> Command<Options> {
        Command(
            "List the ports of the host that lead into a container",
            options: Options(),
            positionals: [
                .required("CONTAINER") { $0.container = $1 }, .optional("PORT[/PROTOCOL]") { $0.port = $1 },
            ])
    }

    /// Prints where each port is reached, or the one that is named.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let record = try globals.engine.inspect(options.container)
        let published = record.isLive ? record.published : []
        guard let port = options.port else {
            try Minibox.show(published.map { "\($0.inside) -> \($0.outside)\n" }.joined())
            return 0
        }
        let parts = port.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let number = UInt16(parts[0]), number > 0,
            let transport = parts.count == 1 ? .tcp : TransportProtocol(String(parts[1]))
        else { throw SyntaxError(port, "is no port", "write a number, as in 80 or 53/udp") }
        let found = published.filter { $0.containerPort == number && $0.transport == transport }
        guard !found.isEmpty else {
            throw EngineError(.missing, "no public port '\(number)/\(transport)' published for \(record.name)")
        }
        try Minibox.show(found.map { "\($0.outside)\n" }.joined())
        return 0
    }
}
