// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Lab

/// `minibox lab show EXERCISE`.
enum LabShowCommand {
    /// What its line says.
    struct Options: Sendable {
        var exercise = ""
    }

    /// The table of `minibox lab show`.
    static func table() -> Command<Options> {
        Command(
            "Show what an exercise is about", discussion: ["Nothing of its solution is shown."], options: Options(),
            positionals: [.required("EXERCISE") { $0.exercise = $1 }])
    }

    /// Prints its story and what it teaches.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        let exercise = try Catalog.find().find(options.exercise)
        var text = "\(exercise.label)  \(exercise.title)\n\n\(exercise.contents(of: "story.md") ?? "")\n"
        text += "Teaches: " + exercise.teaches.map { "\"\($0)\"" }.joined(separator: ", ") + "\n"
        text += "Module:  \(exercise.module), \(Catalog.modules[exercise.module] ?? "")\n"
        if !exercise.requires.isEmpty {
            text += "Needs:   " + exercise.requires.map(\.word).joined(separator: ", ")
            text += (exercise.lack().map { "; here it cannot be shown: \($0)" } ?? "") + "\n"
        }
        switch exercise.realm {
        case .host: text += "Happens: in a lab host, with a shell ('minibox lab start \(exercise.label)')\n"
        case .kernel: text += "Happens: in the kernel that all share, by probes without effect; there is no shell\n"
        }
        text += "See:     " + exercise.see.joined(separator: ", ") + "\n"
        try Minibox.show(text)
        return 0
    }
}
