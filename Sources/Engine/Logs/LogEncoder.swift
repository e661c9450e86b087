// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// What a program writes, as the lines of docker's driver json-file:
///
///     {"log":"text\n","stream":"stdout","time":"2026-11-21T10:02:03.123456789Z"}
///
/// A line of more than 16 KiB comes in parts, of which only the last has `\n`; all have the time of the first. Text that
/// is not UTF-8 is U+FFFD, a byte each. Unlike docker, a cut never goes through a character.
///
/// It has one buffer, which is used again and again: per line nothing is allocated.
struct LogEncoder {
    /// The longest part of a line, in bytes: `defaultBufSize` of moby's `daemon/logger/copier.go`.
    static let longestPart = 16384

    /// What has been encoded and not been taken yet.
    private(set) var output: [UInt8] = []
    private var stamp = LogStamp()
    private var streams = (output: StreamState(), error: StreamState())
    /// What is between the text and the time.
    private let ends: (output: [UInt8], error: [UInt8])
    private let escapes = LogEscapes()

    /// The state of one stream between two reads.
    private struct StreamState {
        /// The beginning of a line whose end has not come; less than the longest part.
        var pending: [UInt8] = []
        /// When the first part of a line came of which more is to come.
        var firstPart: FileTime?
    }

    /// - Parameter attributes: what each line repeats, as a JSON object; empty for nothing.
    init(attributes: [UInt8] = []) {
        let middle = attributes.isEmpty ? [] : Array(",\"attrs\":".utf8) + attributes
        func end(_ stream: LogStream) -> [UInt8] {
            Array("\",\"stream\":\"\(stream.rawValue)\"".utf8) + middle + Array(",\"time\":\"".utf8)
        }
        ends = (end(.output), end(.error))
    }

    /// Forgets the output: it has been written.
    mutating func clear() { output.removeAll(keepingCapacity: true) }

    /// Encodes the lines at the start of `bytes`, and takes them away from it, until all is taken or there is as much
    /// output as `limit`, after the line that reached it.
    mutating func take(_ bytes: inout ArraySlice<UInt8>, of stream: LogStream, at time: FileTime, upTo limit: Int) {
        // Taken out for the time, so that no copy of what is pending is made.
        var state = StreamState()
        switch stream {
        case .output:
            swap(&state, &streams.output)
            take(&bytes, &state, ends.output, at: time, upTo: limit)
            swap(&state, &streams.output)
        case .error:
            swap(&state, &streams.error)
            take(&bytes, &state, ends.error, at: time, upTo: limit)
            swap(&state, &streams.error)
        }
    }

    /// Encodes what was left without a line end: the stream has ended.
    mutating func end(of stream: LogStream, at time: FileTime) {
        var state = StreamState()
        switch stream {
        case .output:
            swap(&state, &streams.output)
            end(&state, ends.output, at: time)
        case .error:
            swap(&state, &streams.error)
            end(&state, ends.error, at: time)
        }
    }
}

extension LogEncoder {
    private mutating func take(
        _ bytes: inout ArraySlice<UInt8>, _ state: inout StreamState, _ ending: [UInt8], at time: FileTime,
        upTo limit: Int
    ) {
        stamp.set(time)
        while let start = bytes.indices.first, output.count < limit {
            // How much of the line there may be in this part.
            let room = Self.longestPart - state.pending.count
            let length = ByteSearch.count(before: UInt8(ascii: "\n"), in: bytes, upTo: room)
            if length < room, length < bytes.count {
                let line = bytes[start..<start + length]
                bytes = bytes[(start + length + 1)...]
                write(line, &state, ending, at: time, isWhole: true)
            } else if length == room {
                state.pending.append(contentsOf: bytes[start..<start + length])
                bytes = bytes[(start + length)...]
                writePart(&state, ending, at: time)
            } else {
                if state.pending.isEmpty { state.pending.reserveCapacity(length) }
                state.pending.append(contentsOf: bytes)
                bytes = bytes[bytes.endIndex...]
            }
        }
    }

    /// Writes a line without its end, behind what is pending of it.
    private mutating func write(
        _ line: ArraySlice<UInt8>, _ state: inout StreamState, _ ending: [UInt8], at time: FileTime, isWhole: Bool
    ) {
        output.append(contentsOf: LogEscapes.start)
        if state.pending.isEmpty {
            escapes.append(line, to: &output)
        } else {
            state.pending.append(contentsOf: line)
            escapes.append(state.pending[...], to: &output)
            state.pending.removeAll(keepingCapacity: true)
        }
        if isWhole {
            output.append(UInt8(ascii: "\\"))
            output.append(UInt8(ascii: "n"))
        }
        output.append(contentsOf: ending)
        if let first = state.firstPart {
            stamp.set(first)
            output.append(contentsOf: stamp.bytes)
            stamp.set(time)
        } else {
            output.append(contentsOf: stamp.bytes)
        }
        output.append(contentsOf: LogEscapes.end)
        state.firstPart = isWhole ? nil : state.firstPart ?? time
    }

    /// Writes as much as a part may have of a line that goes on.
    private mutating func writePart(_ state: inout StreamState, _ ending: [UInt8], at time: FileTime) {
        let cut = LogEscapes.lastWholeCharacter(of: state.pending)
        // At most three bytes: the beginning of a character.
        let rest = Array(state.pending[cut...])
        state.pending.removeSubrange(cut...)
        write([], &state, ending, at: time, isWhole: false)
        state.pending.append(contentsOf: rest)
    }

    private mutating func end(_ state: inout StreamState, _ ending: [UInt8], at time: FileTime) {
        guard !state.pending.isEmpty else { return }
        stamp.set(time)
        write([], &state, ending, at: time, isWhole: false)
    }
}
