// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A registry that can be searched and knows what refers to an image (`Tests/Servers/questions.py`).
public final class QuestionServer {
    private struct Greeting: Decodable { var port: Int }

    private let server: PythonServer
    /// `localhost:5000`.
    public let name: String

    public init() throws {
        server = try PythonServer("questions.py")
        name = "localhost:\(try JSONDecoder().decode(Greeting.self, from: Data(server.output.utf8)).port)"
    }

    public func stop() { server.stop() }
}
