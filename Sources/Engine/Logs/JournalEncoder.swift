// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// What a program writes, as messages for the machine's journal, with docker's fields: systemd.journal-fields(7), and
/// systemd's "Native Journal Protocol".
///
/// A line of more than 16 KiB comes in parts, of which all but the last have CONTAINER_PARTIAL_MESSAGE.
struct JournalEncoder {
    /// What each message repeats.
    private let fields: [UInt8]
    private var message: [UInt8] = []
    /// The beginnings of lines whose ends have not come.
    private var pending: (output: [UInt8], error: [UInt8]) = ([], [])

    /// - Parameter fields: names of capitals, digits and `_`, and what they are.
    init(fields: [(name: String, value: String)]) {
        self.fields = fields.reduce(into: []) { Self.append($1.name, Array($1.value.utf8)[...], to: &$0) }
    }

    /// Makes messages of the lines that end in `bytes`.
    mutating func take(
        _ bytes: ArraySlice<UInt8>, of stream: LogStream, at time: FileTime, _ send: ([UInt8]) -> Void
    ) {
        var held: [UInt8] = []
        swap(&held, stream)
        defer { swap(&held, stream) }
        var rest = bytes
        while !rest.isEmpty {
            let room = LogEncoder.longestPart - held.count
            let length = ByteSearch.count(before: UInt8(ascii: "\n"), in: rest, upTo: room)
            held.append(contentsOf: rest.prefix(length))
            rest = rest.dropFirst(length)
            if rest.first == UInt8(ascii: "\n") {
                rest = rest.dropFirst()
                compose(held, of: stream, at: time, isWhole: true, send)
            } else if held.count == LogEncoder.longestPart {
                compose(held, of: stream, at: time, isWhole: false, send)
            } else {
                break
            }
            held.removeAll(keepingCapacity: true)
        }
    }

    /// Makes a message of what was left without a line end: the stream has ended.
    mutating func end(of stream: LogStream, at time: FileTime, _ send: ([UInt8]) -> Void) {
        var held: [UInt8] = []
        swap(&held, stream)
        if !held.isEmpty { compose(held, of: stream, at: time, isWhole: false, send) }
    }

    private mutating func swap(_ held: inout [UInt8], _ stream: LogStream) {
        switch stream {
        case .output: Swift.swap(&held, &pending.output)
        case .error: Swift.swap(&held, &pending.error)
        }
    }

    private mutating func compose(
        _ line: [UInt8], of stream: LogStream, at time: FileTime, isWhole: Bool, _ send: ([UInt8]) -> Void
    ) {
        message.removeAll(keepingCapacity: true)
        message.append(contentsOf: fields)
        // As docker has it: info and err of syslog(3).
        message.append(contentsOf: stream == .error ? "PRIORITY=3\n".utf8 : "PRIORITY=6\n".utf8)
        message.append(contentsOf: "SYSLOG_TIMESTAMP=\(time.rfc3339)\n".utf8)
        if !isWhole { message.append(contentsOf: "CONTAINER_PARTIAL_MESSAGE=true\n".utf8) }
        Self.append("MESSAGE", line[...], to: &message)
        send(message)
    }

    /// A field in the form that bears any bytes: the name, the length as 64 bits, the value.
    private static func append(_ name: String, _ value: ArraySlice<UInt8>, to message: inout [UInt8]) {
        message.append(contentsOf: name.utf8)
        message.append(UInt8(ascii: "\n"))
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            message.append(UInt8(truncatingIfNeeded: UInt64(value.count) >> shift))
        }
        message.append(contentsOf: value)
        message.append(UInt8(ascii: "\n"))
    }
}
