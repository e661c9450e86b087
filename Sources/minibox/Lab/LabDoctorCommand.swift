// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Lab

/// `minibox lab doctor`.
enum LabDoctorCommand {
    /// What its line says.
    struct Options: Sendable {}

    /// The table of `minibox lab doctor`.
    static func table() -> Command<Options> {
        Command(
            "Show what the lab needs, and what this machine has of it",
            discussion: ["It ends with 1 where no exercise could be shown at all."], options: Options())
    }

    /// A row for each need, with the exercises that have it.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        let catalog = try Catalog.find()
        var table = Table(["NEED", "STATE", "FOR"])
        var isUsable = true
        for finding in LabDoctor.basics() {
            table.add([finding.need, finding.lack ?? "ok", "every exercise"])
            if finding.lack != nil { isUsable = false }
        }
        var needs: [Requirement: [String]] = [:]
        for exercise in catalog.exercises {
            for requirement in exercise.requires { needs[requirement, default: []].append(exercise.label) }
        }
        for (need, labels) in needs.sorted(by: { $0.key.word < $1.key.word }) {
            table.add([need.word, need.lack() ?? "ok", labels.joined(separator: " ")])
        }
        let here = catalog.exercises.filter { $0.lack() == nil }.count
        try Minibox.show(table.text + "\n\(here) of \(catalog.exercises.count) exercises can be shown here\n")
        return isUsable && here > 0 ? 0 : 1
    }
}
