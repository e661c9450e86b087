// SPDX-License-Identifier: Apache-2.0
import Builds
import Testing

/// Shorter ways to read a text and to write what is expected.
enum Reading {
    static func file(_ text: String) throws -> Dockerfile {
        try DockerfileParser.parse(Array(text.utf8), name: "Dockerfile")
    }

    /// The instructions behind a `FROM scratch` that is put on a first line.
    static func instructions(_ lines: String) throws -> [Instruction] {
        Array(try file("FROM scratch\n" + lines).instructions.dropFirst())
    }

    /// The only instruction behind `FROM scratch`.
    static func one(_ lines: String) throws -> Instruction {
        let all = try instructions(lines)
        try #require(all.count == 1)
        return all[0]
    }

    static func body(_ lines: String) throws -> Instruction.Body { try one(lines).body }

    static func error(_ text: String) -> DockerfileError? { error(Array(text.utf8)) }

    static func error(_ bytes: [UInt8]) -> DockerfileError? {
        do throws(DockerfileError) {
            _ = try DockerfileParser.parse(bytes, name: "Dockerfile")
            return nil
        } catch {
            return error
        }
    }

    static func range(_ line: Int, _ start: Int, _ end: Int) -> SourceRange {
        SourceRange(SourcePosition(line: line, column: start), SourcePosition(line: line, column: end))
    }
}
