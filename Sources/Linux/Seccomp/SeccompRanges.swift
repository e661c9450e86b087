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
        var program = FilterAssembler()
        var next = program.place(of: [SeccompRule([], rules.foreignAction)], [.answer(rules.foreignAction)])
        for audit in audits.reversed() {
            let root = search(ranges(rules, audit)[...], rules.defaultAction, &program)
            program.continue(at: root)
            let body = program.add([.load(0)])
            next = program.branch(.jump(.equal, audit), body, next)
        }
        program.continue(at: next)
        _ = program.add([.load(4)])
        guard program.count <= SeccompFilter.longest else {
            throw SeccompError(.tooLong, "the program has \(program.count) instructions")
        }
        return SeccompFilter(instructions: program.instructions, flags: rules.flags)
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

    /// The place of a binary search: the number is in the accumulator.
    private static func search(
        _ ranges: ArraySlice<Range>, _ otherwise: SeccompAction, _ program: inout FilterAssembler
    ) -> Int {
        let middle = ranges.startIndex + ranges.count / 2
        if ranges.count == 1 {
            let decision = ranges[middle].decision
            return program.place(of: decision, decide(decision, otherwise))
        }
        let above = search(ranges[middle...], otherwise, &program)
        let below = search(ranges[..<middle], otherwise, &program)
        return program.branch(.jump(.greaterOrEqual, ranges[middle].first), above, below)
    }
}
