// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import Lab
internal import Linux
internal import OCI

/// `minibox lab report`.
enum LabReportCommand {
    /// What its line says.
    struct Options: Sendable {
        var html: String?
        var json: String?
        var junit: String?
        var verified: String?
        var seed: String?
    }

    /// The table of `minibox lab report`.
    static func table() -> Command<Options> {
        Command(
            "Show what checks have proven, also as HTML or JUnit",
            discussion: [
                "It is of the last check of each exercise, and checks nothing itself.",
                "With --verify it looks at a report that somebody has handed in: whether nothing of the work was changed or left out, and which flags are those of the seed.",
            ], options: Options(),
            flags: [
                .value("html", "FILE", "Write one page without scripts", nonEmptyPath) { $0.html = $1 },
                .value("json", "FILE", "Write minibox.lab.report/1", nonEmptyPath) { $0.json = $1 },
                .value("junit", "FILE", "Write JUnit's XML", nonEmptyPath) { $0.junit = $1 },
                .value("verify", "FILE", "Look at a report that --json has written elsewhere", nonEmptyPath) {
                    $0.verified = $1
                },
                .text("seed", "TEXT", "The seed that was given out, for --verify") { $0.seed = $1 },
            ])
    }

    /// Writes the files that were asked for; without one, prints a row an exercise.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        if let path = options.verified {
            guard options.html == nil, options.json == nil, options.junit == nil else {
                throw LabError(.invalid, "--verify writes nothing: leave --html, --json and --junit out")
            }
            return try LabWorkReport.verify(path, seed: options.seed)
        }
        guard options.seed == nil else {
            throw LabError(.invalid, "--seed is of use with --verify alone: write --verify FILE beside it")
        }
        let catalog = try Catalog.find()
        for exercise in catalog.exercises {
            // What was typed in a lab host that runs yet.
            try? LabHost.running(exercise, in: globals.labPlaces).takeTyped(of: exercise)
        }
        let report = try LabReport(catalog: catalog, version: VersionCommand.number, in: globals.labPlaces)
        if let path = options.html { try write(report.html, to: path) }
        if let path = options.json {
            try write(String(decoding: report.json.bytes(pretty: true), as: UTF8.self) + "\n", to: path)
        }
        if let path = options.junit { try write(report.junit, to: path) }
        if options.html != nil || options.json != nil || options.junit != nil { return 0 }
        var table = Table(["NO", "EXERCISE", "VERDICT", "YOU", "BLOCKED BY"])
        for row in report.rows {
            table.add([
                row.exercise.label, row.exercise.slug, row.check?["verdict"]?.string ?? "not run", row.progress.state,
                row.check?["reason"]?.string ?? row.progress.blockedBy ?? "",
            ])
        }
        try Minibox.show(table.text)
        return 0
    }

    private static func write(_ text: String, to path: String) throws(LabError) {
        do throws(SystemError) {
            try Descriptor.open(path, [.writeOnly, .create, .truncate], mode: 0o644).write(text)
        } catch {
            throw LabError(.host, "cannot write \(path)", cause: error)
        }
    }
}
