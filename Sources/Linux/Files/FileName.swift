// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// A file name or path as the kernel has it: bytes without NUL, of no particular encoding.
///
/// What comes from an archive or a directory goes through this and not through `String`, which would change what is
/// not UTF-8.
public struct FileName: Hashable, Sendable, Comparable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// The bytes, and a NUL after them.
    private let terminated: [CChar]

    /// A name of these bytes; nil where there is a NUL among them.
    public init?(_ bytes: some Collection<UInt8>) {
        guard !bytes.contains(0) else { return nil }
        var name: [CChar] = []
        name.reserveCapacity(bytes.count + 1)
        for byte in bytes { name.append(CChar(bitPattern: byte)) }
        name.append(0)
        terminated = name
    }

    /// A name that is text; it ends before the first NUL, as it would for the kernel.
    public init(_ text: String) {
        terminated = text.utf8.prefix { $0 != 0 }.map { CChar(bitPattern: $0) } + [0]
    }

    public init(stringLiteral text: String) { self.init(text) }

    /// The name `child` in this directory.
    public func appending(_ child: FileName) -> FileName {
        isEmpty ? child : FileName(joining: bytes + [UInt8(ascii: "/")] + child.bytes)
    }

    private init(joining bytes: [UInt8]) { terminated = bytes.map { CChar(bitPattern: $0) } + [0] }

    /// The bytes, without a NUL.
    public var bytes: [UInt8] { terminated.dropLast().map { UInt8(bitPattern: $0) } }
    /// Puts the bytes, without a NUL, at the end of `bytes`.
    public func append(to bytes: inout [UInt8]) {
        for byte in terminated.dropLast() { bytes.append(UInt8(bitPattern: byte)) }
    }
    /// Whether it starts with these bytes.
    public func starts(with prefix: [UInt8]) -> Bool {
        guard count >= prefix.count else { return false }
        for place in prefix.indices where UInt8(bitPattern: terminated[place]) != prefix[place] { return false }
        return true
    }
    /// How many bytes it has.
    public var count: Int { terminated.count - 1 }
    public var isEmpty: Bool { terminated.count == 1 }

    /// Everything before the last slash; empty where there is none.
    public var parent: FileName {
        guard let slash = terminated.lastIndex(of: CChar(bitPattern: UInt8(ascii: "/"))) else { return FileName("") }
        return FileName(joining: terminated[..<slash].map { UInt8(bitPattern: $0) })
    }
    /// Everything after the last slash.
    public var last: FileName {
        guard let slash = terminated.lastIndex(of: CChar(bitPattern: UInt8(ascii: "/"))) else { return self }
        return FileName(joining: terminated[(slash + 1)...].dropLast().map { UInt8(bitPattern: $0) })
    }

    /// The name as text, with a replacement character for what is not UTF-8.
    public var description: String { String(decoding: bytes, as: UTF8.self) }

    /// In the order of the bytes, which does not depend on a locale.
    public static func < (left: FileName, right: FileName) -> Bool {
        left.terminated.lexicographicallyPrecedes(right.terminated) {
            UInt8(bitPattern: $0) < UInt8(bitPattern: $1)
        }
    }

    /// Calls `body` with the name as C has it.
    @discardableResult
    func withCString<R, E: Error>(_ body: (UnsafePointer<CChar>) throws(E) -> R) throws(E) -> R {
        try unsafe terminated.withUnsafeBufferPointer { buffer throws(E) in
            // The buffer has at least the NUL, so it has a base.
            guard let base = buffer.baseAddress else { return try unsafe body("") }
            return try unsafe body(base)
        }
    }
}
