// SPDX-License-Identifier: Apache-2.0
internal import Compression
public import Linux
public import OCI

extension Digest {
    /// The digest of what a file has from its position on. Each piece is also given to `next`.
    public init(
        of file: borrowing Descriptor, alsoTo next: (ArraySlice<UInt8>) throws(SystemError) -> Void = { _ in }
    ) throws(SystemError) {
        var hash = SHA256()
        var buffer = [UInt8](repeating: 0, count: 1 << 17)
        while true {
            let count = try file.read(into: &buffer)
            if count == 0 { break }
            hash.update(buffer[..<count])
            try next(buffer[..<count])
        }
        self.init(sha256: hash.digest())
    }
}
