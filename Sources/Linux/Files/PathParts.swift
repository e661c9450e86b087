// SPDX-License-Identifier: Apache-2.0

extension StringProtocol {
    /// The names between the slashes, told apart by bytes, as the kernel does; empty ones are left out.
    ///
    /// To Swift, a slash with an accent is another character, and so is one behind a character that joins with the next:
    /// split by characters, `a\u{600}/..` would be one name and no way up.
    public var pathParts: [Substring] {
        Substring(self).utf8.split(separator: UInt8(ascii: "/")).map { Substring($0) }
    }

    /// Whether its first byte is a slash.
    public var isRooted: Bool { utf8.first == UInt8(ascii: "/") }
}
