// SPDX-License-Identifier: Apache-2.0
internal import CLinux

/// What this program was built from.
public enum BuildCommit {
    /// The commit, as `scripts/build` wrote it into the program; nil in a program that was built otherwise.
    public static var text: String? {
        var buffer = [CChar](repeating: 0, count: 64)
        let count = unsafe mb_commit(&buffer, buffer.count)
        if count == 0 { return nil }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
