// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

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
            discussion: ["A container is reached by no port of the host so far: -p comes with networks."],
            options: Options(),
            positionals: [
                .required("CONTAINER") { $0.container = $1 }, .optional("PORT[/PROTOCOL]") { $0.port = $1 },
            ])
    }

    /// Finds the container, and none of its ports.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let record = try globals.engine.inspect(options.container)
        guard let port = options.port else { return 0 }
        let parts = port.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let number = UInt16(parts[0]), number > 0,
            parts.count == 1 || ["tcp", "udp", "sctp"].contains(parts[1])
        else { throw SyntaxError(port, "is no port", "write a number, as in 80 or 53/udp") }
        throw EngineError(
            .missing, "no public port '\(number)/\(parts.count == 2 ? parts[1] : "tcp")' published for \(record.name)")
    }
}
