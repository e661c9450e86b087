// SPDX-License-Identifier: Apache-2.0

extension SeccompFilter {
    /// What the kernel would do with `call`, and after how many instructions; nil where the program is malformed.
    ///
    /// It interprets the classic BPF that seccomp takes (`kernel/seccomp.c`, `seccomp_check_filter`), so that a filter can be
    /// examined without making the call.
    public func answer(to call: SystemCall) -> (action: SeccompAction, steps: Int)? {
        var state = FilterState()
        var steps = 0
        while true {
            steps += 1
            switch state.step(in: instructions, { call.word(at: $0).map { .known($0) } }) {
            case .next: continue
            case .answer(.known(let answer)): return (SeccompAction(rawValue: answer), steps)
            case .answer(.unknown), .either, .nextOrZero, .malformed: return nil
            }
        }
    }

    /// Every answer that some arguments could have from a call with this number; nil where the program is malformed, or walks
    /// more ways than can be followed.
    ///
    /// Arguments are taken for unknown, and both ways are gone where a comparison hangs on one: what two comparisons exclude
    /// together may be among the answers. An answer that is computed of an argument is among them as a kill.
    public func answers(
        toNumber number: UInt32, on architecture: SeccompArchitecture = .native
    ) -> Set<SeccompAction>? {
        let call = SystemCall(number, on: architecture)
        var answers: Set<SeccompAction> = []
        var seen: Set<FilterState> = []
        var open = [FilterState()]
        while var state = open.popLast() {
            way: while true {
                let outcome = state.step(in: instructions) { offset in
                    offset < 8 ? call.word(at: offset).map { .known($0) } : offset < 64 ? .unknown : nil
                }
                switch outcome {
                case .next: continue
                case .answer(.known(let answer)):
                    answers.insert(SeccompAction(rawValue: answer))
                    break way
                case .answer(.unknown):
                    answers.insert(.killProcess)
                    break way
                case .nextOrZero: answers.insert(.killThread)
                case .either(let first, let second):
                    for position in [first, second] {
                        var other = state
                        other.position = position
                        if seen.insert(other).inserted { open.append(other) }
                    }
                    if seen.count > 20_000 { return nil }
                    break way
                case .malformed: return nil
                }
            }
        }
        return answers
    }

    /// Whether an answer of the program is to ask a supervisor.
    public var asksSupervisor: Bool {
        instructions.contains { word in
            UInt16(truncatingIfNeeded: word) == 0x06
                && UInt32(truncatingIfNeeded: word >> 32) & 0xffff_0000 == SeccompAction.notify.rawValue
        }
    }
}

extension [SeccompFilter] {
    /// What the kernel does with a call where a thread has all of these, the oldest first: the most restrictive answer, of
    /// equal ones the newest filter's (`kernel/seccomp.c`, `seccomp_run_filters`). Without any it is let through.
    public func answer(to call: SystemCall) -> SeccompAction? {
        var result = SeccompAction.allow
        for filter in reversed() {
            guard let answer = filter.answer(to: call)?.action else { return nil }
            if answer.rank < result.rank { result = answer }
        }
        return result
    }

    /// Every answer that some arguments could have from a call with this number: see ``SeccompFilter/answers(toNumber:on:)``.
    public func answers(
        toNumber number: UInt32, on architecture: SeccompArchitecture = .native
    ) -> Set<SeccompAction>? {
        var result: Set<SeccompAction> = [.allow]
        for filter in reversed() {
            guard let answers = filter.answers(toNumber: number, on: architecture) else { return nil }
            result = Set(result.flatMap { former in answers.map { $0.rank < former.rank ? $0 : former } })
        }
        return result
    }
}

extension SeccompAction {
    /// The less, the more restrictive: `ACTION_ONLY` of `kernel/seccomp.c`, which takes the upper half with its sign.
    var rank: Int32 { Int32(bitPattern: rawValue & 0xffff_0000) }

    /// Whether the call is made: with it a supervisor, a tracer or a log is told, or nobody. An action that the kernel does not
    /// know kills.
    public var isAllowing: Bool {
        switch rawValue & 0xffff_0000 {
        case 0x7fff_0000, 0x7ffc_0000, 0x7fc0_0000, 0x7ff0_0000: true
        default: false
        }
    }

    /// Whether the program ends of it.
    public var isKilling: Bool {
        !isAllowing && rawValue & 0xffff_0000 != 0x0005_0000 && rawValue & 0xffff_0000 != 0x0003_0000
    }
}
