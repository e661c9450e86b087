// SPDX-License-Identifier: Apache-2.0
public import Linux
internal import Words

/// A system call that a process has made, or was refused.
public struct TracedCall: Hashable, Sendable {
    /// Its thread as the host numbers it and as the container does.
    public var outside: Int32
    public var inside: Int32
    /// The process' name.
    public var program: String
    public var architecture: SeccompArchitecture
    public var number: UInt32
    public var name: String
    /// As the kernel got them: six.
    public var arguments: [UInt64]
    /// Paths and other texts behind them, and addresses of sockets, by their places.
    public var texts: [Int: String] = [:]
    public var result: Int64?
    public var isError = false
    /// Whether the filter refused it, and not the kernel.
    public var isRefused = false

    /// `1234/7 sh  openat(-100, "/etc/passwd", 0x80000, 0) = 3`.
    public var line: String {
        let who = outside == inside ? "\(outside)" : "\(outside)/\(inside)"
        return
            "\(isRefused ? "!" : " ") \(who) \(plainText(program))  \(name)(\(words.joined(separator: ", "))) = \(outcome)"
    }

    private var words: [String] {
        let signature = CallSignature(of: name)
        return (signature?.letters ?? Array(repeating: "x", count: 6)).enumerated().map { place, letter in
            let value = place < arguments.count ? arguments[place] : 0
            if let text = texts[place] { return letter == "s" ? "\"\(plainText(text))\"" : plainText(text) }
            switch letter {
            case "d": return "\(Int32(truncatingIfNeeded: value))"
            case "n": return "\(value)"
            case "o": return "0" + String(value & 0o7777, radix: 8)
            default: return value == 0 ? (letter == "x" ? "0" : "NULL") : "0x" + String(value, radix: 16)
            }
        }
    }

    private var outcome: String {
        guard let result else { return "? (it did not return)" }
        guard isError else {
            return abs(result) > 0xffff_ffff ? "0x" + String(UInt64(bitPattern: result), radix: 16) : "\(result)"
        }
        // What the kernel keeps for itself: the call begins again, or a signal ends it.
        if (-530 ... -512).contains(result) { return "? (a signal came)" }
        let error = Errno(rawValue: Int32(truncatingIfNeeded: -result))
        return "-1 \(error.name)" + (isRefused ? " (refused by the filter)" : " (\(error))")
    }
}
