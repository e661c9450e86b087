// SPDX-License-Identifier: Apache-2.0
internal import Linux
public import OCI

/// What the last check of each exercise has proven, and how far somebody has come: `minibox.lab.report/1`.
public struct LabReport: Sendable {
    /// An exercise, its last check as `lab check --json` prints it, and the work on it.
    public struct Row: Sendable {
        public var exercise: Exercise
        public var check: JSON?
        public var progress: Progress.Entry
        /// What was typed in its lab hosts, where that is kept.
        public var typed: [TypedLine] = []
    }

    public var rows: [Row]
    /// What was done, the oldest first.
    var work: [WorkRecord] = []
    /// Which wall stops which call; nil where `lab map` was never run.
    var map: WallMap?
    /// What the machine is, a pair of words and a text each.
    public var host: [(String, String)]

    /// Of what is kept.
    /// - Parameter version: this program's.
    public init(catalog: Catalog, version: String, in places: LabPlaces) throws(LabError) {
        let progress = try Progress(in: places)
        work = WorkLog.records(in: places)
        map = WallMap.kept(in: places)
        rows = catalog.exercises.map { exercise in
            let bytes = try? Descriptor.contents(of: "\(places.root)/results/\(exercise.name).json")
            return Row(
                exercise: exercise, check: bytes.flatMap { try? JSON(parsing: $0) }, progress: progress[exercise],
                typed: TypedLog.lines(of: exercise, in: places))
        }
        func line(_ path: String) -> String? {
            (try? Descriptor.contents(of: path)).map {
                String(decoding: $0.map { $0 == 0x0A ? 0x20 : $0 }, as: UTF8.self)
            }
        }
        let mounts = (try? MountTable.entries(ofTypes: ["cgroup2"])) ?? []
        let controllers = mounts.first.flatMap { line($0.point + "/cgroup.controllers") } ?? ""
        host = [
            ("minibox", version), ("kernel", line("/proc/sys/kernel/osrelease") ?? "not known"),
            ("host", line("/proc/sys/kernel/hostname") ?? "not known"),
            ("controllers of cgroup v2", controllers.isEmpty ? "none" : controllers),
            ("security modules", line("/sys/kernel/security/lsm") ?? "not told"),
            ("date", Clock.wall.rfc3339Seconds), ("assessment", "self-assessed: who has root can change what is kept"),
        ]
    }

    init(rows: [Row], host: [(String, String)]) {
        self.rows = rows
        self.host = host
    }

    /// Keeps what a check has come to, for later reports.
    public static func keep(_ check: JSON, of exercise: Exercise, in places: LabPlaces) throws(LabError) {
        let directory = try LabPlaces.make(places.root + "/results")
        do throws(SystemError) {
            try directory.replace("\(exercise.name).json", with: check.bytes(pretty: true), mode: 0o600, durable: false)
        } catch {
            throw LabError(.host, "cannot keep the result of \(exercise.name)", cause: error)
        }
        var progress = try Progress(in: places)
        try progress.change(exercise) { entry in
            entry.verdict = check["verdict"]?.string
            entry.blockedBy = check["blockedBy"]?.string ?? entry.blockedBy
        }
    }

    /// The document.
    public var json: JSON {
        var json: JSON = [
            "format": "minibox.lab.report/1",
            "host": .object(JSON.Object(host.map { ($0.0, JSON($0.1)) })),
            "work": .array(work.map(\.json)),
            "head": .string("\(work.last?.number ?? 0):\(work.last?.hash ?? WorkRecord.nothing)"),
            "exercises": .array(
                rows.map { row in
                    var json =
                        row.check ?? [
                            "id": JSON(row.exercise.number), "slug": JSON(row.exercise.slug),
                            "title": JSON(row.exercise.title), "module": JSON(row.exercise.module),
                        ]
                    json["state"] = JSON(row.progress.state)
                    if !row.typed.isEmpty {
                        json["typed"] = .array(row.typed.map { ["time": JSON($0.time), "line": JSON($0.text)] })
                    }
                    if let predicted = row.progress.predicted {
                        json["predictedRight"] = .bool(predicted == row.exercise.prediction.answer)
                    }
                    return json
                }),
        ]
        if let map { json["map"] = map.json }
        return json
    }
}

extension LabReport.Row {
    var verdict: String { check?["verdict"]?.string ?? "not run" }

    /// What came of the run of an arm, as `reproduced`.
    func outcome(_ arm: String) -> String? {
        (check?["runs"]?.array ?? []).first { $0["arm"]?.string == arm }?["outcome"]?.string
    }
}
