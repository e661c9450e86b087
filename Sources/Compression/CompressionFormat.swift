// SPDX-License-Identifier: Apache-2.0

/// How some bytes are compressed, told by how they start.
public enum CompressionFormat: Hashable, Sendable {
    case none, gzip, zstd, xz, bzip2

    /// How many bytes at the start tell the format.
    public static let prefixLength = 6

    /// The format of what starts with `bytes`: RFC 1952 section 2.3.1, RFC 8878 section 3.1, and the formats' own texts.
    ///
    /// zstd's skippable frames count as zstd: some writers put one first.
    public init(startOf bytes: ArraySlice<UInt8>) {
        if bytes.starts(with: [0x1F, 0x8B]) {
            self = .gzip
        } else if bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
            self = .zstd
        } else if bytes.count >= 4, bytes[bytes.startIndex] & 0xF0 == 0x50,
            bytes.dropFirst().starts(with: [0x2A, 0x4D, 0x18])
        {
            self = .zstd
        } else if bytes.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) {
            self = .xz
        } else if bytes.starts(with: Array("BZh".utf8)) {
            self = .bzip2
        } else {
            self = .none
        }
    }
}
