// SPDX-License-Identifier: Apache-2.0
public import OCI

/// What is kept of a build: what was asked, what became of each step, and how it ended.
public struct BuildRecord: Hashable, Sendable {
    public enum State: String, Hashable, Sendable {
        case running, built, failed, interrupted
        /// Its process went away without a word.
        case killed
    }

    public struct Step: Hashable, Sendable {
        public enum State: String, Hashable, Sendable {
            /// Not begun, or not ended, when the build was.
            case open
            case cached, done, failed, canceled
        }
        /// From 1, as views show it.
        public var number: Int
        /// `[build 2/5] RUN make`.
        public var label: String
        /// In the Dockerfile.
        public var line: Int?
        public var state = State.open
        /// Seconds after the start of the build; nil of a step that never ran.
        public var start: Double?
        public var end: Double?
        /// Why it failed.
        public var reason: String?
        /// Why it was cached, or not, where that was asked.
        public var explanation: [String] = []
    }

    /// Twelve digits.
    public var id: String
    /// RFC 3339, in UTC.
    public var created: String
    public var context: String
    public var dockerfile: String?
    public var tags: [String]
    public var target: String?
    public var state: State
    public var steps: [Step] = []
    public var warnings: [String] = []
    /// Seconds from the start to the end.
    public var duration: Double?
    /// The image's id.
    public var image: String?
    public var error: String?
    /// Of the step that failed.
    public var exitCode: Int32?

    /// The steps that came from the cache.
    public var cachedCount: Int { steps.count { $0.state == .cached } }
}

extension BuildRecord {
    /// Reads a journal: a JSON object a line. A last line that is cut, as a `kill -9` can leave it, does not count.
    ///
    /// - Parameter isRunning: whether its process is there. Where there is no result and no process, it was killed.
    init?(journal: [UInt8], isRunning: Bool) {
        let lines = journal.split(separator: UInt8(ascii: "\n")).compactMap { try? JSON(parsing: Array($0)) }
        guard let head = lines.first, let id = head["id"]?.string, let created = head["created"]?.string else {
            return nil
        }
        self.init(
            id: id, created: created, context: head["context"]?.string ?? "", dockerfile: head["dockerfile"]?.string,
            tags: head["tags"]?.strings ?? [], target: head["target"]?.string, state: isRunning ? .running : .killed)
        for line in lines.dropFirst() { take(line) }
    }

    private mutating func take(_ line: JSON) {
        if let planned = line["steps"]?.array {
            steps = planned.enumerated().map { place, step in
                Step(number: place + 1, label: step["label"]?.string ?? "", line: step["line"]?.int)
            }
        } else if let number = line["step"]?.int, steps.indices.contains(number - 1) {
            steps[number - 1].state = line["state"]?.string.flatMap(Step.State.init) ?? .open
            steps[number - 1].start = line["start"]?.double
            steps[number - 1].end = line["end"]?.double
            steps[number - 1].reason = line["reason"]?.string
            steps[number - 1].explanation = line["explanation"]?.strings ?? []
        } else if let warning = line["warning"]?.string {
            warnings.append(warning)
        } else if let result = line["result"]?.string {
            state = State(rawValue: result) ?? .failed
            duration = line["seconds"]?.double
            image = line["image"]?.string
            error = line["error"]?.string
            exitCode = line["exitCode"]?.whole(as: Int32.self)
        }
    }

    /// For programs.
    public var json: JSON {
        var object = JSON.Object([
            ("ID", .string(id)), ("State", .string(state.rawValue)), ("CreatedAt", .string(created)),
            ("Context", .string(context)),
        ])
        object["Dockerfile"] = dockerfile.map(JSON.string)
        object["Tags"] = JSON(tags)
        object["Target"] = target.map(JSON.string)
        object["Seconds"] = duration.map(JSON.number)
        object["Image"] = image.map(JSON.string)
        object["Error"] = error.map(JSON.string)
        object["ExitCode"] = exitCode.map { JSON($0) }
        if !warnings.isEmpty { object["Warnings"] = JSON(warnings) }
        object["Steps"] = .array(steps.map(\.json))
        return .object(object)
    }
}

extension BuildRecord.Step {
    fileprivate var json: JSON {
        var object = JSON.Object([
            ("Step", JSON(number)), ("Label", .string(label)), ("State", .string(state.rawValue)),
        ])
        object["Line"] = line.map { JSON($0) }
        object["Start"] = start.map(JSON.number)
        object["End"] = end.map(JSON.number)
        object["Error"] = reason.map(JSON.string)
        if !explanation.isEmpty { object["Explanation"] = JSON(explanation) }
        return .object(object)
    }
}
