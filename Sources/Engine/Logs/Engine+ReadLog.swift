// SPDX-License-Identifier: Apache-2.0
public import Linux
internal import OCI

/// What a user asks of `logs`.
public struct LogRequest: Sendable {
    public var container = ""
    /// Go on until the container has ended.
    public var follows = false
    /// How many lines from the end; nil for all.
    public var last: Int?
    /// Leave out what is older.
    public var since: FileTime?
    /// Leave out what is younger.
    public var until: FileTime?
    /// Put the time before each line.
    public var showsTimes = false
    /// Put before each line what the options of the log repeat with it.
    public var showsDetails = false
    public init() {}
}

extension Engine {
    /// Hands what a container has written to `write`, piece by piece, each of one stream.
    public func readLog(
        _ request: LogRequest, _ write: (LogStream, ArraySlice<UInt8>) throws(SystemError) -> Void
    ) throws(EngineError) {
        let record = try inspect(request.container)
        do {
            let choice = record.request.isNull ? .standard : try ContainerRequest(of: record).log
            if choice.driver == .journald { return try readJournal(of: record, choice, request, write) }
            guard let log = try openLog(of: record) else { return }
            let watch = request.follows ? try DirectoryWatch() : nil
            try watch?.add(log)
            try watchRun(of: record, watch)
            var printer = LogPrinter(request)
            var isDone = false
            var reader = try LogReader(log, last: request.last)
            while true {
                // One whose supervisor was killed may have another in a moment.
                if request.follows, !containers.isSupervised(record.id) { reap() }
                // Asked first: what is written before the end is still read.
                let goesOn = request.follows && containers.isSupervised(record.id)
                try reader.readLines { line throws(SystemError) in try printer.print(line, write) }
                try printer.flush(write)
                guard goesOn, !isDone else { break }
                // An end that no file tells of, as that of a killed supervisor, is seen at the next look.
                try watch?.wait(milliseconds: 500)
                if let until = request.until, Clock.wall > until { isDone = true }
            }
            if printer.damaged > 0 {
                throw EngineError(
                    .store, "\(printer.damaged) lines of the log of \(record.name) are damaged and left out")
            }
        } catch let error as EngineError {
            throw error
        } catch {
            throw EngineError(.store, "cannot read the log of \(record.name)", cause: error)
        }
    }

    /// The directory of a container's log; nil where it has not been started, and so has written nothing.
    private func openLog(of record: ContainerRecord) throws(EngineError) -> Descriptor? {
        do throws(SystemError) {
            return try Descriptor.open(LogFiles.directory(of: record.id, in: containers), [.directory])
        } catch {
            guard error.errno == .noEntry else {
                throw EngineError(.store, "cannot open the log of \(record.name)", cause: error)
            }
            if case .created = record.state { return nil }
            throw EngineError(
                .invalid,
                "cannot read the log of \(record.name): configured logging driver does not support reading "
                    + "(it was run with --log-driver none, or in the foreground with --rm)")
        }
    }

    /// Watches the run directory as well, whose files go with the container's end.
    private func watchRun(of record: ContainerRecord, _ watch: borrowing DirectoryWatch?) throws(SystemError) {
        guard let run = try? Descriptor.open("\(containers.runDirectory)/\(record.id)", [.directory]) else { return }
        switch watch {
        case .some(let watch): try watch.add(run)
        case .none: break
        }
    }
}
