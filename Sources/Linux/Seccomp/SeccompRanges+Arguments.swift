// SPDX-License-Identifier: Apache-2.0

extension SeccompRanges {
    /// The answer of the first rule that holds.
    static func decide(_ rules: [SeccompRule], _ otherwise: SeccompAction) -> [FilterInstruction] {
        var program: [FilterInstruction] = []
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
    private static func test(_ rule: SeccompRule) -> [FilterInstruction] {
        var program: [FilterInstruction] = [.answer(rule.action)]
        for comparison in rule.comparisons.reversed() {
            program = compare(comparison, failing: program.count) + program
        }
        return program
    }

    /// Falls through where the comparison holds, else jumps over `distance` instructions after it.
    private static func compare(_ comparison: SeccompComparison, failing distance: Int) -> [FilterInstruction] {
        let low = UInt32(truncatingIfNeeded: comparison.value)
        let high = UInt32(truncatingIfNeeded: comparison.value >> 32)
        let offset = UInt32(16 + 8 * comparison.argument)
        let loadHigh = FilterInstruction.load(offset + 4)
        let loadLow = FilterInstruction.load(offset)
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
            let last: FilterInstruction.Test = comparison.operator == .greater ? .greater : .greaterOrEqual
            return [
                loadHigh, .jump(.greater, high).jumping(3, 0), .jump(.equal, high).jumping(0, distance + 2),
                loadLow, .jump(last, low).jumping(0, distance),
            ]
        case .less, .lessOrEqual:
            let last: FilterInstruction.Test = comparison.operator == .less ? .greaterOrEqual : .greater
            return [
                loadHigh, .jump(.greater, high).jumping(distance + 3, 0), .jump(.equal, high).jumping(0, 2),
                loadLow, .jump(last, low).jumping(distance, 0),
            ]
        case .maskedEqual:
            let highMask = UInt32(truncatingIfNeeded: comparison.mask >> 32)
            let lowMask = UInt32(truncatingIfNeeded: comparison.mask)
            let lowTest = [
                loadLow, .and(lowMask), FilterInstruction.jump(.equal, low & lowMask).jumping(0, distance),
            ]
            if highMask == 0 { return lowTest }
            let highTest = FilterInstruction.jump(.equal, high & highMask).jumping(0, distance + lowTest.count)
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

    var program: [FilterInstruction] {
        let offset = UInt32(16 + 8 * argument)
        var program: [FilterInstruction] = [.load(offset)]
        for (index, value) in values.enumerated() {
            let left = values.count - index - 1
            program.append(.jump(.equal, value).jumping(left, left == 0 ? 1 : 0))
        }
        program.append(.answer(action))
        guard let high else { return program }
        return [.load(offset + 4), .jump(.equal, high).jumping(0, program.count)] + program
    }
}
