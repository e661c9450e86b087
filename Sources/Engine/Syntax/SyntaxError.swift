// SPDX-License-Identifier: Apache-2.0

/// A value of the command line that could not be read.
///
/// It knows nothing of the flag that it stood behind: whoever reads the flag puts its name in front.
public struct SyntaxError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was read.
    public let text: String
    /// Why it is wrong, as the rest of a sentence that begins with it: `is not a size`.
    public let reason: String
    /// What to write instead: `write a number, as in 512m`.
    public let advice: String

    /// `text` is wrong because of `reason`.
    public init(_ text: some StringProtocol, _ reason: String, _ advice: String) {
        self.text = String(text)
        self.reason = reason
        self.advice = advice
    }

    /// `'12q' is not a size: write ...`
    public var description: String { "'\(text)' \(reason): \(advice)" }
}

extension UInt64 {
    /// The number that `text` writes in decimal digits and nothing else.
    init?(digits text: some StringProtocol) {
        guard !text.isEmpty, text.utf8.allSatisfy(\.isDigit), let value = UInt64(text) else { return nil }
        self = value
    }
}

extension UInt8 {
    /// Whether the byte is one of `0` to `9`.
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    /// Whether the byte is a letter of ASCII.
    var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }
}

/// The true or false of a value, as Go's `strconv.ParseBool` reads it.
public func readBoolean(_ text: String, of whole: String) throws(SyntaxError) -> Bool {
    switch text {
    case "1", "t", "T", "true", "TRUE", "True": true
    case "0", "f", "F", "false", "FALSE", "False": false
    default: throw SyntaxError(whole, "has '\(text)' where true or false belongs", "write true or false")
    }
}
