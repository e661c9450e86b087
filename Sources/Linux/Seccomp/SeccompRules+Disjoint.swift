// SPDX-License-Identifier: Apache-2.0

extension SeccompRules {
    /// The same filter as rules that exclude each other, which is what libseccomp's trees can hold: in them an
    /// unconditional rule overrides the conditional ones, and a rule for the default action is an error.
    func disjoint() throws(SeccompError) -> [SeccompRule] {
        var order: [String] = []
        var byName: [String: [SeccompRule]] = [:]
        for rule in rules {
            for name in rule.names {
                if byName[name] == nil { order.append(name) }
                byName[name, default: []].append(rule)
            }
        }
        var result: [SeccompRule] = []
        for name in order {
            for rule in try Self.disjoint(name, byName[name] ?? []) where rule.action != defaultAction {
                result.append(rule)
            }
        }
        return result
    }

    private static func disjoint(_ name: String, _ rules: [SeccompRule]) throws(SeccompError) -> [SeccompRule] {
        let last = rules.firstIndex { $0.comparisons.isEmpty }
        let conditional = last.map { Array(rules[..<$0]) } ?? rules
        for (index, rule) in conditional.enumerated() {
            for other in conditional[..<index] where other.action != rule.action && !other.excludes(rule) {
                throw SeccompError(.orderMatters, name)
            }
        }
        var result = conditional.map { SeccompRule([name], $0.action, where: $0.comparisons) }
        guard let last else { return result }
        let otherwise = rules[last].action
        if conditional.allSatisfy({ $0.action == otherwise }) { return [SeccompRule([name], otherwise)] }
        guard let (argument, values) = lowWords(conditional) else { throw SeccompError(.orderMatters, name) }
        for prefix in prefixes(avoiding: values) {
            let rest = SeccompComparison(argument, .maskedEqual, UInt64(prefix.value), mask: UInt64(prefix.mask))
            result.append(SeccompRule([name], otherwise, where: [rest]))
        }
        return result
    }

    /// The argument and the values, if each rule compares the low 32 bits of that one argument with one value.
    private static func lowWords(_ rules: [SeccompRule]) -> (Int, [UInt32])? {
        guard let argument = rules.first?.comparisons.first?.argument else { return nil }
        var values: [UInt32] = []
        for rule in rules {
            guard rule.comparisons.count == 1, let only = rule.comparisons.first, only.argument == argument,
                only.operator == .maskedEqual, only.mask == 0xffff_ffff, only.value <= 0xffff_ffff
            else { return nil }
            values.append(UInt32(only.value))
        }
        return (argument, values)
    }

    /// The fewest masked comparisons that hold for every 32-bit number but `values`.
    private static func prefixes(avoiding values: [UInt32]) -> [(mask: UInt32, value: UInt32)] {
        var result: [(mask: UInt32, value: UInt32)] = []
        var open: [(mask: UInt32, value: UInt32)] = [(0, 0)]
        while let next = open.popLast() {
            if !values.contains(where: { $0 & next.mask == next.value }) {
                result.append(next)
            } else if next.mask != .max {
                let bit: UInt32 = 1 << UInt32(31 - next.mask.nonzeroBitCount)
                open.append((next.mask | bit, next.value | bit))
                open.append((next.mask | bit, next.value))
            }
        }
        return result
    }
}

extension SeccompRule {
    /// Whether both cannot hold at once, as far as equalities on one argument tell.
    fileprivate func excludes(_ other: SeccompRule) -> Bool {
        comparisons.contains { mine in
            other.comparisons.contains { theirs in
                guard mine.argument == theirs.argument, let (m, v) = mine.fixedBits, let (n, w) = theirs.fixedBits
                else { return false }
                return m & n & (v ^ w) != 0
            }
        }
    }
}

extension SeccompComparison {
    fileprivate var fixedBits: (mask: UInt64, value: UInt64)? {
        switch self.operator {
        case .equal: (.max, value)
        case .maskedEqual: (mask, value)
        default: nil
        }
    }
}
