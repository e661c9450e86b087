// SPDX-License-Identifier: Apache-2.0

/// A proxy for which every host is this machine: `Tests/Servers/proxy.py`.
public final class ProxyServer {
    private let server: PythonServer
    private let port: String

    public init() throws {
        server = try PythonServer("proxy.py")
        port = server.output.split(separator: "\n").first.map(String.init) ?? ""
    }

    public func stop() { server.stop() }

    /// As `HTTPS_PROXY` names it, with the password and without.
    public var address: String { "http://me:p%3Aw@localhost:\(port)" }
    public var addressOfNobody: String { "http://localhost:\(port)" }

    /// What it was asked for so far: `CONNECT a.test:443`.
    public func asked() throws -> [String] {
        try server.log(port: port).split(separator: "\n").map(String.init)
    }
}
