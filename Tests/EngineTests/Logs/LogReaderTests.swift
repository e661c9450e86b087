// SPDX-License-Identifier: Apache-2.0
import Compression
import Linux
import OCI
import Testing

@testable import Engine

/// `logs`: lines read back from the files of a log.
@Suite struct LogReaderTests {
    private let scratch = Scratch()
    private let time = FileTime(seconds: 1_795_255_323, nanoseconds: 120_000_000)
    private var directory: String { scratch.path + "/log" }

    private func write(_ text: String, _ options: String..., stream: LogStream = .output, at offset: Int64 = 0) throws {
        let choice = try LogChoice(options: options.map { try LogOption(parsing: $0) })
        var writer = try LogWriter(
            in: directory, choice, attributes: Array("{\"a b\":\"x&}\\\"y\",\"tag\":\"t\"}".utf8))
        writer.append(
            Array(text.utf8)[...], of: stream,
            at: FileTime(seconds: time.seconds + offset, nanoseconds: time.nanoseconds))
        writer.end(of: stream, at: time)
    }

    private func read(last count: Int? = nil) throws -> String {
        var reader = try LogReader(try Descriptor.open(directory, [.directory]), last: count)
        return try rest(&reader)
    }

    private func rest(_ reader: inout LogReader) throws -> String {
        var text = ""
        var line = LogLine()
        try reader.readLines { bytes in
            let isWhole = line.read(bytes)
            #expect(isWhole)
            text += String(decoding: line.text, as: UTF8.self)
            return true
        }
        return text
    }

    /// What `logs` prints of a container whose log that is, each piece after the name of its stream.
    private func print(_ change: (inout LogRequest) -> Void = { _ in }) throws -> [String] {
        let id = String(repeating: "ab", count: 32)
        let record = ContainerRecord(
            id: id, name: "web", image: "busybox", imageID: "sha256:0", command: [], created: "", labels: .null,
            state: .exited(code: 0, finished: "", outOfMemory: false), details: .null)
        let place = "\(scratch.path)/root/containers/\(id)"
        try Descriptor.makeDirectories(place).replace("record.json", with: record.json.bytes(), durable: false)
        if let log = try? Descriptor.open(directory, [.directory]) {
            let copy = try Descriptor.makeDirectories(place + "/log")
            for name in try log.entries() { try copy.replace(name, with: try log.contents(of: name), durable: false) }
        }
        var request = LogRequest()
        request.container = id
        change(&request)
        var pieces: [String] = []
        try Engine(places: .init(root: scratch.path + "/root", runRoot: scratch.path + "/run")).readLog(request) {
            pieces.append("\($0.rawValue): \(String(decoding: $1, as: UTF8.self))")
        }
        return pieces
    }

    @Test func whatWasWrittenIsReadBack() throws {
        let text = "one\n\ttab \"quoted\" \\ <&>\r\n\u{1}\u{2028}\u{2029} grüße 🙂\n\nend"
        try write(text)
        #expect(try read() == text)
    }

    @Test func otherEscapesOfJSONAreReadToo() throws {
        func line(_ text: String) -> LogLine? {
            var line = LogLine()
            return line.read(Array(text.utf8)[...]) ? line : nil
        }
        let start = "{\"log\":\"", end = "\",\"stream\":\"stderr\",\"time\":\"2026-11-21T10:02:03Z\"}"
        let read = try #require(line(start + "\\b\\f\\/\\t\\ud83d\\ude42\\ud83d\\u00e9" + end))
        #expect(String(decoding: read.text, as: UTF8.self) == "\u{8}\u{c}/\t🙂\u{FFFD}é")
        #expect(read.stream == .error)
        #expect(read.time == FileTime(seconds: time.seconds, nanoseconds: 0))
        for damaged in [
            start, start + "x", "{}", "", start + "\\q" + end, start + "\\u12" + end, start + end.dropLast(),
        ] {
            #expect(line(damaged) == nil, "\(damaged)")
        }
    }

