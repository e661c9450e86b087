// SPDX-License-Identifier: Apache-2.0

/// A list of processors or of memory nodes as the kernel writes it: `0-3,7` (cpuset(7), "List format").
public struct NumberList: Hashable, Sendable, CustomStringConvertible {
    /// As they were written.
    public let ranges: [ClosedRange<Int>]

    /// Nil where the text is no such list, or is an empty one. Numbers end at 65535, beyond all that a kernel has.
    public init?(parsing text: String) {
        var ranges: [ClosedRange<Int>] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false)
            guard ends.count <= 2, let first = ends.first.flatMap(Self.number),
                let last = ends.last.flatMap(Self.number),
                first <= last
            else { return nil }
            ranges.append(first...last)
        }
        self.ranges = ranges
    }

    private static func number(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
            let number = UInt16(text)
        else { return nil }
        return Int(number)
    }

    /// Each number once, in order.
    public var numbers: [Int] { Set(ranges.joined()).sorted() }

    public var description: String {
        ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
    }
}
