// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A registry that does what none should: `Tests/Servers/bad_server.py`, where it is said what each repository does.
public final class BadServer {
    private struct Greeting: Decodable {
        var port: Int
        var other: Int
        var digest: String
        var size: Int64
    }

    /// What it was asked.
    public struct Asked: Decodable {
        public var method: String
        public var path: String
        /// Names in lower case.
        public var headers: [String: String]
        public var length: Int
    }

    private let program: RunningProgram
    private let greeting: Greeting

    public init() throws {
        program = try RunningProgram(
            ["/usr/bin/env", "python3", TestMachine.top + "/Tests/Servers/bad_server.py"],
            environment: ProcessInfo.processInfo.environment)
        guard program.waitForOutput("\n"),
            let greeting = try? JSONDecoder().decode(Greeting.self, from: Data(program.outputSoFar.utf8))
        else { throw RunningProgram.StartError(program: "bad_server.py: \(program.stop())", errno: 0) }
        self.greeting = greeting
    }

    deinit { stop() }

    public func stop() { program.stop() }

    /// `localhost:5000`, and of the second one, which stands for another host.
    public var name: String { "localhost:\(greeting.port)" }
    public var other: String { "127.0.0.1:\(greeting.other)" }
    /// Of the only blob.
    public var digest: String { greeting.digest }
    public var size: Int64 { greeting.size }
    /// Its bytes.
    public var blob: [UInt8] { (0..<Int(size)).map { UInt8($0 * $0 % 251) } }

    /// What it was asked so far.
    /// - Parameter isOther: whether the second one is meant.
    public func asked(ofOther isOther: Bool = false) throws -> [Asked] {
        let port = isOther ? greeting.other : greeting.port
        let got = try RunningProgram(
            [
                "/usr/bin/env", "python3", "-c",
                "import sys,urllib.request as u;sys.stdout.write(u.build_opener(u.ProxyHandler({})).open(sys.argv[1]).read().decode())",
                "http://127.0.0.1:\(port)/log",
            ], environment: ProcessInfo.processInfo.environment
        ).wait()
        return try JSONDecoder().decode([Asked].self, from: Data(got.output.utf8))
    }
}
