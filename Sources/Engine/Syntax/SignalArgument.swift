// SPDX-License-Identifier: Apache-2.0
public import Linux

/// A signal by name or number: `TERM`, `SIGTERM`, `15`, `RTMIN+3`.
public struct SignalArgument: Hashable, Sendable {
    /// The signal.
    public let signal: Signal

    /// Reads a name in any case, with or without `SIG`, or a number from 1 to 64.
    public init(parsing text: String) throws(SyntaxError) {
        if let signal = Signal(parsing: text) ?? Self.realTime(text) {
            self.signal = signal
        } else {
            throw SyntaxError(text, "is no signal", "write a name such as TERM or a number from 1 to 64")
        }
    }

    /// `RTMIN+n` and `RTMAX-n`. glibc keeps 32 and 33 for itself, so that RTMIN is 34: signal(7).
    private static func realTime(_ text: String) -> Signal? {
        var name = text.uppercased()[...]
        if name.hasPrefix("SIG") { name = name.dropFirst(3) }
        let isFirst = name.hasPrefix("RTMIN")
        guard isFirst || name.hasPrefix("RTMAX") else { return nil }
        let rest = name.dropFirst(5)
        if rest.isEmpty { return Signal(rawValue: isFirst ? 34 : 64) }
        guard rest.first == (isFirst ? "+" : "-"), let offset = UInt64(digits: rest.dropFirst()), offset <= 30 else {
            return nil
        }
        return Signal(rawValue: isFirst ? 34 + Int32(offset) : 64 - Int32(offset))
    }
}

extension SignalArgument: CustomStringConvertible {
    /// A text that reads as the same signal: its name where it has one.
    public var description: String {
        let name = signal.description
        return Signal(parsing: name) == nil ? "\(signal.rawValue)" : name
    }
}
