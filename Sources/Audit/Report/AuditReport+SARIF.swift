// SPDX-License-Identifier: Apache-2.0
public import OCI

extension AuditReport {
    /// Several of them as SARIF 2.1.0 (OASIS), which forges and editors show: a rule a check, a result for each that is open.
    public static func sarif(_ reports: [AuditReport], version: String) -> JSON {
        let rules = (AuditCheck.all + ImageCheck.all.map(\.check)).map { check -> JSON in
            var properties: JSON = [
                "group": .string(check.group.rawValue), "severity": .string(check.severity.rawValue),
            ]
            properties["exercise"] = check.exercise.map(JSON.string)
            let shown = check.exercise.map { ". What happens where it is open: minibox lab show \($0)" } ?? ""
            return [
                "id": .string(check.id), "shortDescription": ["text": .string(check.claim)],
                "help": ["text": .string(check.advice + shown)],
                "defaultConfiguration": ["level": .string(level(of: check.severity))],
                "properties": properties,
            ]
        }
        let results = reports.flatMap { report in
            report.rows.filter(\.isOpen).map { row -> JSON in
                [
                    "ruleId": .string(row.check.id), "level": .string(level(of: row.check.severity)),
                    "message": ["text": .string("\(report.name): not: \(row.check.claim): \(row.evidence)")],
                    "locations": [
                        ["logicalLocations": [["name": .string(report.name), "kind": "container"]]]
                    ],
                ]
            }
        }
        let driver: JSON = [
            "name": "minibox audit", "version": .string(version),
            "rules": .array(rules),
        ]
        return [
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
            "runs": [["tool": ["driver": driver], "results": .array(results)]],
        ]
    }

    private static func level(of severity: AuditCheck.Severity) -> String {
        switch severity {
        case .high: "error"
        case .medium: "warning"
        case .low, .info: "note"
        }
    }
}
