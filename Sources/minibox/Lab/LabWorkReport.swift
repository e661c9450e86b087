// SPDX-License-Identifier: Apache-2.0
internal import Lab
internal import Linux
internal import OCI
internal import Words

/// `minibox lab report --verify FILE`.
enum LabWorkReport {
    /// Reads a report, and prints what it proves.
    /// - Returns: 1 where it does not hold together.
    static func verify(_ path: String, seed: String?) throws -> Int32 {
        let report: JSON
        do {
            report = try JSON(parsing: try Descriptor.contents(of: path))
        } catch {
            throw LabError(.invalid, "cannot read the report \(path)", cause: error)
        }
        let verdict: WorkVerdict
        do throws(LabError) { verdict = try WorkVerdict(report, seed: seed) } catch {
            throw LabError(error.code, "\(path): \(error.subject)")
        }
        var table = Table(["EXERCISE", "FLAG", "SEED", "MODE", "HINTS", "SOLUTION"])
        for answer in verdict.answers {
            table.add([
                plainText(answer.exercise), answer.kind.rawValue, answer.seed.map(plainText) ?? "none",
                answer.mode == .plain ? "" : answer.mode.rawValue, "\(answer.hints)",
                answer.wasShown ? "shown before" : "",
            ])
        }
        if !verdict.answers.isEmpty { try Minibox.show(table.text) }
        if let fault = verdict.fault {
            try Minibox.show("broken at record \(verdict.count + 1): \(plainText(fault))\n")
        } else {
            try Minibox.show("\(verdict.count) records, unbroken: \(verdict.count):\(verdict.hash)\n")
        }
        return verdict.holds ? 0 : 1
    }
}
