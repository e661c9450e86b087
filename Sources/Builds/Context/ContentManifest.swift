// SPDX-License-Identifier: Apache-2.0
internal import Compression
internal import Linux
public import OCI

/// A list of files with what of each of them counts: kind, permission bits, owner, contents, a link's target, a device's
/// number and extended attributes; no times, no inode.
///
/// It is written as it is made, and its bytes are what is hashed. A selected path comes first, then what is in it, a
/// directory at a time. Numbers have their least significant byte first.
public struct ContentManifest: Hashable, Sendable {
    /// For a file beside the cache, and for ``init(bytes:)``.
    public private(set) var bytes: [UInt8] = Array("MBCM1\n".utf8)

    /// The first byte of a record.
    enum Record: UInt8 {
        /// A selected path: a name, then an entry without one, whose kind is `none` where nothing of it counts.
        case selected = 0x53
        /// A directory, and what is in it follows: its path below the selected one, and its attributes.
        case directory = 0x44
        /// A directory that is there for what is in it: its path, and an entry without a name.
        case parent = 0x50
        /// A file in the directory: a name and an entry.
        case entry = 0x45
    }

    enum Kind: UInt8 {
        case none = 0x2D
        case regular = 0x66
        case directory = 0x64
        case link = 0x6C
        case character = 0x63
        case block = 0x62
        case pipe = 0x70
    }

    /// Which fields follow the mode of an entry.
    struct Fields: OptionSet {
        let rawValue: UInt8
        /// User and group, unless both are 0.
        static let owner = Fields(rawValue: 1)
        /// A digest of the extended attributes, unless there are none.
        static let attributes = Fields(rawValue: 2)
    }

    /// An entry's attributes beside its contents.
    struct Header {
        var kind: Kind
        var mode: UInt32
        var user: UInt32
        var group: UInt32
    }

    init() {}

    /// Takes up a manifest that was kept; nil where the bytes are none of this version.
    public init?(bytes: [UInt8]) {
        guard bytes.starts(with: self.bytes) else { return nil }
        self.bytes = bytes
    }

    public var digest: Digest { Digest(sha256: SHA256.digest(of: bytes)) }

    mutating func append(_ record: Record, path: some Collection<UInt8>) {
        bytes.append(record.rawValue)
        append(name: path)
    }

    mutating func append(_ header: Header, attributes: ArraySlice<UInt8>) {
        bytes.append(header.kind.rawValue)
        append(UInt16(truncatingIfNeeded: header.mode))
        var fields: Fields = []
        if header.user != 0 || header.group != 0 { fields.insert(.owner) }
        if !attributes.isEmpty { fields.insert(.attributes) }
        bytes.append(fields.rawValue)
        if fields.contains(.owner) {
            append(header.user)
            append(header.group)
        }
        bytes.append(contentsOf: attributes)
    }

    /// The digest of a regular file's contents, 32 bytes.
    mutating func append(contents digest: ArraySlice<UInt8>) { bytes.append(contentsOf: digest) }

    mutating func append(target: FileName) { append(name: target.bytes) }

    mutating func append(device: DeviceNumber) {
        append(device.major)
        append(device.minor)
    }

    /// The attributes of a directory that was announced before.
    mutating func append(attributes: ArraySlice<UInt8>) {
        bytes.append(attributes.isEmpty ? 0 : Fields.attributes.rawValue)
        bytes.append(contentsOf: attributes)
    }

    mutating func appendNothing() { bytes.append(Kind.none.rawValue) }

    private mutating func append(name: some Collection<UInt8>) {
        append(UInt16(truncatingIfNeeded: name.count))
        bytes.append(contentsOf: name)
    }

    private mutating func append(_ number: some FixedWidthInteger) { bytes.append(littleEndian: number) }
}

extension [UInt8] {
    /// Appends the bytes of a number, the least significant first.
    mutating func append<N: FixedWidthInteger>(littleEndian number: N) {
        for shift in stride(from: 0, to: N.bitWidth, by: 8) { append(UInt8(truncatingIfNeeded: number >> N(shift))) }
    }
}
