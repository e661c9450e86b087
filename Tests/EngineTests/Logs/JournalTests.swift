// SPDX-License-Identifier: Apache-2.0
import Linux
import OCI
import Testing

@testable import Engine

@Suite struct JournalTests {
    private let time = FileTime(seconds: 1_750_000_000, nanoseconds: 5)

    /// The fields of a message.
    private func fields(_ message: [UInt8]) -> [String: String] {
        var fields: [String: String] = [:]
        var rest = message[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let head = String(decoding: rest[..<end], as: UTF8.self)
            rest = rest[(end + 1)...]
            if let equals = head.firstIndex(of: "=") {
                fields[String(head[..<equals])] = String(head[head.index(after: equals)...])
                continue
            }
            let length = rest.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
            fields[head] = String(decoding: rest.dropFirst(8).prefix(length), as: UTF8.self)
            rest = rest.dropFirst(9 + length)
        }
        return fields
    }

    private func messages(_ parts: [(String, LogStream)]) -> [[String: String]] {
        var encoder = JournalEncoder(fields: [(name: "CONTAINER_NAME", value: "a\nb")])
        var result: [[String: String]] = []
        for (text, stream) in parts {
            encoder.take(Array(text.utf8)[...], of: stream, at: time) { result.append(fields($0)) }
        }
        for stream in LogStream.allCases { encoder.end(of: stream, at: time) { result.append(fields($0)) } }
        return result
    }

    @Test func aLineIsAMessage() {
        let found = messages([("one\ntwo\nth", .output), ("bad\n", .error), ("ree\n\nlast", .output)])
        #expect(found.map { $0["MESSAGE"] } == ["one", "two", "bad", "three", "", "last"])
        #expect(found.map { $0["PRIORITY"] } == ["6", "6", "3", "6", "6", "6"])
        #expect(found.map { $0["CONTAINER_PARTIAL_MESSAGE"] } == [nil, nil, nil, nil, nil, "true"])
        #expect(found.allSatisfy { $0["CONTAINER_NAME"] == "a\nb" })
        #expect(found[0]["SYSLOG_TIMESTAMP"] == "2025-06-15T15:06:40.000000005Z")
    }

    @Test func aLongLineComesInParts() {
        let found = messages([(String(repeating: "x", count: 40_000) + "\n", .output)])
        #expect(found.map { $0["MESSAGE"]?.count } == [16384, 16384, 7232])
        #expect(found.map { $0["CONTAINER_PARTIAL_MESSAGE"] } == ["true", "true", nil])
    }

    @Test func namesAreTheJournals() {
        #expect(LogChoice.fieldName("com.example/a-b") == "COM_EXAMPLE_A_B")
        #expect(LogChoice.fieldName("__x") == "X")
    }

    @Test func whatJournalctlPrintsIsRead() throws {
        var lines = JournalLines(attributes: [])
        var found: [String] = []
        let text = """
            {"MESSAGE":"one","PRIORITY":"6","SYSLOG_TIMESTAMP":"2025-06-15T15:06:40.000000005Z"}
            {"MESSAGE":[255,65],"PRIORITY":"3","__REALTIME_TIMESTAMP":"1750000000000001"}
            damaged
            {"MESSAGE":"part","PRIORITY":"6","CONTAINER_PARTIAL_MESSAGE":"true"}

            """
        for byte in Array(text.utf8) {
            try lines.take([byte]) { line throws(SystemError) in
                var read = LogLine()
                let isWhole = read.read(line)
                #expect(isWhole)
                found.append(
                    "\(read.stream) \(String(decoding: read.text, as: UTF8.self))\(String(decoding: read.stamp, as: UTF8.self))"
                )
            }
        }
        #expect(
            found == [
                "output one\n2025-06-15T15:06:40.000000005Z", "error \u{FFFD}A\n2025-06-15T15:06:40.000001Z",
                "output part1970-01-01T00:00:00Z",
            ])
    }
}
