// SPDX-License-Identifier: Apache-2.0
public import OCI

/// What all checks came to for one container.
public struct AuditReport: Sendable {
    public struct Row: Sendable {
        public let check: AuditCheck
        public let verdict: AuditCheck.Verdict

        public var isOpen: Bool { if case .open = verdict { true } else { false } }
        /// `PASS`, `FAIL` or `N-A`.
        public var word: String {
            switch verdict {
            case .stands: "PASS"
            case .open: "FAIL"
            case .untold: "N-A"
            }
        }
        /// What the kernel said.
        public var evidence: String {
            switch verdict {
            case .stands(let words), .open(let words), .untold(let words): words
            }
        }
    }

    /// What was looked at: a container's name, or `pid 17`.
    public let name: String
    /// Open ones first, the worst of them before the others.
    public let rows: [Row]

    /// Judges what was read.
    public init(of subject: AuditSubject, named name: String) {
        self.name = name
        let all = AuditCheck.all.map { Row(check: $0, verdict: $0.judge(subject)) }
        let open = all.filter(\.isOpen)
        rows =
            AuditCheck.Severity.allCases.reversed().flatMap { severity in open.filter { $0.check.severity == severity }
            }
            + all.filter { !$0.isOpen }
    }

    /// The worst of what is open; nil where nothing is.
    public var worst: AuditCheck.Severity? { rows.filter(\.isOpen).map(\.check.severity).max() }

    public func count(_ word: String) -> Int { rows.count { $0.word == word } }

    public var json: JSON {
        [
            "name": .string(name), "passed": .integer(Int64(count("PASS"))), "failed": .integer(Int64(count("FAIL"))),
            "untold": .integer(Int64(count("N-A"))),
            "checks": .array(
                rows.map { row in
                    [
                        "id": .string(row.check.id), "group": .string(row.check.group.rawValue),
                        "severity": .string(row.check.severity.rawValue), "claim": .string(row.check.claim),
                        "status": .string(row.word), "evidence": .string(row.evidence),
                        "advice": .string(row.check.advice),
                    ]
                }),
        ]
    }
}
