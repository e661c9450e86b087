// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import Engine

/// Lines of the driver json-file, byte by byte.
@Suite struct LogEncoderTests {
    private let time = FileTime(seconds: 1_795_255_323, nanoseconds: 120_456_000)
    private let stamp = "2026-11-21T10:02:03.120456Z"

    /// What is written where `parts` are read one after the other.
    private func encode(_ parts: [(LogStream, [UInt8])], attributes: String = "") -> [String] {
        var encoder = LogEncoder(attributes: Array(attributes.utf8))
        for (stream, part) in parts {
            var rest = part[...]
            while !rest.isEmpty { encoder.take(&rest, of: stream, at: time, upTo: .max) }
        }
        for stream in LogStream.allCases { encoder.end(of: stream, at: time) }
        return lines(encoder.output)
    }

    private func lines(_ bytes: [UInt8]) -> [String] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func line(_ text: String, _ stream: String = "stdout") -> String {
        "{\"log\":\"\(text)\",\"stream\":\"\(stream)\",\"time\":\"\(stamp)\"}"
    }

    private func encode(_ text: String) -> [String] { encode([(.output, Array(text.utf8))]) }

    @Test func eachLineIsAnObject() {
        #expect(encode("one\ntwo\n\n") == [line("one\\n"), line("two\\n"), line("\\n")])
        #expect(encode([(.error, Array("bad\n".utf8))]) == [line("bad\\n", "stderr")])
        #expect(encode("").isEmpty)
    }

    @Test func whatEndsWithoutALineEndHasNone() {
        #expect(encode("one\ntwo") == [line("one\\n"), line("two")])
    }

    @Test func aLineMayComeInManyReads() {
        let parts = ["o", "n", "e", "\nt", "wo\n", "\n"].map { (LogStream.output, Array($0.utf8)) }
        #expect(encode(parts) == [line("one\\n"), line("two\\n"), line("\\n")])
    }

    @Test func streamsDoNotMixWithinALine() {
        let parts: [(LogStream, String)] = [(.output, "ou"), (.error, "er"), (.output, "t\n"), (.error, "r\nx")]
        #expect(
            encode(parts.map { ($0, Array($1.utf8)) }) == [
                line("out\\n"), line("err\\n", "stderr"), line("x", "stderr"),
            ])
    }

    @Test func whatJSONCannotHoldIsEscapedAsDockerDoes() {
        #expect(encode("a\"b\\c\td\re\u{1}\u{7f}\n") == [line("a\\\"b\\\\c\\u0009d\\re\\u0001\u{7f}\\n")])
        #expect(encode("<a&b>\n") == [line("\\u003ca\\u0026b\\u003e\\n")])
        #expect(encode("\u{2028}x\u{2029}\n") == [line("\\u2028x\\u2029\\n")])
        #expect(encode("grüße 漢字 🙂\n") == [line("grüße 漢字 🙂\\n")])
    }

    @Test(
        arguments: [
            ([0xFF], 1), ([0x80], 1), ([0xC3], 1), ([0xC0, 0x80], 2), ([0xE0, 0x80, 0x80], 3), ([0xED, 0xA0, 0x80], 3),
            ([0xF4, 0x90, 0x80, 0x80], 4), ([0xF0, 0x9F, 0x99], 3), ([0xF5], 1), ([0xE2, 0x82], 2),
        ] as [([UInt8], Int)])
    func aByteThatIsNoTextIsReplaced(_ bytes: [UInt8], _ count: Int) {
        let replaced = String(repeating: "\\ufffd", count: count)
        #expect(encode([(.output, [0x61] + bytes + [0x62, 0x0A])]) == [line("a\(replaced)b\\n")])
        #expect(encode([(.output, bytes + [0x0A])]) == [line("\(replaced)\\n")])
    }

    @Test func aLongLineComesInParts() {
        let part = String(repeating: "x", count: 16384)
        #expect(encode(part + part + "end\n") == [line(part), line(part), line("end\\n")])
        #expect(encode(part + "\n") == [line(part), line("\\n")])
        #expect(encode(String(part.dropLast()) + "\n") == [line(String(part.dropLast()) + "\\n")])
        #expect(encode(part) == [line(part)])
        // The same in reads of any size.
        let bytes = Array((part + part + "end\nnext\n").utf8)
        for size in [1, 1000, 16383, 16384, 16385, 65536] {
            var parts: [(LogStream, [UInt8])] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                parts.append((.output, Array(bytes[start..<min(bytes.count, start + size)])))
            }
            #expect(
                encode(parts) == [line(part), line(part), line("end\\n"), line("next\\n")], "reads of \(size) bytes")
        }
    }

    @Test func aCutGoesThroughNoCharacter() {
        for before in 0...4 {
            let text = String(repeating: "x", count: 16384 - before) + "🙂!\n"
            let whole = encode(text).joined()
            #expect(!whole.contains("\\ufffd"), "\(before) bytes before the cut")
            #expect(whole.contains("🙂"))
        }
        // What never becomes a character does not wait for it.
        let broken = [UInt8](repeating: 0x78, count: 16383) + [0xF0, 0x0A]
        #expect(encode([(.output, broken)]).joined().contains("\\ufffd\\n"))
    }

    @Test func allPartsOfALineHaveTheTimeOfTheFirst() {
        var encoder = LogEncoder()
        var first = [UInt8](repeating: 0x78, count: 16384)[...]
        encoder.take(&first, of: .output, at: time, upTo: .max)
        var second = Array("end\nnext\n".utf8)[...]
        encoder.take(&second, of: .output, at: FileTime(seconds: time.seconds + 5, nanoseconds: 0), upTo: .max)
        let all = lines(encoder.output)
        #expect(all.count == 3)
        #expect(all[1] == line("end\\n"))
        #expect(all[2].hasSuffix("\"time\":\"2026-11-21T10:02:08Z\"}"))
    }

    @Test func attributesAreBetweenStreamAndTime() {
        #expect(
            encode([(.output, Array("x\n".utf8))], attributes: "{\"tag\":\"t\"}")
                == ["{\"log\":\"x\\n\",\"stream\":\"stdout\",\"attrs\":{\"tag\":\"t\"},\"time\":\"\(stamp)\"}"])
    }

    @Test func itStopsAfterTheLineThatReachesTheLimit() {
        var encoder = LogEncoder()
        var rest = Array("one\ntwo\nthree\n".utf8)[...]
        encoder.take(&rest, of: .output, at: time, upTo: line("one\\n").utf8.count + 2)
        #expect(lines(encoder.output) == [line("one\\n"), line("two\\n")])
        #expect(rest.elementsEqual("three\n".utf8))
        encoder.clear()
        encoder.take(&rest, of: .output, at: time, upTo: 1)
        #expect(lines(encoder.output) == [line("three\\n")])
    }

    @Test(
        arguments: [
            (0, 0, "1970-01-01T00:00:00Z"), (1_795_255_323, 1, "2026-11-21T10:02:03.000000001Z"),
            (1_795_255_323, 500_000_000, "2026-11-21T10:02:03.5Z"),
            (1_795_255_323, 999_999_999, "2026-11-21T10:02:03.999999999Z"),
        ] as [(Int64, Int64, String)])
    func aTimeHasNoZerosAtItsEnd(_ seconds: Int64, _ nanoseconds: Int64, _ text: String) {
        var stamp = LogStamp()
        stamp.set(FileTime(seconds: 5, nanoseconds: 7))
        stamp.set(FileTime(seconds: seconds, nanoseconds: nanoseconds))
        #expect(String(decoding: stamp.bytes, as: UTF8.self) == text)
    }
}
