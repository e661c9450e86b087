// SPDX-License-Identifier: Apache-2.0

/// Which part of a thing came (`Content-Range`, RFC 9110, 14.4): `bytes 5-9/10`.
public struct ContentRange: Hashable, Sendable {
    public var first: Int64
    public var last: Int64
    /// Of the whole; nil where it is not known.
    public var total: Int64?

    public init?(_ header: String) {
        guard header.hasPrefix("bytes ") else { return nil }
        let halves = header.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, let (first, last) = Self.span(halves[0]) else { return nil }
        self.first = first
        self.last = last
        if halves[1] != "*" {
            guard let total = Int64(halves[1]), total > last else { return nil }
            self.total = total
        }
    }

    /// How much of an upload a registry has (`Range: 0-1023`, also with `bytes=`); 0 for what docker-registry says of
    /// nothing, which is `0-0`, and for what is no range. Of an upload of one byte that is sent again.
    public static func received(_ header: String?) -> Int64? {
        guard let header else { return nil }
        guard let (first, last) = span(header.hasPrefix("bytes=") ? header.dropFirst(6) : header[...]), first == 0
        else {
            return nil
        }
        return last == 0 ? 0 : last + 1
    }

    private static func span(_ text: Substring) -> (Int64, Int64)? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, ends.allSatisfy({ $0.utf8.first.map { $0 != UInt8(ascii: "+") } ?? false }),
            let first = Int64(ends[0]), let last = Int64(ends[1]), 0 <= first, first <= last, last < Int64.max
        else { return nil }
        return (first, last)
    }
}
