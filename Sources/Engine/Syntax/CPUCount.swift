// SPDX-License-Identifier: Apache-2.0

/// How much processor time a container gets, in processors: `1.5`, `0.25`, and `0` for no limit.
public struct CPUCount: Hashable, Sendable, CustomStringConvertible {
    /// Billionths of a processor.
    public let nanoCPUs: UInt64

    /// Reads a decimal number of at most nine places.
    ///
    /// Below a hundredth the quota falls under the millisecond that the kernel asks for.
    public init(parsing text: String) throws(SyntaxError) {
        let advice = "write a number such as 1.5 or 0.25"
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? parts[1] : ""
        guard parts.count <= 2, !(text.isEmpty || text == "."),
            let whole = parts[0].isEmpty ? 0 : UInt64(digits: parts[0]),
            fraction.isEmpty || UInt64(digits: fraction) != nil
        else { throw SyntaxError(text, "is not a number of processors", advice) }
        guard fraction.utf8.count <= 9 else {
            throw SyntaxError(text, "is too precise", "write at most nine digits after the point")
        }
        guard whole <= 1_000_000 else { throw SyntaxError(text, "is more processors than a machine has", advice) }
        let padded = fraction + String(repeating: "0", count: 9 - fraction.utf8.count)
        nanoCPUs = whole * 1_000_000_000 + (UInt64(padded) ?? 0)
        guard nanoCPUs == 0 || nanoCPUs >= 10_000_000 else {
            throw SyntaxError(text, "is less than the kernel can share out", "write 0.01 or more")
        }
    }

    /// As it is written, without zeros at the end: `1.5`.
    public var description: String {
        let (whole, rest) = nanoCPUs.quotientAndRemainder(dividingBy: 1_000_000_000)
        if rest == 0 { return String(whole) }
        // A one before the digits keeps the zeros that they begin with.
        var digits = String(1_000_000_000 + rest).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits)"
    }

    /// The microseconds of each `period` that may be used, or nil where there is no limit.
    public func quota(period: UInt64 = 100_000) -> UInt64? {
        nanoCPUs == 0 ? nil : nanoCPUs * period / 1_000_000_000
    }
}

/// The microseconds in which a quota is counted: docker's `--cpu-period`, 1000 to a million (cgroup-v2.rst, `cpu.max`).
public struct CPUPeriod: Hashable, Sendable, CustomStringConvertible {
    public let microseconds: UInt64

    /// Reads a whole number.
    public init(parsing text: String) throws(SyntaxError) {
        guard let number = UInt64(digits: text), (1000...1_000_000).contains(number) else {
            throw SyntaxError(text, "is no period", "write microseconds from 1000 to 1000000; 100000 is ordinary")
        }
        microseconds = number
    }

    /// In digits.
    public var description: String { String(microseconds) }
}

/// The microseconds of each period that may be used: docker's `--cpu-quota`; `-1` or `0` for any number.
public enum CPUQuota: Hashable, Sendable, CustomStringConvertible {
    case unlimited
    case microseconds(UInt64)

    /// Reads a whole number. The kernel takes none below a thousand.
    public init(parsing text: String) throws(SyntaxError) {
        if text == "-1" || text == "0" {
            self = .unlimited
        } else if let number = UInt64(digits: text), (1000...1_000_000_000_000).contains(number) {
            self = .microseconds(number)
        } else {
            throw SyntaxError(text, "is no quota", "write microseconds of each period, 1000 or more, or -1 for any")
        }
    }

    /// In digits, or `-1`.
    public var description: String {
        switch self {
        case .unlimited: "-1"
        case .microseconds(let number): String(number)
        }
    }
}

/// Processors by number, as in `0-3,5`: cpuset(7), "List format".
public struct CPUList: Hashable, Sendable, CustomStringConvertible {
    /// The numbers, ascending.
    public let numbers: [Int]

    /// Reads numbers and ranges with commas between them.
    public init(parsing text: String) throws(SyntaxError) {
        numbers = try readNumbers(text, below: 8192, of: "processors", "0-3,5")
    }

