// SPDX-License-Identifier: Apache-2.0

/// Where a container's output is kept, and how much of it: `--log-driver` and `--log-opt` together.
public struct LogChoice: Hashable, Sendable {
    /// Who keeps it.
    public let driver: LogDriver
    /// What was asked, as it was written, in that order.
    public let options: [LogOption]
    /// How long a file becomes before the next is begun, in bytes; nil for without end.
    public let maximumSize: Int64?
    /// How many files there are at most, the one that is written included.
    public let maximumFiles: Int
    /// Whether files that are not written any more are compressed.
    public let isCompressed: Bool
    /// How much waits in memory where the log cannot be written at once, in bytes; nil where the container waits then.
    public let buffer: Int?
    /// The container's labels that each line repeats.
    public let labels: [String]
    /// The container's variables that each line repeats.
    public let variables: [String]
    /// The word that each line has to tell containers apart.
    public let tag: LogTag?

    /// What is so where nothing is asked: JSON lines in one file without end.
    public static let standard = LogChoice()

    /// Nothing is kept.
    static let nothing = LogChoice(driver: .none)

    /// How much waits where nothing is said: docker's.
    private static let usualBuffer: Int64 = 1 << 20

    private init(driver: LogDriver = .jsonFile) {
        self.driver = driver
        options = []
        maximumSize = nil
        maximumFiles = 1
        isCompressed = false
        buffer = nil
        labels = []
        variables = []
        tag = nil
    }

    /// Takes the options together. Of one that is written twice the last holds.
    public init(driver: LogDriver = .jsonFile, options: [LogOption]) throws(SyntaxError) {
        if driver == .none, let first = options.first {
            throw SyntaxError(
                first.description, "has no meaning with the log driver none, which keeps nothing",
                "leave it out, or write --log-driver json-file")
        }
        if driver == .journald, let first = options.first(where: { $0.key.isOfFiles }) {
            throw SyntaxError(
                first.description, "is about files, and the journal has its own",
                "leave it out, and see journald.conf(5), or write --log-driver json-file")
        }
        var size: Int64?
        var files: Int?
        var isCompressed = false
        var waits = true
        var buffer: LogOption?
        var tag: LogTag?
        var labels: [String] = []
        var variables: [String] = []
        for option in options {
            switch option.key {
            case .maximumSize: size = try option.size()
            case .maximumFiles: files = try option.count()
            case .tag: tag = option.value.isEmpty ? nil : try LogTag(parsing: option.value)
            case .labels: labels = option.names
            case .variables: variables = option.names
            case .compression: isCompressed = try option.flag()
            case .mode: waits = try option.isBlocking()
            case .buffer: buffer = option
            }
        }
        if isCompressed, size == nil || (files ?? 1) < 2 {
            throw SyntaxError(
                "compress=true", "is about files that are not written any more, and there are none",
                "write max-size=10m and max-file=3 as well")
        }
        if waits, let buffer {
            throw SyntaxError(
                buffer.description, "belongs to mode=non-blocking", "write mode=non-blocking as well, or leave it out")
        }
        self.driver = driver
        self.options = options
        maximumSize = size
        maximumFiles = files ?? 1
        self.isCompressed = isCompressed
        self.buffer = waits ? nil : Int(clamping: try buffer?.size(isBinary: true) ?? Self.usualBuffer)
        self.tag = tag
        self.labels = labels
        self.variables = variables
    }
}

/// `--log-driver`: who keeps a container's output.
public enum LogDriver: String, Hashable, Sendable, CustomStringConvertible {
    /// JSON lines in files of the container's own.
    case jsonFile = "json-file"
    /// The machine's journal: systemd-journald(8).
    case journald
    /// Nobody.
    case none

    /// Reads a driver's name.
    public init(parsing text: String) throws(SyntaxError) {
        guard let driver = LogDriver(rawValue: text) else {
            throw SyntaxError(text, "is no log driver of minibox", "write json-file, journald or none")
        }
        self = driver
    }

    /// As it is written.
    public var description: String { rawValue }
}
