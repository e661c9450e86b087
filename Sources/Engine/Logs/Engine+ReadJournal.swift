// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension Engine {
    /// Hands what the journal has of a container to `write`. Its files are systemd's own, and journalctl reads them.
    func readJournal(
        of record: ContainerRecord, _ choice: LogChoice, _ request: LogRequest,
        _ write: (LogStream, ArraySlice<UInt8>) throws(SystemError) -> Void
    ) throws {
        guard let path = HostProgram.find("journalctl") else {
            throw EngineError(
                .missing,
                "the output of \(record.name) is in the journal, and journalctl, which reads that, is not here: install "
                    + "it, or run the container with --log-driver json-file")
        }
        var words = ["--output=json", "--all", "--no-pager", "--quiet"]
        // Of the journal's own times nothing is known: what is older or younger is left out here.
        let takesLast = request.since == nil && request.until == nil
        words.append("--lines=\(takesLast ? request.last.map { "\($0)" } ?? "all" : "all")")
        if request.follows { words.append("--follow") }
        let program = try HostProgram(
            path, words + ["CONTAINER_ID_FULL=\(record.id)"], environment: ["LC_ALL=C"]
        ).start(in: try Descriptor.open("/", .path))
        try program.output.setNonBlocking(true)
        let environment = ContainerDetails(record.details)?.environment ?? []
        var lines = JournalLines(attributes: choice.attributes(of: record, environment: environment))
        var printer = LogPrinter(request)
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var isOver = false
        while !isOver {
            var set = PollSet()
            _ = set.add(program.output, .reading)
            // Asked first: what is written before the end is still read.
            let goesOn = request.follows && containers.isSupervised(record.id)
            try set.wait(milliseconds: request.follows ? 500 : -1)
            var isQuiet = false
            while !isOver, !isQuiet {
                do throws(SystemError) {
                    let count = try program.output.read(into: &buffer)
                    isOver = count == 0
                    try lines.take(buffer[..<count]) { line throws(SystemError) in _ = try printer.print(line, write) }
                } catch {
                    guard error.errno == .again else { throw error }
                    isQuiet = true
                }
            }
            try printer.flush(write)
            if request.follows, !goesOn { isOver = true }
            if let until = request.until, Clock.wall > until, request.follows { isOver = true }
        }
        if request.follows { try? program.process.send(.terminate) }
        let status = try program.process.wait()
        if !request.follows, status.code != 0 {
            let words = (try? program.error.read(upTo: 1000)).map { String(decoding: $0, as: UTF8.self) } ?? ""
            throw EngineError(.store, "journalctl cannot read the log of \(record.name): \(words)")
        }
    }
}

/// What journalctl writes, an object a line, as the lines of a log of ours.
struct JournalLines {
    private var pending: [UInt8] = []
    private var encoder: LogEncoder

    init(attributes: [UInt8]) { encoder = LogEncoder(attributes: attributes) }

    /// Hands each whole line to `body`, as ``LogEncoder`` writes it, without its line end.
    mutating func take(
        _ bytes: ArraySlice<UInt8>, _ body: (ArraySlice<UInt8>) throws(SystemError) -> Void
    ) throws(SystemError) {
        pending += bytes
        while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
            let line = Array(pending[..<end])
            pending.removeSubrange(...end)
            guard let json = try? JSON(parsing: line) else { continue }
            encode(json)
            for line in encoder.output.split(separator: UInt8(ascii: "\n")) { try body(line) }
            encoder.clear()
        }
    }

    private mutating func encode(_ json: JSON) {
        // What is no UTF-8 comes as a list of bytes.
        var text =
            json["MESSAGE"]?.string.map { Array($0.utf8) }
            ?? (json["MESSAGE"]?.array ?? []).compactMap { $0.whole(as: UInt8.self) }
        let stream: LogStream = json["PRIORITY"]?.string == "3" ? .error : .output
        let time =
            json["SYSLOG_TIMESTAMP"]?.string.flatMap(MomentArgument.date)
            ?? json["__REALTIME_TIMESTAMP"]?.string.flatMap { Int64($0) }.map {
                FileTime(seconds: $0 / 1_000_000, nanoseconds: $0 % 1_000_000 * 1000)
            } ?? FileTime(seconds: 0, nanoseconds: 0)
        let isPart = json["CONTAINER_PARTIAL_MESSAGE"]?.string == "true"
        if !isPart { text.append(UInt8(ascii: "\n")) }
        var rest = text[...]
        encoder.take(&rest, of: stream, at: time, upTo: .max)
        if isPart { encoder.end(of: stream, at: time) }
    }
}
