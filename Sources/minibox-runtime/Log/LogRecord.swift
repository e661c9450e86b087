// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import OCI

/// One line of the log.
struct LogRecord: Sendable {
    var level: LogLevel
    var message: String
    /// RFC 3339: containerd gives up on a record whose time it cannot read.
    var time: String
    var details = RuntimeError.Details()

    /// The line with its end.
    func line(_ format: LogFormat) -> String {
        switch format {
        case .json: "\(json)\n"
        case .text: "\(text)\n"
        }
    }

    /// `level`, `msg` and `time` as other runtimes have them, and then what is known of the cause.
    private var json: JSON {
        var json: JSON = ["level": .string(level.word), "msg": .string(message), "time": .string(time)]
        json["phase"] = details.phase.map { .string($0) }
        json["step"] = details.step.map { .string($0) }
        json["call"] = details.call.map { .string($0) }
        json["path"] = details.path.map { .string($0) }
        json["errno"] = details.errno.map { JSON($0) }
        json["hint"] = details.hint.map { .string($0) }
        return json
    }

    /// As logrus writes it: `time="..." level=error msg="..."`.
    private var text: String {
        var text = "time=\(Self.quoted(time)) level=\(level.word) msg=\(Self.quoted(message))"
        if let hint = details.hint { text += " hint=\(Self.quoted(hint))" }
        return text
    }

    private static func quoted(_ text: String) -> String { "\(JSON.string(text))" }
}