    @Test func filesAreReadFromTheOldestOn() throws {
        try write("1\n2\n3\n4\n5\n6\n", "max-size=150", "max-file=3")
        #expect(try Descriptor.open(directory, [.directory]).entries().count > 1)
        #expect(try read().hasSuffix("4\n5\n6\n"))
        #expect(try read(last: 2) == "5\n6\n")
        #expect(try read(last: 3) == "4\n5\n6\n")
        #expect(try read(last: 0) == "")
        #expect(try read(last: 1000) == read())
    }

    @Test func theLastLinesOfALargeFile() throws {
        let lines = (0..<5000).map { "line \($0)\n" }
        try write(lines.joined())
        for count in [0, 1, 2, 700, 4999, 5000, 6000] {
            #expect(try read(last: count) == lines.suffix(count).joined(), "\(count)")
        }
    }

    @Test func aReaderFollowsWhatIsRenamed() throws {
        let options = ["max-size=300", "max-file=5"]
        try write("1\n", options[0], options[1])
        var reader = try LogReader(try Descriptor.open(directory, [.directory]), last: nil)
        let part1 = try rest(&reader)
        #expect(part1 == "1\n")
        let part2 = try rest(&reader)
        #expect(part2 == "")
        // Several files come between two looks.
        try write("2\n3\n4\n5\n6\n7\n8\n", options[0], options[1])
        let part3 = try rest(&reader)
        #expect(part3 == "2\n3\n4\n5\n6\n7\n8\n")
        // And more than are kept: what is gone is gone, in order.
        try write((10..<40).map { "\($0)\n" }.joined(), options[0], options[1])
        let part4 = try rest(&reader)
        #expect(part4.hasSuffix("37\n38\n39\n"))
    }

    @Test func aReaderFollowsAFileThatIsBegunAnew() throws {
        try write("1\n", "max-size=100")
        var reader = try LogReader(try Descriptor.open(directory, [.directory]), last: nil)
        let part5 = try rest(&reader)
        #expect(part5 == "1\n")
        try write("2\n3\n4\n", "max-size=100")
        let part6 = try rest(&reader)
        #expect(part6.hasSuffix("4\n"))
    }

    @Test func aLineThatIsBeingWrittenIsReadWhenItIsWhole() throws {
        try write("")
        let file = try Descriptor.open(directory + "/log.json", [.writeOnly, .append])
        var reader = try LogReader(try Descriptor.open(directory, [.directory]), last: nil)
        try file.write("{\"log\":\"ha")
        let part7 = try rest(&reader)
        #expect(part7 == "")
        try file.write("lf\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-21T10:02:03Z\"}\n")
        let part8 = try rest(&reader)
        #expect(part8 == "half\n")
    }

    @Test func eachStreamIsToldApart() throws {
        try write("1\n2\n")
        try write("bad\n", stream: .error)
        try write("3\n")
        #expect(try print() == ["stdout: 1\n2\n", "stderr: bad\n", "stdout: 3\n"])
        #expect(try print { $0.last = 2 } == ["stderr: bad\n", "stdout: 3\n"])
    }

