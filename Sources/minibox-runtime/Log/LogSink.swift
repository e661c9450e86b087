// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

/// What a log is written to.
struct LogSink: ~Copyable {
    private let target: LogTarget
    private let file: Descriptor?
    private let socket: DatagramSocket?

    init() {
        target = .standardError
        file = nil
        socket = nil
    }

    init(_ target: LogTarget) throws(RuntimeError) {
        let opened = try Self.file(of: target)
        let connected = try Self.socket(of: target)
        self.target = target
        file = consume opened
        socket = consume connected
    }

    private static func file(of target: LogTarget) throws(RuntimeError) -> Descriptor? {
        guard case .file(let path) = target else { return nil }
        do {
            return try Descriptor.open(path, [.writeOnly, .create, .append], mode: 0o644)
        } catch {
            throw RuntimeError(.files, "cannot open the log \(path)", path: path, cause: error)
        }
    }

    private static func socket(of target: LogTarget) throws(RuntimeError) -> DatagramSocket? {
        switch target {
        case .standardError, .file: nil
        case .journal: try connect("/run/systemd/journal/socket")
        case .syslog: try connect("/dev/log")
        }
    }

    private static func connect(_ path: String) throws(RuntimeError) -> DatagramSocket {
        do {
            return try DatagramSocket(to: path)
        } catch {
            throw RuntimeError(
                .files, "cannot log to \(path)", path: path, hint: "name a file: --log FILE", cause: error)
        }
    }

    var isStandardError: Bool { target == .standardError }

    /// Writes a record in one call, so that those of several processes do not mix.
    func write(_ record: LogRecord, _ format: LogFormat) throws(SystemError) {
        switch target {
        case .standardError: try StandardStream.error.duplicate().write(record.line(format))
        case .file: try file?.write(record.line(format))
        case .journal(let name): try socket?.send(Self.journalEntry(record, name: name))
        case .syslog(let name):
            // A facility of 3 is a daemon's: RFC 3164, section 4.1.1.
            try socket?.send(Array("<\(3 * 8 + record.level.priority)>\(name): \(record.message)".utf8))
        }
    }

    /// Fields of a name each, with the length of the value in 8 bytes, little-endian, so that it may hold line ends:
    /// systemd.io/JOURNAL_NATIVE_PROTOCOL.
    private static func journalEntry(_ record: LogRecord, name: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var fields = [
            ("MESSAGE", record.message), ("PRIORITY", "\(record.level.priority)"), ("SYSLOG_IDENTIFIER", name),
        ]
        if let step = record.details.step { fields.append(("MINIBOX_STEP", step)) }
        if let hint = record.details.hint { fields.append(("MINIBOX_HINT", hint)) }
        for (field, value) in fields {
            bytes += Array("\(field)\n".utf8)
            for place in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: value.utf8.count >> (place * 8))) }
            bytes += Array(value.utf8) + [UInt8(ascii: "\n")]
        }
        return bytes
    }
}
