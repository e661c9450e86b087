// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension Plan {
    /// The plan for people: a block a phase, a step a row of number, what it does, by which calls, and what it protects
    /// from. What the host could not give comes last.
    ///
    /// - Parameters:
    ///   - times: shown in microseconds beside the steps that have one.
    ///   - width: the most columns of a line, 40 at least; longer words are broken. Without it a step is one line,
    ///     whatever its length, for a file or a pipe.
    public func explanation(times: StepTimes? = nil, width: Int? = nil) -> String {
        let steps = steps
        let rows = steps.map { $0.cells(times: times) }
        let titles = ["step"] + (times == nil ? [] : ["µs"]) + ["what", "call", "protects"]
        let table = TextTable(
            titles: titles, rows: rows, numeric: times == nil ? [0] : [0, 1], width: width.map { max($0, 40) })
        var lines = table.header
        var phase: Phase?
        for (step, row) in zip(steps, rows) {
            if step.phase != phase {
                phase = step.phase
                lines += ["", "\(step.phase.rawValue): \(step.phase.meaning)"]
            }
            lines += table.lines(of: row)
        }
        if let times {
            let total = times.durations.values.reduce(0, +)
            lines += ["", "\(total / 1000) µs in \(times.durations.count) steps; the two sides of the clone overlap"]
        }
        if !notes.isEmpty { lines += [""] + notes.map { "note: \($0)" } }
        return lines.map { $0 + "\n" }.joined()
    }
}

extension NumberedStep {
    fileprivate func cells(times: StepTimes?) -> [String] {
        let words = step.explanation
        let time = times.map { times in times.durations[number].map { "\($0 / 1000)" } ?? "" }
        return ["\(number)"] + (time.map { [$0] } ?? []) + [words.what, words.call, words.protects]
    }
}

extension Phase {
    /// Who runs the phase, and what is in reach then.
    public var meaning: String {
        switch self {
        case .prepare: "by the parent, before there is a child"
        case .spawn: "the clone"
        case .beside: "by the parent, while the child makes its namespaces and waits"
        case .build: "by the child, the host's files still in reach, by descriptor alone"
        case .pivot: "by the child: from the host's root to the container's"
        case .inside: "by the child, inside, with every right over its namespaces"
        case .confine: "by the child: giving rights up"
        case .gate: "by the child: waiting until it may go on"
        case .launch: "by the child: the program"
        case .after: "by the parent, when the container has ended"
        }
    }
}
