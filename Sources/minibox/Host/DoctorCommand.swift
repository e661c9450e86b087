// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import OCI

extension DoctorCommand {
    /// Prints what was found. It ends with 1 where something is missing, so that a script can ask.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        let findings = Doctor(places: globals.places).examine()
        switch options.format {
        case .json:
            let document = JSON.array(findings.map(\.json))
            try Minibox.show(String(decoding: document.bytes(pretty: true), as: UTF8.self) + "\n")
        case .table: try Minibox.show(text(of: findings))
        }
        return findings.contains { $0.level == .missing } ? 1 : 0
    }

    /// A row each, and below them what is to be done.
    static func text(of findings: [Finding]) -> String {
        var table = Table(["WHAT", "STATE", "THIS HOST"])
        for finding in findings { table.add([finding.name, finding.level.rawValue, finding.found]) }
        var text = table.text
        for finding in findings where finding.level != .ok {
            text += "\n\(finding.name): \(finding.level.rawValue)\n"
            text += "    cost:   \(finding.cost)\n    remedy: \(finding.remedy)\n"
        }
        return text
    }
}

extension Finding {
    fileprivate var json: JSON {
        .object(
            JSON.Object([
                ("Name", .string(name)), ("Level", .string(level.rawValue)), ("Found", .string(found)),
                ("Cost", .string(cost)), ("Remedy", .string(remedy)),
            ]))
    }
}
