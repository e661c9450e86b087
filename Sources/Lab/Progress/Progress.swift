// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// How far somebody has come with the exercises of this machine.
public struct Progress: Sendable {
    /// Of one exercise.
    public struct Entry: Hashable, Sendable {
        /// When it was started first, as seconds since 1970; nil where it was not.
        public var started: Int64?
        /// The choice that was predicted, from 0.
        public var predicted: Int?
        /// How many hints were shown.
        public var hints = 0
        /// Whether the right flag was handed in.
        public var isAnswered = false
        /// How it was started last.
        public var mode = LabMode.plain
        /// Whether help is refused: a test was started, and its answer is not there yet.
        public var isUnderTest = false
        /// The modes in which the right flag was handed in.
        public var passed: Set<LabMode> = []
        /// Whether the solution was shown.
        public var isShown = false
        /// The last verdict of a check, as `PASS`.
        public var verdict: String?
        /// Which walls stop it, as the last check found out.
        public var blockedBy: String?
        public init() {}

        /// A passed exercise stays passed; one whose solution was shown is not.
        public var state: String {
            if isAnswered, !isShown { return passed.contains(.test) ? "passed test" : "passed" }
            if isShown { return "shown" }
            if verdict == "SKIP" { return "skip" }
            return started == nil ? "new" : "started"
        }
    }

    private let places: LabPlaces
    private var entries: [String: Entry] = [:]

    /// What is kept of it; nothing where there is none yet.
    public init(in places: LabPlaces) throws(LabError) {
        self.places = places
        let bytes: [UInt8]
        do throws(SystemError) { bytes = try Descriptor.contents(of: places.root + "/progress.json") } catch {
            if error.errno == .noEntry { return }
            throw LabError(.host, "cannot read the progress in \(places.root)", cause: error)
        }
        let json: JSON
        do throws(JSONError) { json = try JSON(parsing: bytes) } catch {
            throw LabError(.host, "\(places.root)/progress.json is damaged: remove it to begin anew", cause: error)
        }
        for (name, value) in json["exercises"]?.object ?? JSON.Object() { entries[name] = Entry(value) }
    }

    public subscript(exercise: Exercise) -> Entry { entries[exercise.name] ?? Entry() }

    /// Changes what is known of an exercise, and keeps it, with what was done. Two commands at once do not lose each other's change.
    public mutating func change(
        _ exercise: Exercise, by deed: WorkRecord.Deed? = nil, _ change: (inout Entry) -> Void
    ) throws(LabError) {
        try write(deed.map { ($0, exercise.name) }) { entries in
            var entry = entries[exercise.name] ?? Entry()
            change(&entry)
            entries[exercise.name] = entry
        }
    }

    /// Forgets an exercise.
    public mutating func forget(_ exercise: Exercise) throws(LabError) {
        try write((.reset, exercise.name)) { $0[exercise.name] = nil }
        TypedLog.forget(exercise, in: places)
    }

    private mutating func write(
        _ work: (deed: WorkRecord.Deed, exercise: String)?, _ change: (inout [String: Entry]) -> Void
    ) throws(LabError) {
        let directory = try LabPlaces.make(places.root)
        do {
            let lock = try directory.open("progress.lock", [.readWrite, .create], mode: 0o600)
            _ = try lock.lock(.exclusive)
            entries = try Progress(in: places).entries
            change(&entries)
            let all = JSON.Object(entries.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) })
            let json: JSON = ["format": "minibox.lab.progress/1", "exercises": .object(all)]
            if let work { try WorkLog.add(work.deed, work.exercise, in: places) }
            try directory.replace("progress.json", with: json.bytes(pretty: true), mode: 0o600, durable: true)
        } catch let error as LabError {
            throw error
        } catch {
            throw LabError(.host, "cannot keep the progress in \(places.root)", cause: error)
        }
    }
}

extension Progress.Entry {
    fileprivate init(_ json: JSON) {
        started = json["started"]?.int64
        predicted = json["predicted"]?.int
        hints = json["hints"]?.int ?? 0
        isAnswered = json["answered"]?.bool ?? false
        isShown = json["shown"]?.bool ?? false
        mode = json["mode"]?.string.flatMap(LabMode.init) ?? .plain
        isUnderTest = json["underTest"]?.bool ?? false
        passed = Set((json["passed"]?.strings ?? []).compactMap(LabMode.init))
        verdict = json["verdict"]?.string
        blockedBy = json["blockedBy"]?.string
    }

    fileprivate var json: JSON {
        var json: JSON = ["hints": JSON(hints), "answered": .bool(isAnswered), "shown": .bool(isShown)]
        if let started { json["started"] = JSON(started) }
        if mode != .plain { json["mode"] = JSON(mode.rawValue) }
        if isUnderTest { json["underTest"] = true }
        if !passed.isEmpty { json["passed"] = JSON(passed.map(\.rawValue).sorted()) }
        if let predicted { json["predicted"] = JSON(predicted) }
        if let verdict { json["verdict"] = JSON(verdict) }
        if let blockedBy { json["blockedBy"] = JSON(blockedBy) }
        return json
    }
}
