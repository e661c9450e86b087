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

    private let server: PythonServer
    private let greeting: Greeting

    public init() throws {
        server = try PythonServer("bad_server.py")
        greeting = try JSONDecoder().decode(Greeting.self, from: Data(server.output.utf8))
    }

    public func stop() { server.stop() }

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
        return try JSONDecoder().decode([Asked].self, from: Data(try server.log(port: "\(port)").utf8))
    }
}
