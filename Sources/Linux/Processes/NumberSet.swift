// SPDX-License-Identifier: Apache-2.0
internal import CLinux

/// A set of processors or of memory nodes, by number, as the kernel writes and takes them: cpuset(7), "List format".
public struct NumberSet: Hashable, Sendable {
    /// The highest number that a list may name: more than any kernel is built for.
    public static let highest = 8191

    /// Ascending, each once.
    public let numbers: [Int]

    public init(_ numbers: some Sequence<Int>) { self.numbers = Set(numbers).sorted() }

    /// `0-3,7`, with the stride that the kernel also takes left out; nil where it is no such list or an empty one.
    public init?(list: String) {
        var found: Set<Int> = []
        for part in list.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map(Self.number)
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last else {
                return nil
            }
            found.formUnion(first...last)
        }
        if found.isEmpty { return nil }
        self.init(found)
    }

    private static func number(_ text: Substring) -> Int? {
        let digits = text.utf8.drop { $0 == UInt8(ascii: " ") }
        guard !digits.isEmpty, digits.count <= 5, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        let value = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        return value <= highest ? value : nil
    }

    /// One bit a number, in words of 64.
    var mask: [UInt64] {
        var words = [UInt64](repeating: 0, count: (numbers.last ?? 0) / 64 + 1)
        for number in numbers { words[number / 64] |= 1 << UInt64(number % 64) }
        return words
    }

    init(mask: [UInt64]) {
        self.init((0..<mask.count * 64).filter { mask[$0 / 64] & (1 << UInt64($0 % 64)) != 0 })
    }
}

extension NumberSet: CustomStringConvertible {
    /// `0-3,7`.
    public var description: String {
        var parts: [String] = []
        var rest = numbers[...]
        while let first = rest.popFirst() {
            var last = first
            while rest.first == last + 1 {
                last += 1
                rest = rest.dropFirst()
            }
            parts.append(first == last ? "\(first)" : "\(first)-\(last)")
        }
        return parts.joined(separator: ",")
    }
}

extension CurrentProcess {
    /// The processors that the calling thread, and what it starts, may run on: sched_setaffinity(2).
    public static func setProcessors(_ processors: NumberSet) throws(SystemError) {
        let mask = processors.mask
        try check("sched_setaffinity") { unsafe mb_sched_setaffinity(0, mask, mask.count * 8) }
    }

    /// Those that it may run on now: sched_getaffinity(2).
    public static func processors() throws(SystemError) -> NumberSet {
        var mask = [UInt64](repeating: 0, count: (NumberSet.highest + 1) / 64)
        try check("sched_getaffinity") { unsafe mb_sched_getaffinity(0, &mask, mask.count * 8) }
        return NumberSet(mask: mask)
    }

    /// Lets the calling thread run on every processor that its cgroup gives it. The kernel leaves those out that are not
    /// there, so all are asked for.
    public static func resetProcessors() throws(SystemError) {
        let mask = [UInt64](repeating: .max, count: (NumberSet.highest + 1) / 64)
        try check("sched_setaffinity") { unsafe mb_sched_setaffinity(0, mask, mask.count * 8) }
    }
}
