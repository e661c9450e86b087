// SPDX-License-Identifier: Apache-2.0

/// What a container is called: letters, digits, `_`, `.` and `-`, a letter or digit first, two at least.
public struct ContainerName: Hashable, Sendable, CustomStringConvertible {
    /// The name.
    public let description: String

    /// Reads a name by docker's rule. It also is the name of a file, and so at most 128 bytes long.
    public init(parsing text: String) throws(SyntaxError) {
        let advice = "write letters, digits, '_', '.' and '-', a letter or digit first, 2 to 128 of them"
        guard let first = text.utf8.first, first.isLetter || first.isDigit, (2...128).contains(text.utf8.count),
            text.utf8.allSatisfy({
                $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
                    || $0 == UInt8(ascii: "-")
            })
        else { throw SyntaxError(text, "is no name for a container", advice) }
        description = text
    }
}

/// What a container calls itself: at most 64 bytes (uname(2)), labels of letters, digits, `-` and `_`.
public struct HostName: Hashable, Sendable, CustomStringConvertible {
    /// The name.
    public let description: String

    /// Reads a name by RFC 1123, with the underscore that many names in use have.
    public init(parsing text: String) throws(SyntaxError) {
        let advice = "write labels of letters, digits and '-' with dots between them, at most 64 characters"
        guard (1...64).contains(text.utf8.count),
            text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy({ label in
                guard let first = label.utf8.first, let last = label.utf8.last, label.utf8.count <= 63 else {
                    return false
                }
                return first != UInt8(ascii: "-") && last != UInt8(ascii: "-")
                    && label.utf8.allSatisfy {
                        $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
                    }
            })
        else { throw SyntaxError(text, "is no host name", advice) }
        description = text
    }
}

/// `KEY[=VALUE]`: a word about a container.
public struct LabelArgument: Hashable, Sendable, CustomStringConvertible {
    /// The key.
    public let key: String
    /// The value, empty where none was written.
    public let value: String

    /// Reads a key, and a value behind the first `=`.
    public init(parsing text: String) throws(SyntaxError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard !parts[0].isEmpty else { throw SyntaxError(text, "has no key", "write KEY=VALUE") }
        key = parts[0]
        value = parts.count == 2 ? parts[1] : ""
    }

    /// `KEY=VALUE`.
    public var description: String { "\(key)=\(value)" }
}

/// The bits that new files lack: umask(2), in octal.
public struct FileModeMask: Hashable, Sendable, CustomStringConvertible {
    /// 0 to 0o777.
    public let bits: UInt32

    /// Reads octal digits.
    public init(parsing text: String) throws(SyntaxError) {
        guard UInt64(digits: text) != nil, let bits = UInt32(text, radix: 8), bits <= 0o777 else {
            throw SyntaxError(text, "is no file mode mask", "write octal digits up to 777, as in 022")
        }
        self.bits = bits
    }

    /// In octal.
    public var description: String { "0" + String(bits, radix: 8) }
}
