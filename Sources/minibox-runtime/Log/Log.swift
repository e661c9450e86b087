// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

/// Where a command says what went wrong.
///
/// Podman reads the file as one JSON document when a command has failed, so a failure is exactly one record; warnings are
/// kept back until the command has succeeded, and then go to the file alone: on success nothing is on standard error.
struct Log: ~Copyable {
    private let format: LogFormat
    private let level: LogLevel
    private let sink: LogSink
    private var warnings: [String] = []

    init(_ globals: GlobalOptions) throws(RuntimeError) {
        format = globals.logFormat
        level = globals.level
        sink = try LogSink(globals.log)
    }

    /// A log to standard error, for what fails before there is another.
    init(format: LogFormat = .text) {
        self.format = format
        level = .info
        sink = LogSink()
    }

    /// Says what is done, where `--debug` asks for it.
    borrowing func debug(_ message: @autoclosure () -> String) {
        if level <= .debug { write(LogRecord(level: .debug, message: message(), time: Self.now)) }
    }

    /// Notes what the host could not give, or what was ignored.
    mutating func warn(_ message: String) { warnings.append(message) }

    /// The command has succeeded.
    borrowing func succeed() {
        guard level <= .warning, !sink.isStandardError || level <= .debug else { return }
        for warning in warnings { write(LogRecord(level: .warning, message: warning, time: Self.now)) }
    }

    /// The command has failed: one record in the log, and the message on standard error.
    borrowing func fail(_ message: String, _ details: RuntimeError.Details) {
        let record = LogRecord(level: .error, message: message, time: Self.now, details: details)
        if !sink.isStandardError {
            write(record)
            Self.complain("\(message)\n")
        } else if format == .json {
            write(record)
        } else {
            Self.complain("\(Help.program): \(message)\n" + (details.hint.map { "hint: \($0)\n" } ?? ""))
        }
    }

    /// Where the log cannot be written there is nobody left to tell.
    private borrowing func write(_ record: LogRecord) { try? sink.write(record, format) }

    private static func complain(_ text: String) { try? StandardStream.error.duplicate().write(text) }

    private static var now: String { Clock.wall.rfc3339Seconds }
}
