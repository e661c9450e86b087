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
    /// What the filters of its first process let through; nil where they could not be read.
    public let systemCalls: SystemCallPicture?
    /// What was reached from inside; nil where nobody asked.
    public let reach: ReachReport?

    /// Judges what was read.
    ///
    /// - Parameters:
    ///   - drawsCalls: with an answer for each system call, which takes a while.
    ///   - expectation: what it was started with, where that is known.
    ///   - reach: what a program in it was told by the kernel, where one has asked.
    public init(
        of subject: AuditSubject, named name: String, drawsCalls: Bool = false,
        against expectation: AuditExpectation? = nil, reach: ReachReport? = nil
    ) {
        var all = AuditCheck.all.map { Row(check: $0, verdict: $0.judge(subject)) }
        if let expectation {
            let differences = expectation.differences(from: subject)
            all.removeAll { $0.check.id == "A66" }
            all += differences.map { Row(check: .drift($0.severity), verdict: .open($0.words)) }
            all = all.map { row in
                expectation.verdict(of: row.check.id, subject).map { Row(check: row.check, verdict: $0) } ?? row
            }
            if differences.isEmpty {
                all.append(Row(check: .drift(.high), verdict: .stands("the kernel says what its record says")))
            }
        }
        if let reach { all.append(Row(check: .reach, verdict: reach.verdict)) }
        self.init(named: name, rows: all, systemCalls: drawsCalls ? subject.first.filters.picture : nil, reach: reach)
    }

    init(named name: String, rows: [Row], systemCalls: SystemCallPicture? = nil, reach: ReachReport? = nil) {
        self.name = name
        self.reach = reach
        self.systemCalls = systemCalls
        let open = rows.filter(\.isOpen)
        self.rows =
            AuditCheck.Severity.allCases.reversed().flatMap { severity in open.filter { $0.check.severity == severity }
            }
            + rows.filter { !$0.isOpen }
    }

    /// The worst of what is open; nil where nothing is.
    public var worst: AuditCheck.Severity? { rows.filter(\.isOpen).map(\.check.severity).max() }

    public func count(_ word: String) -> Int { rows.count { $0.word == word } }

    public var json: JSON {
        var json: JSON = [
            "name": .string(name), "passed": .integer(Int64(count("PASS"))), "failed": .integer(Int64(count("FAIL"))),
            "untold": .integer(Int64(count("N-A"))),
            "checks": .array(
                rows.map { row in
                    [
                        "id": .string(row.check.id), "group": .string(row.check.group.rawValue),
                        "severity": .string(row.check.severity.rawValue), "claim": .string(row.check.claim),
                        "status": .string(row.word), "evidence": .string(row.evidence),
                        "advice": .string(row.check.advice),
                        "exercise": row.check.exercise.map(JSON.string) ?? .null,
                    ]
                }),
        ]
        json["systemCalls"] = systemCalls?.json
        json["reach"] = reach?.json
        return json
    }
}
