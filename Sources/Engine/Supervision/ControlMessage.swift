// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// What commands and a container's supervisor say to each other, a message a packet: a byte for the kind, then what
/// belongs to it, numbers in the machine's own order (both ends are on one machine).
enum ControlMessage: Hashable, Sendable {
    // From a command.

    /// From here on it gets the container's output, and what it sends is the container's input where `input`.
    case attach(input: Bool)
    case input([UInt8])
    case inputEnd
    case resize(TerminalSize)
    /// Ends it by a signal, and kills it after that many milliseconds; -1 waits for ever. Answered by ``ended(code:)``.
    case stop(Signal, milliseconds: Int64)
    /// The same, and starts it again. Answered by ``started``.
    case restart(Signal, milliseconds: Int64)
    /// Answered by ``done``.
    case signal(Signal)
    /// That there is a change of it to be made: see ``Amendment``. Answered by ``done``.
    case amend
    /// Answered by ``ended(code:)`` when the program ends next.
    case wait
    /// Kills it and removes it, with `volumes` also those that nobody named. Answered by ``ended(code:)`` when it is gone.
    case remove(volumes: Bool)

    // From the supervisor.

    /// The program of the container with this id runs.
    case started(id: String)
    /// It could not be started: the exit code of the command, and why.
    case failed(code: Int32, String)
    /// A line for a person.
    case warning(String)
    case output([UInt8])
    case errors([UInt8])
    /// The program has ended. It may be started again.
    case ended(code: Int32)
    case done

    /// The longest packet, kind included.
    static let maximumSize = 32 << 10

    /// The first byte of a packet.
    enum Kind: UInt8 {
        case attach = 1, input, inputEnd, resize, stop, restart, signal, amend, wait, remove
        case started = 32, failed, warning, output, errors, ended, done
    }
}

extension ControlMessage {
    /// The packet.
    var bytes: [UInt8] {
        switch self {
        case .attach(let input): [Kind.attach.rawValue, input ? 1 : 0]
        case .input(let bytes): [Kind.input.rawValue] + bytes
        case .inputEnd: [Kind.inputEnd.rawValue]
        case .resize(let size): [Kind.resize.rawValue] + Self.bytes(of: size.rows) + Self.bytes(of: size.columns)
        case .stop(let signal, let time):
            [Kind.stop.rawValue] + Self.bytes(of: signal.rawValue) + Self.bytes(of: time)
        case .restart(let signal, let time):
            [Kind.restart.rawValue] + Self.bytes(of: signal.rawValue) + Self.bytes(of: time)
        case .signal(let signal): [Kind.signal.rawValue] + Self.bytes(of: signal.rawValue)
        case .amend: [Kind.amend.rawValue]
        case .wait: [Kind.wait.rawValue]
        case .remove(let volumes): [Kind.remove.rawValue, volumes ? 1 : 0]
        case .started(let id): [Kind.started.rawValue] + Array(id.utf8)
        case .failed(let code, let text): [Kind.failed.rawValue] + Self.bytes(of: code) + Self.cut(text)
        case .warning(let text): [Kind.warning.rawValue] + Self.cut(text)
        case .output(let bytes): [Kind.output.rawValue] + bytes
        case .errors(let bytes): [Kind.errors.rawValue] + bytes
        case .ended(let code): [Kind.ended.rawValue] + Self.bytes(of: code)
        case .done: [Kind.done.rawValue]
        }
    }

    /// A packet, read; nil for one that is none of these.
    init?(_ packet: ArraySlice<UInt8>) {
        guard let first = packet.first, let kind = Kind(rawValue: first) else { return nil }
        var rest = packet.dropFirst()
        switch kind {
        case .attach:
            guard let flag = rest.first else { return nil }
            self = .attach(input: flag != 0)
        case .input: self = .input(Array(rest))
        case .inputEnd: self = .inputEnd
        case .resize:
            guard let rows = Self.take(UInt16.self, of: &rest), let columns = Self.take(UInt16.self, of: &rest) else {
                return nil
            }
            self = .resize(TerminalSize(rows: rows, columns: columns))
        case .stop, .restart:
            guard let signal = Self.takeSignal(of: &rest), let time = Self.take(Int64.self, of: &rest) else {
                return nil
            }
            self = kind == .stop ? .stop(signal, milliseconds: time) : .restart(signal, milliseconds: time)
        case .signal:
            guard let signal = Self.takeSignal(of: &rest) else { return nil }
            self = .signal(signal)
        case .amend: self = .amend
        case .wait: self = .wait
        case .remove:
            guard let flag = rest.first else { return nil }
            self = .remove(volumes: flag != 0)
        case .started: self = .started(id: String(decoding: rest, as: UTF8.self))
        case .failed:
            guard let code = Self.take(Int32.self, of: &rest) else { return nil }
            self = .failed(code: code, String(decoding: rest, as: UTF8.self))
        case .warning: self = .warning(String(decoding: rest, as: UTF8.self))
        case .output: self = .output(Array(rest))
        case .errors: self = .errors(Array(rest))
        case .ended:
            guard let code = Self.take(Int32.self, of: &rest) else { return nil }
            self = .ended(code: code)
        case .done: self = .done
        }
    }

    private static func bytes<Number: FixedWidthInteger>(of number: Number) -> [UInt8] {
        (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    /// Takes a number off the front.
    private static func take<Number: FixedWidthInteger>(
        _: Number.Type, of bytes: inout ArraySlice<UInt8>
    ) -> Number? {
        let size = Number.bitWidth / 8
        guard bytes.count >= size else { return nil }
        var number: Number = 0
        for (place, byte) in bytes.prefix(size).enumerated() {
            number |= Number(truncatingIfNeeded: byte) << (8 * place)
        }
        bytes = bytes.dropFirst(size)
        return number
    }

    private static func takeSignal(of bytes: inout ArraySlice<UInt8>) -> Signal? {
        guard let number = take(Int32.self, of: &bytes), (1...64).contains(number) else { return nil }
        return Signal(rawValue: number)
    }

    /// As much of a text as a packet holds.
    private static func cut(_ text: String) -> ArraySlice<UInt8> { Array(text.utf8).prefix(maximumSize - 16) }
}
