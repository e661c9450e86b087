// SPDX-License-Identifier: Apache-2.0
internal import Words

extension AuditReport {
    /// For a terminal: what is open with what closes it, and then what stands, a line each.
    ///
    /// - Parameter isWhole: with what stands, and what could not be told.
    public func text(isWhole: Bool) -> String {
        let open = rows.filter(\.isOpen)
        var lines = ["\(name): \(count("PASS")) stand, \(open.count) open, \(count("N-A")) cannot be told"]
        for row in open {
            lines.append("  \(Self.padded(row.check.severity.rawValue, 7))\(row.check.id)  not: \(row.check.claim)")
            lines.append("               \(plainText(row.evidence))")
            lines.append("               to close it: \(row.check.advice)")
            if let exercise = row.check.exercise {
                lines.append("               to see it: minibox lab show \(exercise)")
            }
        }
        if isWhole {
            for row in rows where !row.isOpen {
                lines.append(
                    "  \(Self.padded(row.word.lowercased(), 7))\(row.check.id)  \(row.check.claim): \(plainText(row.evidence))"
                )
            }
        }
        return lines.joined(separator: "\n") + "\n" + (reach.map { "asked inside:\n" + $0.text } ?? "")
    }

    /// What `minibox audit --explain ID` says of a check.
    public static func explanation(of id: String) -> String? {
        guard
            let check = (AuditCheck.all + [.reach] + ImageCheck.all.map(\.check)).first(where: {
                $0.id == id.uppercased()
            })
        else { return nil }
        return "\(check.id)  \(check.group.rawValue), \(check.severity.rawValue)\n  claim: \(check.claim)\n  "
            + "where it is open: \(check.advice)\n"
            + (check.exercise.map { "  exercise: minibox lab show \($0)\n" } ?? "")
    }

    private static func padded(_ word: String, _ width: Int) -> String {
        word + String(repeating: " ", count: max(1, width - word.count))
    }
}
