// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension ContainerSupervisor {
    var hasLog: Bool { log != nil || journal != nil || feed != nil }

    mutating func openLog(_ record: ContainerRecord, environment: [String]) throws(EngineError) {
        switch request.log.driver {
        case .none: return
        case .journald: return try openJournal(record, environment: environment)
        case .jsonFile: break
        }
        let attributes = request.log.attributes(of: record, environment: environment)
        let path = container.path + "/" + Self.logDirectory
        do throws(SystemError) {
            if request.log.buffer == nil {
                log = try LogWriter(in: path, request.log, attributes: attributes)
            } else {
                feed = try LogFeed(in: path, request.log, attributes: attributes)
            }
        } catch {
            throw EngineError(.store, "cannot open the container's log", cause: error)
        }
    }

    private mutating func openJournal(_ record: ContainerRecord, environment: [String]) throws(EngineError) {
        do throws(SystemError) {
            journal = try JournalWriter(fields: request.log.journalFields(of: record, environment: environment))
        } catch {
            throw EngineError(
                .missing,
                "there is no journal at \(JournalWriter.path): start systemd-journald, or write --log-driver json-file",
                cause: error)
        }
    }

    /// Writes down what was read: `packet` has room for a header, and then `count` bytes.
    mutating func writeLog(_ packet: inout [UInt8], _ count: Int, of stream: LogStream) throws(SystemError) {
        let time = Clock.wall
        let bytes = LogFeed.headerSize..<LogFeed.headerSize + count
        log?.append(packet[bytes], of: stream, at: time)
        journal?.append(packet[bytes], of: stream, at: time)
        feed?.append(&packet, count: bytes.upperBound, of: stream == .error ? .error : .output, at: time)
        if log?.wantsCompression == true, compression == nil { try compressLog() }
        try waitForFeed()
    }

    /// Waits for the writer of the log where something is left for it.
    private mutating func waitForFeed() throws(SystemError) {
        let waits = feed?.isWaiting == true
        guard waits != waitsForFeed else { return }
        waitsForFeed = waits
        try feed?.wait(in: queue, as: Token.feed, waits)
    }

    /// The writer of the log takes more.
    mutating func flushFeed() throws(SystemError) {
        feed?.flush()
        try waitForFeed()
    }

    /// The run has ended: what is left of it is written down.
    mutating func endLog() {
        for stream in LogStream.allCases {
            log?.end(of: stream, at: Clock.wall)
            journal?.end(of: stream, at: Clock.wall)
        }
        feed?.end(at: Clock.wall)
        try? waitForFeed()
    }

    mutating func takeLogWarning() -> String? {
        log?.takeWarning() ?? journal?.takeWarning() ?? feed?.takeWarning()
    }

    private mutating func compressLog() throws(SystemError) {
        // Without room or memory for it the file stays as it is.
        guard let begun = try? log?.beginCompression() else { return }
        try queue.add(begun.process.handle, as: Token.compression, .reading)
        compression = consume begun
    }

    /// A file of the log is compressed, or could not be.
    mutating func compressed() throws(SystemError) {
        guard let ended = compression.take() else { return }
        try? log?.end(ended)
        if log?.wantsCompression == true { try compressLog() }
    }

    /// Nobody is left who would put what is compressed in its place.
    mutating func cancelCompression() {
        guard let begun = compression.take() else { return }
        switch log {
        case .some(let log): begun.cancel(in: log.directory)
        case nil: break
        }
    }
}
