// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// An absolute path inside a container, without `.`, `..` and doubled slashes.
public struct ContainerPath: Hashable, Sendable, CustomStringConvertible {
    /// The path, `/` or without a slash at its end.
    public let description: String

    /// Reads an absolute path. One that climbs above the root by `..` is refused, though the kernel would stop at it:
    /// whoever writes it means something else.
    public init(parsing text: String) throws(SyntaxError) {
        guard text.utf8.first == UInt8(ascii: "/") else {
            throw SyntaxError(text, "is not an absolute path", "write it from the root on, as in /srv/data")
        }
        var parts: [Substring] = []
        for part in text.pathParts {
            if part == "." { continue }
            if part == ".." {
                guard parts.popLast() != nil else {
                    throw SyntaxError(text, "climbs out of the container's root", "leave out the '..'")
                }
            } else {
                parts.append(part)
            }
        }
        description = "/" + parts.joined(separator: "/")
    }

    /// Reads the path of something that can be mounted there: any but the root.
    init(parsingTarget text: String) throws(SyntaxError) {
        try self.init(parsing: text)
        guard description != "/" else {
            throw SyntaxError(text, "is the container's root", "write a directory below it, as in /srv")
        }
    }
}

/// A path of the host, as it was written.
public struct HostPath: Hashable, Sendable, CustomStringConvertible {
    private let written: String

    /// Reads a path that is absolute, or relative and begins with a dot, as docker asks for it.
    init(parsing text: String) throws(SyntaxError) {
        guard !text.isEmpty else { throw SyntaxError(text, "is no path", "write an absolute path") }
        guard Self.isPath(text) else {
            throw SyntaxError(text, "is no path", "write an absolute path, or ./\(text)")
        }
        written = text
    }

    /// Whether `text` is a path rather than the name of a volume.
    static func isPath(_ text: String) -> Bool {
        text.isEmpty || text.utf8.first == UInt8(ascii: "/") || text == "." || text == ".." || text.hasPrefix("./")
            || text.hasPrefix("../")
    }

    init(written: String) { self.written = written }

    /// The absolute path, with what is relative taken from `directory`.
    public func absolute(from directory: String) -> String {
        if written.utf8.first == UInt8(ascii: "/") { return written }
        return directory + (directory.hasSuffix("/") ? "" : "/") + written
    }

    /// As it was written.
    public var description: String { written }
}