    @Test func timesAndDetailsStandBefore() throws {
        try write("x\n")
        #expect(try print { $0.showsTimes = true } == ["stdout: 2026-11-21T10:02:03.120000000Z x\n"])
        #expect(try print { $0.showsDetails = true } == ["stdout: a+b=x%26%7D%22y,tag=t x\n"])
        #expect(
            try print { ($0.showsTimes, $0.showsDetails) = (true, true) } == [
                "stdout: 2026-11-21T10:02:03.120000000Z a+b=x%26%7D%22y,tag=t x\n"
            ])
    }

    @Test func aSpanOfTimeIsCutOut() throws {
        for number in 0..<6 { try write("\(number)\n", at: Int64(number) * 10) }
        func moment(_ offset: Int64) -> FileTime { FileTime(seconds: time.seconds + offset, nanoseconds: 0) }
        #expect(try print { $0.since = moment(30) } == ["stdout: 3\n4\n5\n"])
        #expect(try print { $0.until = moment(21) } == ["stdout: 0\n1\n2\n"])
        #expect(try print { ($0.since, $0.until) = (moment(10), moment(21)) } == ["stdout: 1\n2\n"])
        // The last lines are chosen first, as docker does.
        #expect(try print { ($0.last, $0.until) = (3, moment(31)) } == ["stdout: 3\n"])
    }

    @Test func aContainerThatHasEndedIsNotWaitedFor() throws {
        try write("x\n")
        #expect(try print { $0.follows = true } == ["stdout: x\n"])
    }

    @Test func damageIsCountedAndTheRestIsShown() throws {
        try write("one\n")
        try Descriptor.open(directory + "/log.json", [.writeOnly, .append]).write("not json\n")
        try write("two\n")
        var text = ""
        do {
            text = try print().joined()
            Issue.record("nothing was said")
        } catch { #expect("\(error)".contains("1 lines of the log of web are damaged"), "\(text)") }
    }

    @Test func withoutALogThereIsNothingToRead() throws {
        do {
            _ = try print()
            Issue.record("read")
        } catch { #expect("\(error)".contains("configured logging driver does not support reading")) }
    }

    /// Compresses the file of that age, as a process of the supervisor's does.
    private func compress(_ age: Int, keepingBoth: Bool = false) throws {
        let log = try Descriptor.open(directory, [.directory])
        let compressor = try GzipBlockCompressor()
        let contents = try log.contents(of: LogFiles.name(age))
        // In two members, as a long one is in many.
        var bytes = try compressor.compress(contents[..<(contents.count / 2)])
        bytes += try compressor.compress(contents[(contents.count / 2)...])
        try log.replace(LogFiles.compressedName(age), with: bytes, durable: false)
        if !keepingBoth { try log.remove(LogFiles.name(age)) }
    }

    @Test func compressedFilesAreReadLikeOthers() throws {
        let numbers = (0..<40).map { "\($0 % 10)\n" }.joined()
        try write(numbers, "max-size=800", "max-file=9")
        let whole = try read()
        #expect(whole == numbers)
        let lasts = try (0...41).map { try read(last: $0) }
        for age in try LogFiles.ages(in: try Descriptor.open(directory, [.directory])) where age > 0 {
            try compress(age, keepingBoth: age == 2)
            #expect(try read() == whole)
            #expect(try (0...41).map { try read(last: $0) } == lasts)
        }
        // They move on like others.
        try write("a\nb\nc\nd\ne\nf\ng\nh\ni\n", "max-size=800", "max-file=9")
        let more = try read()
        #expect(more.hasPrefix("0\n") || more.hasSuffix("h\ni\n"))
        #expect((whole + "a\nb\nc\nd\ne\nf\ng\nh\ni\n").hasSuffix(more), "\(more)")
    }

    @Test func whatIsReadWhileItIsCompressedIsReadOnce() throws {
        try write("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "max-size=300", "max-file=9")
        var reader = try LogReader(try Descriptor.open(directory, [.directory]), last: nil)
        var lines = 0
        try reader.readLines { _ in
            lines += 1
            return lines < 2
        }
        // The next one is another file by now, the one that is read is not.
        let log = try Descriptor.open(directory, [.directory])
        #expect(try log.open("log.json.2", .readOnly).lock(.exclusive, wait: false) == false)
        try compress(1)
        let rest = try rest(&reader)
        #expect(rest.hasSuffix("6\n7\n8\n9\n") && !rest.contains("1\n"), "\(rest)")
    }

    @Test func aDamagedFileIsSaidToBe() throws {
        try write("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "max-size=300", "max-file=9")
        try compress(1)
        let log = try Descriptor.open(directory, [.directory])
        var bytes = try log.contents(of: "log.json.1.gz")
        bytes[bytes.count / 2] ^= 0xFF
        try log.replace("log.json.1.gz", with: bytes, durable: false)
        #expect(throws: SystemError.self) { try read() }
    }
}
