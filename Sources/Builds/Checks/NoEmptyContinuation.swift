// SPDX-License-Identifier: Apache-2.0

/// A blank line in an instruction that goes on.
enum NoEmptyContinuation: Check {
    static let rule = CheckRule.noEmptyContinuation

    static func findings(in file: CheckedDockerfile) -> [CheckFinding] {
        var byInstruction: [Int: [SourceRange]] = [:]
        for range in file.file.emptyContinuationLines {
            let place = file.file.instruction(at: range.start) ?? 0
            byInstruction[place, default: []].append(range)
        }
        return byInstruction.sorted { $0.key < $1.key }.map { _, ranges in
            var finding = CheckFinding(
                rule, "a blank line does not end the instruction, and will be an error one day: remove it",
                at: ranges[0])
            finding.ranges = ranges
            return finding
        }
    }
}
