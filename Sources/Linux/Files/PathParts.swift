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

    /// What is behind these bytes; nil where it does not start with them. A name that starts with an accent joins with the
    /// slash before it, so `hasPrefix` does not find what is there.
    public func rest(after start: some StringProtocol) -> Substring? {
        let bytes = Substring(self).utf8
        return bytes.starts(with: start.utf8) ? Substring(bytes.dropFirst(start.utf8.count)) : nil
    }
}

extension String {
    /// What is before the last slash and what is behind it, told by bytes; nil where there is none.
    public var atLastSlash: (above: String, name: String)? {
        guard let slash = utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
        return (String(Substring(utf8[..<slash])), String(Substring(utf8[slash...].dropFirst())))
    }
}
