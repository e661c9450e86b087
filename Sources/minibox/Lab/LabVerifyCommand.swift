// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import Lab
internal import OCI

/// `minibox lab verify-all`.
enum LabVerifyCommand {
    /// What its line says.
    struct Options: Sendable {
        var jobs = 2
        var isJSON = false
        var attributes = true
    }

    /// The table of `minibox lab verify-all`.
    static func table() -> Command<Options> {
        Command(
            "Check every exercise, as a test of this runtime",
            discussion: [
                "It ends with 1 where an exercise failed or something of a lab host was left, and 0 otherwise; one that cannot be "
                    + "shown on this machine says why."
            ],
            options: Options(),
            flags: [
                .value("jobs", short: "j", "N", "Check N at the same time (2)", jobs) { $0.jobs = $1 },
                .toggle("json", "Print JSON: minibox.lab.report/1") { $0.isJSON = $1 },
                .toggle("attribution", "Find out which walls stop each, too (true)") { $0.attributes = $1 },
            ])
    }

    private static func jobs(_ text: String) throws(SyntaxError) -> Int {
        guard let number = Int(text), (1...64).contains(number) else {
            throw SyntaxError(text, "is no number of jobs", "write one from 1 to 64")
        }
        return number
    }

    /// Checks all, and prints a row for each as it is done.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let catalog = try Catalog.find()
        let places = globals.labPlaces
        LabCollectCommand.inPassing(in: places)
        var reports: [JSON] = []
        var isSound = true
        let plan = CheckJobs(
            catalog: catalog, jobs: options.jobs, attributes: options.attributes,
            globals: ["--root", globals.places.root, "--run-root", globals.places.runRoot])
        try plan.run { exercise, answer in
            reports.append(answer)
            let verdict = answer["verdict"]?.string ?? "UNSAFE"
            let leaks = answer["leaks"]?.strings ?? []
            if !["PASS", "RESIDUAL", "SKIP"].contains(verdict) || !leaks.isEmpty { isSound = false }
            if options.isJSON { return }
            var line = verdict + String(repeating: " ", count: max(1, 10 - verdict.utf8.count))
            line += "\(exercise.label) \(exercise.title)"
            for key in ["reason", "blockedBy"] { line += answer[key]?.string.map { "  (\($0))" } ?? "" }
            for leak in leaks { line += "\n          left behind: \(leak)" }
            try? Minibox.show(line + "\n")
        }
        if options.isJSON {
            reports.sort { ($0["id"]?.int ?? 0) < ($1["id"]?.int ?? 0) }
            let json: JSON = ["format": "minibox.lab.report/1", "exercises": .array(reports)]
            try Minibox.show(String(decoding: json.bytes(pretty: true), as: UTF8.self) + "\n")
        }
        return isSound ? 0 : 1
    }
}
