// SPDX-License-Identifier: Apache-2.0

/// Compiles rules into a search over sorted ranges of numbers.
///
/// Neighbouring numbers mostly have the same answer, so a profile of 400 calls is some 60 ranges: a program a few times
/// shorter than libseccomp's tree, which names every number, and loaded in a fraction of its time
/// (`docs/decisions/0004-a-filter-of-ranges.md`). It keeps the order of the rules, and on i386 the arguments of each.
public enum SeccompRanges {
    /// The program of `rules`; names that no table knows are left to the default action.
    public static func compile(_ rules: SeccompRules) throws(SeccompError) -> SeccompFilter {
        var audits: [UInt32] = []
        for architecture in rules.architectures where !audits.contains(architecture.auditValue) {
            audits.append(architecture.auditValue)
        }
        var program: [Instruction] = [.load(4)]
        for audit in audits {
            let body = [.load(0)] + search(ranges(rules, audit)[...], rules.defaultAction)
            program += over(body, unless: .jump(.equal, audit))
        }
        program.append(.answer(rules.foreignAction))
        guard program.count <= SeccompFilter.longest else {
            throw SeccompError(.tooLong, "the program has \(program.count) instructions")
        }
        return SeccompFilter(instructions: program.map(\.word))
    }

    /// `body` where the comparison holds, nothing where it does not.
    private static func over(_ body: [Instruction], unless comparison: Instruction) -> [Instruction] {
        if body.count <= 255 { return [comparison.jumping(0, body.count)] + body }
        return [comparison.jumping(1, 0), .skip(body.count)] + body
    }
}

// MARK: - Numbers

/// Numbers from `first` up to the next range's first, which all have the same decision.
private struct Range {
    var first: UInt32
    var decision: [SeccompRule]
}

extension SeccompRanges {
    /// The ranges of one call table, from 0 on. x32 shares the table of x86_64, above its bit.
    private static func ranges(_ rules: SeccompRules, _ audit: UInt32) -> [Range] {
        var decisions: [UInt32: [SeccompRule]] = [:]
        for architecture in rules.architectures where architecture.auditValue == audit {
            for rule in rules.rules {
                let bare = SeccompRule([], rule.action, where: rule.comparisons)
                for name in rule.names {
                    guard case .number(let number) = architecture.number(of: name) else { continue }
                    // What stands behind an unconditional rule is never reached.
                    if let last = decisions[number]?.last, last.comparisons.isEmpty { continue }
                    decisions[number, default: []].append(bare)
                }
            }
        }
        let otherwise = [SeccompRule([], rules.defaultAction)]
        let newer = [SeccompRule([], rules.newerAction ?? rules.defaultAction)]
        var result = [Range(first: 0, decision: otherwise)]
        func begin(_ first: UInt32, _ decision: [SeccompRule]) {
            if result.last?.first == first { result.removeLast() }
            if result.last?.decision != decision { result.append(Range(first: first, decision: decision)) }
        }
        func add(_ numbers: some Sequence<UInt32>) {
            var last: UInt32?
            for number in numbers {
                begin(number, decisions[number] ?? otherwise)
                begin(number + 1, otherwise)
                last = number
            }
            if let last { begin(last + 1, newer) }
        }
        let numbers = decisions.keys.sorted()
        add(numbers.lazy.filter { $0 < SeccompArchitecture.x32Bit })
        if rules.architectures.contains(.x32), audit == SeccompArchitecture.x32.auditValue {
            begin(SeccompArchitecture.x32Bit, otherwise)
            add(numbers.lazy.filter { $0 >= SeccompArchitecture.x32Bit })
        } else if audit == SeccompArchitecture.amd64.auditValue {
            begin(SeccompArchitecture.x32Bit, [SeccompRule([], rules.foreignAction)])
        }
        return result
    }

    /// A binary search: the number is in the accumulator.
    private static func search(_ ranges: ArraySlice<Range>, _ otherwise: SeccompAction) -> [Instruction] {
        guard ranges.count > 1 else { return ranges.first.map { decide($0.decision, otherwise) } ?? [] }
        let middle = ranges.startIndex + ranges.count / 2
        let below = search(ranges[..<middle], otherwise)
        return over(below, unless: .jump(.less, ranges[middle].first)) + search(ranges[middle...], otherwise)
    }
}

// MARK: - Arguments

extension SeccompRanges {
    /// The answer of the first rule that holds.
    private static func decide(_ rules: [SeccompRule], _ otherwise: SeccompAction) -> [Instruction] {
        var program: [Instruction] = []
        var rest = rules[...]
        while let rule = rest.first {
            if rule.comparisons.isEmpty { return program + [.answer(rule.action)] }
            if let group = Equalities(rest) {
                program += group.program
                rest = rest.dropFirst(group.values.count)
            } else {
                program += test(rule)
                rest = rest.dropFirst()
            }
        }
        return program + [.answer(otherwise)]
    }

    /// Answers where every comparison of the rule holds, else falls through.
    private static func test(_ rule: SeccompRule) -> [Instruction] {
        var program: [Instruction] = [.answer(rule.action)]
        for comparison in rule.comparisons.reversed() {
            program = compare(comparison, failing: program.count) + program
        }
        return program
    }

