// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import Engine

/// Files of a log: what is appended, when the next is begun, and what a full disk does.
@Suite struct LogWriterTests {
    private let scratch = Scratch()
    private let time = FileTime(seconds: 1_795_255_323, nanoseconds: 5)

    private func choice(_ options: String...) throws -> LogChoice {
        try LogChoice(options: options.map { try LogOption(parsing: $0) })
    }

    private func write(_ text: String, _ options: String...) throws {
        var writer = try LogWriter(
            in: scratch.path + "/log", try LogChoice(options: options.map { try LogOption(parsing: $0) }))
        writer.append(Array(text.utf8)[...], of: .output, at: time)
        writer.end(of: .output, at: time)
        #expect(writer.dropped == 0)
        #expect(writer.takeWarning() == nil)
    }

    /// The texts of a file's lines.
    private func texts(_ name: String) throws -> [String] {
        let bytes = try Descriptor.contents(of: "\(scratch.path)/log/\(name)")
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { line in
            String(line.dropFirst(8).prefix { $0 != "\"" })
        }
    }

    private func names() throws -> [String] {
        try Descriptor.open(scratch.path + "/log", [.directory]).entries().sorted()
    }

    @Test func goesOnBehindWhatIsThere() throws {
        try write("one\n")
        try write("two\nend")
        #expect(try texts("log.json") == ["one\\n", "two\\n", "end"])
    }

    @Test func aLogIsItsOwnersAlone() throws {
        try write("x\n")
        #expect(try Descriptor.open(scratch.path + "/log/log.json", .readOnly).status().permissions == 0o640)
        #expect(try Descriptor.open(scratch.path + "/log", .directory).status().permissions == 0o700)
    }

    @Test func aBrokenLineIsTakenAway() throws {
        try write("one\n")
        let file = try Descriptor.open(scratch.path + "/log/log.json", [.writeOnly, .append])
        try file.write("{\"log\":\"half")
        try write("two\n")
        #expect(try texts("log.json") == ["one\\n", "two\\n"])
    }

    @Test func theNextFileBeginsBehindTheLineThatReachesTheSize() throws {
        // A line of one digit has 72 bytes: two of them reach 100.
        try write("1\n2\n3\n4\n5\n6\n7\n", "max-size=100", "max-file=3")
        #expect(try names() == ["log.json", "log.json.1", "log.json.2"])
        #expect(try texts("log.json") == ["7\\n"])
        #expect(try texts("log.json.1") == ["5\\n", "6\\n"])
        #expect(try texts("log.json.2") == ["3\\n", "4\\n"])
        // What was there before counts.
        try write("8\n9\n", "max-size=100", "max-file=3")
        #expect(try texts("log.json") == ["9\\n"])
        #expect(try texts("log.json.1") == ["7\\n", "8\\n"])
    }

    @Test func withOneFileThereIsNoOther() throws {
        try write("1\n2\n3\n", "max-size=100")
        #expect(try names() == ["log.json"])
        #expect(try texts("log.json") == ["3\\n"])
    }

    @Test func whoReadsAFileReadsItToItsEnd() throws {
        try write("1\n", "max-size=100")
        let reader = try Descriptor.open(scratch.path + "/log/log.json", .readOnly)
        try write("2\n3\n", "max-size=100")
        #expect(try reader.readAll().split(separator: UInt8(ascii: "\n")).count == 2)
    }

    @Test func aLargeReadIsWrittenWhole() throws {
        let lines = (0..<9000).map { "line \($0)" }
        try write(lines.joined(separator: "\n") + "\n")
        #expect(try texts("log.json") == lines.map { $0 + "\\n" })
    }

    @Test func whatCannotBeWrittenIsCountedAndSaidOnce() throws {
        var writer = try LogWriter(
            try Descriptor.open(scratch.path, [.directory]), try Descriptor.open("/dev/full", [.readWrite]), .standard)
        writer.append(Array("one\ntwo\nth".utf8)[...], of: .output, at: time)
        #expect(writer.dropped == 2)
        #expect(writer.takeWarning()?.contains("no space left") == true)
        writer.append(Array("ree\n".utf8)[...], of: .output, at: time)
        #expect(writer.dropped == 3)
        #expect(writer.takeWarning() == nil)
    }
}
