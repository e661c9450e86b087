// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A proxy for which every host is this machine: `Tests/Servers/proxy.py`.
public final class ProxyServer {
    private let program: RunningProgram
    private let port: String

    public init() throws {
        program = try RunningProgram(
            ["/usr/bin/env", "python3", TestMachine.top + "/Tests/Servers/proxy.py"],
            environment: ProcessInfo.processInfo.environment)
        guard program.waitForOutput("\n") else {
            throw RunningProgram.StartError(program: "proxy.py: \(program.stop())", errno: 0)
        }
        port = program.outputSoFar.split(separator: "\n").first.map(String.init) ?? ""
    }

    deinit { stop() }

    public func stop() { program.stop() }

    /// As `HTTPS_PROXY` names it, with the password and without.
    public var address: String { "http://me:p%3Aw@localhost:\(port)" }
    public var addressOfNobody: String { "http://localhost:\(port)" }

    /// What it was asked for so far: `CONNECT a.test:443`.
    public func asked() throws -> [String] {
        let got = try RunningProgram(
            [
                "/usr/bin/env", "python3", "-c",
                "import sys,urllib.request as u;sys.stdout.write(u.build_opener(u.ProxyHandler({})).open(sys.argv[1]).read().decode())",
                "http://127.0.0.1:\(port)/log",
            ], environment: ProcessInfo.processInfo.environment
        ).wait()
        return got.output.split(separator: "\n").map(String.init)
    }
}
