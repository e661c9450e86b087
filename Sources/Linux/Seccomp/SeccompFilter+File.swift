// SPDX-License-Identifier: Apache-2.0
internal import Glibc

extension SeccompFilter {
    /// The program and the key of all that it was compiled from, as one file.
    ///
    /// Its parts: the length of the key in 64 bits, the key, the flags in 64 bits, the program, ``fingerprint(_:)`` of
    /// all before.
    public func file(for key: [UInt8]) -> [UInt8] {
        var file = Self.bytes(UInt64(key.count)) + key + Self.bytes(UInt64(flags.rawValue)) + bytes
        file += Self.bytes(Self.fingerprint(file[...]))
        return file
    }

    /// The program in a file, if that is whole and every byte of its key is the one of `key`.
    public init?(file: [UInt8], for key: [UInt8]) {
        let size = file.count - key.count - 24
        guard size > 0, size % 8 == 0, size / 8 <= Self.longest else { return nil }
        var words = [UInt64](repeating: 0, count: size / 8)
        var flags: UInt64 = 0
        let matches = unsafe file.withUnsafeBytes { bytes in
            let length = unsafe bytes.loadUnaligned(as: UInt64.self)
            let checksum = unsafe bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self)
            guard length == UInt64(key.count), checksum == Self.fingerprint(file.dropLast(8)),
                let start = bytes.baseAddress, unsafe memcmp(start + 8, key, key.count) == 0
            else { return false }
            flags = unsafe bytes.loadUnaligned(fromByteOffset: 8 + key.count, as: UInt64.self)
            unsafe memcpy(&words, start + 16 + key.count, size)
            return true
        }
        if !matches { return nil }
        self.init(instructions: words, flags: Flags(rawValue: UInt32(truncatingIfNeeded: flags)))
    }

    /// FNV-1a over words of 64 bits, the last one filled up with zeros: against accidents, not against attackers.
    public static func fingerprint(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ UInt64(bytes.count)
        unsafe bytes.withUnsafeBytes { buffer in
            let whole = buffer.count & ~7
            for offset in stride(from: 0, to: whole, by: 8) {
                hash =
                    (hash ^ (unsafe buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self))) &* 0x100_0000_01b3
                // The product carries upwards only; without this the upper bits of a word would not reach the lower.
                hash ^= hash >> 32
            }
            var last: UInt64 = 0
            for offset in whole..<buffer.count {
                last |= UInt64(unsafe buffer[offset]) << UInt64(8 * (offset - whole))
            }
            hash = (hash ^ last) &* 0x100_0000_01b3
        }
        return hash ^ hash >> 32
    }

    private static func bytes(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
}