    /// Falls through where the comparison holds, else jumps over `distance` instructions after it.
    private static func compare(_ comparison: SeccompComparison, failing distance: Int) -> [Instruction] {
        let low = UInt32(truncatingIfNeeded: comparison.value)
        let high = UInt32(truncatingIfNeeded: comparison.value >> 32)
        let offset = UInt32(16 + 8 * comparison.argument)
        let loadHigh = Instruction.load(offset + 4)
        let loadLow = Instruction.load(offset)
        switch comparison.operator {
        case .equal:
            return [
                loadHigh, .jump(.equal, high).jumping(0, distance + 2),
                loadLow, .jump(.equal, low).jumping(0, distance),
            ]
        case .notEqual:
            return [
                loadHigh, .jump(.equal, high).jumping(0, 2), loadLow, .jump(.equal, low).jumping(distance, 0),
            ]
        case .greater, .greaterOrEqual:
            let last: Instruction.Test = comparison.operator == .greater ? .greater : .greaterOrEqual
            return [
                loadHigh, .jump(.greater, high).jumping(3, 0), .jump(.equal, high).jumping(0, distance + 2),
                loadLow, .jump(last, low).jumping(0, distance),
            ]
        case .less, .lessOrEqual:
            let last: Instruction.Test = comparison.operator == .less ? .greaterOrEqual : .greater
            return [
                loadHigh, .jump(.greater, high).jumping(distance + 3, 0), .jump(.equal, high).jumping(0, 2),
                loadLow, .jump(last, low).jumping(distance, 0),
            ]
        case .maskedEqual:
            let highMask = UInt32(truncatingIfNeeded: comparison.mask >> 32)
            let lowMask = UInt32(truncatingIfNeeded: comparison.mask)
            let lowTest = [
                loadLow, .and(lowMask), Instruction.jump(.equal, low & lowMask).jumping(0, distance),
            ]
            if highMask == 0 { return lowTest }
            let highTest = Instruction.jump(.equal, high & highMask).jumping(0, distance + lowTest.count)
            return [loadHigh, .and(highMask), highTest] + lowTest
        }
    }
}

/// Rules in a row that each compare the same argument with one value and have the same action: one load for them all.
private struct Equalities {
    var argument: Int
    var action: SeccompAction
    /// Whether the upper half must be `high`, or does not count.
    var high: UInt32?
    var values: [UInt32] = []

    /// The longest such group at the start of `rules`, or nil.
    init?(_ rules: ArraySlice<SeccompRule>) {
        guard let first = rules.first, let (comparison, high) = Self.single(first) else { return nil }
        argument = comparison.argument
        action = first.action
        self.high = high
        for rule in rules.prefix(200) {
            guard let (other, otherHigh) = Self.single(rule), other.argument == argument, otherHigh == high,
                rule.action == action
            else { break }
            values.append(UInt32(truncatingIfNeeded: other.value))
        }
    }

    private static func single(_ rule: SeccompRule) -> (SeccompComparison, UInt32?)? {
        guard rule.comparisons.count == 1, let only = rule.comparisons.first else { return nil }
        if only.operator == .equal { return (only, UInt32(truncatingIfNeeded: only.value >> 32)) }
        return only.operator == .maskedEqual && only.mask == 0xffff_ffff ? (only, nil) : nil
    }

    var program: [Instruction] {
        let offset = UInt32(16 + 8 * argument)
        var program: [Instruction] = [.load(offset)]
        for (index, value) in values.enumerated() {
            let left = values.count - index - 1
            program.append(.jump(.equal, value).jumping(left, left == 0 ? 1 : 0))
        }
        program.append(.answer(action))
        guard let high else { return program }
        return [.load(offset + 4), .jump(.equal, high).jumping(0, program.count)] + program
    }
}

// MARK: - Instructions

/// One `struct sock_filter`.
private struct Instruction {
    enum Test: UInt64 {
        case equal = 0x15
        case greater = 0x25
        case greaterOrEqual = 0x35
        /// Written as the opposite of ``greaterOrEqual``.
        case less = 0
    }

    var word: UInt64
    private var negated = false

    private init(_ code: UInt64, _ operand: UInt32, negated: Bool = false) {
        word = code | UInt64(operand) << 32
        self.negated = negated
    }

    static func load(_ offset: UInt32) -> Instruction { .init(0x20, offset) }
    static func and(_ mask: UInt32) -> Instruction { .init(0x54, mask) }
    static func answer(_ action: SeccompAction) -> Instruction { .init(0x06, action.rawValue) }
    static func skip(_ count: Int) -> Instruction { .init(0x05, UInt32(count)) }
    static func jump(_ test: Test, _ operand: UInt32) -> Instruction {
        test == .less
            ? .init(Test.greaterOrEqual.rawValue, operand, negated: true) : .init(test.rawValue, operand)
    }

    /// This comparison with its distances, at most 255 each.
    func jumping(_ ifTrue: Int, _ ifFalse: Int) -> Instruction {
        var copy = self
        let (first, second) = negated ? (ifFalse, ifTrue) : (ifTrue, ifFalse)
        copy.word |= UInt64(first) << 16 | UInt64(second) << 24
        return copy
    }
}
