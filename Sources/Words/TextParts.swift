// SPDX-License-Identifier: Apache-2.0

extension StringProtocol {
    /// Whether `part` is somewhere in it, byte by byte; what is empty is everywhere.
    public func hasPart(_ part: some StringProtocol) -> Bool {
        let (bytes, wanted) = (Array(utf8), Array(part.utf8))
        guard let first = wanted.first else { return true }
        guard bytes.count >= wanted.count else { return false }
        return (0...(bytes.count - wanted.count)).contains { start in
            bytes[start] == first && bytes[start..<(start + wanted.count)].elementsEqual(wanted)
        }
    }
}
