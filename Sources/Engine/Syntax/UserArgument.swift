// SPDX-License-Identifier: Apache-2.0

/// `USER[:GROUP]`: names of the image's own files, or ids. Digits are always an id (CVE-2016-3697).
public struct UserArgument: Hashable, Sendable, CustomStringConvertible {
    /// A name or an id.
    public let user: String
    /// A name or an id; nil for the user's own group.
    public let group: String?

    /// Reads one or two parts with a colon between them.
    public init(parsing text: String) throws(SyntaxError) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else {
            throw SyntaxError(text, "is no user", "write USER[:GROUP], each a name or an id")
        }
        for part in parts { try checkNameOrID(part, of: text) }
        user = parts[0]
        group = parts.count == 2 ? parts[1] : nil
    }

    /// As it is written.
    public var description: String { group.map { "\(user):\($0)" } ?? user }
}

/// `--group-add GROUP`: a name of the image's own file, or an id.
public struct GroupArgument: Hashable, Sendable, CustomStringConvertible {
    /// A name or an id.
    public let description: String

    /// Reads a name or an id.
    public init(parsing text: String) throws(SyntaxError) {
        guard !text.isEmpty else { throw SyntaxError(text, "is no group", "write a name or an id") }
        try checkNameOrID(text, of: text)
        description = text
    }
}

/// Refuses an id that no process can have, and a name that no line of passwd(5) can.
private func checkNameOrID(_ part: String, of text: String) throws(SyntaxError) {
    if part.utf8.allSatisfy(\.isDigit) {
        guard let id = UInt64(digits: part), id < UInt64(UInt32.max) else {
            throw SyntaxError(text, "has an id above 4294967294", "write a smaller one")
        }
    } else if part.hasPrefix("-") {
        throw SyntaxError(text, "has a negative id", "write a name or an id from 0 on")
    } else if part.utf8.contains(where: { $0 <= 0x20 || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ",") }) {
        throw SyntaxError(text, "has a character that no user or group name has", "write a name or an id")
    }
}
