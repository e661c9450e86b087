// SPDX-License-Identifier: Apache-2.0

/// Where errors are written, beside standard error.
enum LogTarget: Hashable, Sendable {
    case standardError
    case file(String)
    /// By name, which the journal shows as the identifier.
    case journal(String)
    case syslog(String)

    /// A path, or crun's `file:PATH`, `journald:NAME` and `syslog:NAME`.
    init(parsing text: String) throws(UsageError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        switch (parts[0], parts.count) {
        case ("", 1): self = .standardError
        case ("file", 2): self = .file(parts[1])
        case ("journald", 2): self = .journal(parts[1])
        case ("syslog", 2): self = .syslog(parts[1])
        default: self = .file(text)
        }
        if case .file("") = self { throw UsageError("--log file: needs a path") }
    }
}

/// The form of a record.
enum LogFormat: String, Sendable { case text, json }

/// How much it matters.
enum LogLevel: Int, Comparable, Sendable {
    case debug, info, warning, error

    init?(parsing text: String) {
        switch text {
        case "debug", "trace": self = .debug
        case "info": self = .info
        case "warning", "warn": self = .warning
        case "error", "fatal", "panic": self = .error
        default: return nil
        }
    }

    /// As logrus writes it.
    var word: String {
        switch self {
        case .debug: "debug"
        case .info: "info"
        case .warning: "warning"
        case .error: "error"
        }
    }

    /// syslog(3).
    var priority: Int {
        switch self {
        case .debug: 7
        case .info: 6
        case .warning: 4
        case .error: 3
        }
    }

    static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }
}
