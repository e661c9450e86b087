// SPDX-License-Identifier: Apache-2.0

extension SeccompRules {
    /// The same filter as rules that exclude each other, for whoever builds it with libseccomp, on any of its
    /// architectures at once. ``newerAction`` has to be nil.
    ///
    /// What is compared with more than 32 bits would, on an architecture that has no more, be compared with nothing, and
    /// hold for all: it is left to the default action.
    public func disjointRules() throws(SeccompError) -> [SeccompRule] {
        try disjoint(on: architectures.first ?? .native).filter { rule in
            rule.comparisons.allSatisfy { $0.value >> 32 == 0 }
        }
    }

    /// The same filter as rules that exclude each other, which is what libseccomp's trees can hold: in them an
    /// unconditional rule overrides the conditional ones, and a rule for the default action is an error. What it knows of
    /// an argument is 32 bits where the architecture has no more.
    func disjoint(on architecture: SeccompArchitecture) throws(SeccompError) -> [SeccompRule] {
        if newerAction != nil { throw SeccompError(.orderMatters, "a call newer than the profile") }
        var order: [String] = []
        var byName: [String: [SeccompRule]] = [:]
        for rule in rules {
            for name in rule.names {
                if byName[name] == nil { order.append(name) }
                byName[name, default: []].append(rule)
            }
        }
        let upper: UInt64 = architecture.isNarrow ? 0xffff_ffff_0000_0000 : 0
        var result: [SeccompRule] = []
        for name in order {
            for rule in try Self.disjoint(name, byName[name] ?? [], zero: upper) where rule.action != defaultAction {
                result.append(rule)
            }
        }
        return result
    }

    private static func disjoint(
        _ name: String, _ rules: [SeccompRule], zero: UInt64
    ) throws(SeccompError) -> [SeccompRule] {
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
        guard let (argument, taken) = equalities(conditional) else { throw SeccompError(.orderMatters, name) }
        for rest in complement(of: taken, zero: zero) {
            let comparison = SeccompComparison(argument, .maskedEqual, rest.value, mask: rest.mask)
            result.append(SeccompRule([name], otherwise, where: [comparison]))
        }
        return result
    }

    /// The argument and its bits, if each rule compares that one argument with one value.
    private static func equalities(_ rules: [SeccompRule]) -> (Int, [FixedBits])? {
        guard let argument = rules.first?.comparisons.first?.argument else { return nil }
        var taken: [FixedBits] = []
        for rule in rules {
            guard rule.comparisons.count == 1, let only = rule.comparisons.first, only.argument == argument,
                let bits = only.fixedBits
            else { return nil }
            taken.append(bits)
        }
        return (argument, taken)
    }

    /// Masked comparisons one of which holds for every number that none of `taken` holds for, where the bits in `zero`
    /// are never set.
    private static func complement(of taken: [FixedBits], zero: UInt64) -> [FixedBits] {
        var result: [FixedBits] = []
        var open = [FixedBits(mask: zero, value: 0)]
        while let next = open.popLast() {
            let possible = taken.filter { $0.mask & next.mask & ($0.value ^ next.value) == 0 }
            let undecided = possible.reduce(0) { $0 | $1.mask } & ~next.mask
            if possible.isEmpty {
                result.append(next)
            } else if !possible.contains(where: { $0.mask & ~next.mask == 0 }) {
                let bit: UInt64 = 1 << UInt64(63 - undecided.leadingZeroBitCount)
                open.append(FixedBits(mask: next.mask | bit, value: next.value | bit))
                open.append(FixedBits(mask: next.mask | bit, value: next.value))
            }
        }
        return result
    }
}

/// Bits of an argument, where `mask` has a one, and what they are.
private struct FixedBits {
    var mask: UInt64
    var value: UInt64
}

extension SeccompRule {
    /// Whether both cannot hold at once, as far as equalities on one argument tell.
    fileprivate func excludes(_ other: SeccompRule) -> Bool {
        comparisons.contains { mine in
            other.comparisons.contains { theirs in
                guard mine.argument == theirs.argument, let one = mine.fixedBits, let two = theirs.fixedBits
                else { return false }
                return one.mask & two.mask & (one.value ^ two.value) != 0
            }
        }
    }
}

extension SeccompComparison {
    fileprivate var fixedBits: FixedBits? {
        switch self.operator {
        case .equal: FixedBits(mask: .max, value: value)
        case .maskedEqual: FixedBits(mask: mask, value: value & mask)
        default: nil
        }
    }
}