    /// The numbers with commas between them.
    public var description: String { numbers.map(String.init).joined(separator: ",") }
}

/// Nodes of memory by number, as in `0-1`: cpuset(7), "List format".
public struct MemoryNodeList: Hashable, Sendable, CustomStringConvertible {
    /// The numbers, ascending.
    public let numbers: [Int]

    /// Reads numbers and ranges with commas between them.
    public init(parsing text: String) throws(SyntaxError) {
        numbers = try readNumbers(text, below: 1024, of: "nodes of memory", "0-1")
    }

    /// The numbers with commas between them.
    public var description: String { numbers.map(String.init).joined(separator: ",") }
}

private func readNumbers(
    _ text: String, below end: UInt64, of what: String, _ example: String
) throws(SyntaxError) -> [Int] {
    var found: Set<Int> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
        let ends = part.split(separator: "-", omittingEmptySubsequences: false)
        guard (1...2).contains(ends.count), let first = UInt64(digits: ends[0]),
            let last = ends.count == 2 ? UInt64(digits: ends[1]) : first, first <= last, last < end
        else { throw SyntaxError(text, "is not a list of \(what)", "write numbers and ranges, as in \(example)") }
        found.formUnion(Int(first)...Int(last))
    }
    return found.sorted()
}

/// How much of a disk's time a container gets among others, 10 to 1000: docker's `--blkio-weight`.
public struct BlockWeight: Hashable, Sendable, CustomStringConvertible {
    /// On the scale of cgroup v1; 0 where nothing is asked for.
    public let weight: UInt16

    /// Reads a whole number.
    public init(parsing text: String) throws(SyntaxError) {
        guard let number = UInt16(text), (10...1000).contains(number) else {
            throw SyntaxError(text, "is no weight of input and output", "write a number from 10 to 1000")
        }
        weight = number
    }

    /// In digits.
    public var description: String { String(weight) }
}

/// The weight of a container among its neighbours, 2 to 262144, 1024 for an ordinary one: docker's `--cpu-shares`.
public struct CPUShares: Hashable, Sendable, CustomStringConvertible {
    /// The weight on the scale of cgroup v1.
    public let shares: UInt64

    /// Reads a whole number; 0 is the ordinary weight.
    public init(parsing text: String) throws(SyntaxError) {
        guard let number = UInt64(digits: text), number == 0 || (2...262_144).contains(number) else {
            throw SyntaxError(text, "is no weight", "write a number from 2 to 262144; 1024 is ordinary")
        }
        shares = number == 0 ? 1024 : number
    }

    /// In digits.
    public var description: String { String(shares) }
}

/// How many processes there may be: `--pids-limit 100`, and `-1` or `0` for any number.
public enum ProcessLimit: Hashable, Sendable, CustomStringConvertible {
    /// Any number.
    case unlimited
    /// At most so many.
    case processes(UInt64)

    /// Reads a whole number.
    public init(parsing text: String) throws(SyntaxError) {
        if text == "-1" || text == "0" {
            self = .unlimited
        } else if let number = UInt64(digits: text), number <= 4_194_304 {
            self = .processes(number)
        } else {
            throw SyntaxError(text, "is no number of processes", "write a number up to 4194304, or -1 for no limit")
        }
    }

    /// In digits, or `-1`.
    public var description: String {
        switch self {
        case .unlimited: "-1"
        case .processes(let number): String(number)
        }
    }
}

/// How soon the kernel ends the container when memory is short: proc(5), `oom_score_adj`.
public struct OutOfMemoryScore: Hashable, Sendable, CustomStringConvertible {
    /// -1000, never, to 1000, first.
    public let score: Int

    /// Reads a whole number from -1000 to 1000.
    public init(parsing text: String) throws(SyntaxError) {
        guard let number = Int(text), (-1000...1000).contains(number) else {
            throw SyntaxError(text, "is no out-of-memory score", "write a number from -1000 to 1000")
        }
        score = number
    }

    /// In digits, with a minus where it is negative.
    public var description: String { String(score) }
}
