// SPDX-License-Identifier: Apache-2.0
internal import CCrypto

/// A SHA-256 over bytes that come in pieces, by libcrypto, which uses the processor's own instructions for it.
public struct SHA256: Sendable {
    private var context = SHA256_CTX()

    public init() {
        unsafe _ = SHA256_Init(&context)
    }

    /// Takes in the next bytes.
    public mutating func update(_ bytes: ArraySlice<UInt8>) {
        unsafe bytes.withUnsafeBytes { buffer in
            unsafe _ = SHA256_Update(&context, buffer.baseAddress, buffer.count)
        }
    }

    /// Takes in the next bytes.
    public mutating func update(_ bytes: [UInt8]) { update(bytes[...]) }

    /// The 32 bytes of the digest of what came in so far; more may follow.
    public func digest() -> [UInt8] {
        var final = context
        return unsafe [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            unsafe _ = SHA256_Final(buffer.baseAddress, &final)
            count = 32
        }
    }

    /// The 32 bytes of the digest of `bytes`.
    public static func digest(of bytes: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        hash.update(bytes)
        return hash.digest()
    }
}
