// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A server of `Tests/Servers`, which tells what it was asked.
final class PythonServer {
    private let program: RunningProgram

    /// Starts `name`, which says a line when it listens.
    init(_ name: String) throws {
        program = try RunningProgram(
            ["/usr/bin/env", "python3", "\(TestMachine.top)/Tests/Servers/\(name)"],
            environment: ProcessInfo.processInfo.environment)
        guard program.waitForOutput("\n") else {
            throw RunningProgram.StartError(program: "\(name): \(program.stop())", errno: 0)
        }
    }

    deinit { stop() }

    func stop() { program.stop() }

    /// What it has said so far.
    var output: String { program.outputSoFar }

    /// What it answers to `/log` at one of its ports. No proxy is asked on the way.
    func log(port: String) throws -> String {
        try RunningProgram(
            [
                "/usr/bin/env", "python3", "-c",
                "import sys,urllib.request as u;sys.stdout.write(u.build_opener(u.ProxyHandler({})).open(sys.argv[1]).read().decode())",
                "http://127.0.0.1:\(port)/log",
            ], environment: ProcessInfo.processInfo.environment
        ).wait().output
    }
}
