// SPDX-License-Identifier: Apache-2.0
public import OCI

/// What a report proves to somebody who has not seen the work: a teacher.
public struct WorkVerdict: Sendable {
    /// An exercise that was answered.
    public struct Answer: Hashable, Sendable {
        public let exercise: String
        public let seed: String?
        /// How it was started.
        public let mode: LabMode
        /// How it was answered.
        public let kind: Kind
        public let hints: Int
        /// Whether the solution was shown before.
        public let wasShown: Bool
    }

    public enum Kind: String, Hashable, Sendable {
        case right, wrong
        /// No flag is read there: whoever did it says so.
        case done
        /// The flag was of the machine's own key, which nobody else has.
        case unknown
    }

    /// How many records follow one on another, and the hash of the last.
    public var count = 0
    public var hash = WorkRecord.nothing
    /// Why the next is none of them; nil where all are.
    public var fault: String?
    public var answers: [Answer] = []

    /// Whether nothing of it is wrong.
    public var holds: Bool { fault == nil && !answers.contains { $0.kind == .wrong } }

    /// Of a report as `lab report --json` writes it.
    /// - Parameter seed: the one that was given out; nil for whichever is in it.
    public init(_ report: JSON, seed: String?) throws(LabError) {
        guard report["format"]?.string == "minibox.lab.report/1", let work = report["work"]?.array,
            let head = report["head"]?.string
        else { throw LabError(.invalid, "it is no minibox.lab.report/1 with work in it") }
        var seeds: [String: String?] = [:]
        var (hints, shown): ([String: Int], Set<String>) = ([:], [])
        var modes: [String: LabMode] = [:]
        for json in work {
            guard let record = WorkRecord(json) else {
                fault = "it is not what was written"
                break
            }
            guard record.number == count + 1, record.previous == hash else {
                fault = "it does not follow the one before"
                break
            }
            (count, hash) = (record.number, record.hash)
            let name = record.exercise
            switch record.deed {
            case .started(let its, let mode): (seeds[name], modes[name]) = (.some(its), mode)
            case .hinted(let most): hints[name] = most
            case .shown: shown.insert(name)
            case .reset: (seeds[name], hints[name]) = (nil, nil)
            case .answered(let flag):
                let its = seeds[name] ?? nil
                answers.append(
                    Answer(
                        exercise: name, seed: its, mode: modes[name] ?? .plain,
                        kind: Self.kind(of: flag, name, its, asked: seed),
                        hints: hints[name] ?? 0, wasShown: shown.contains(name)))
            }
        }
        if fault == nil, head != "\(count):\(hash)" { fault = "the report's head is \(head)" }
    }

    private static func kind(of flag: String, _ exercise: String, _ seed: String?, asked: String?) -> Kind {
        if flag == "done" { return .done }
        // Of whoever was given one, a flag of another is none.
        guard let seed else { return asked == nil ? .unknown : .wrong }
        if let asked, asked != seed { return .wrong }
        return flag == SecretFlag.ofSeed(seed, slug: String(exercise.drop { $0 != "-" }.dropFirst())) ? .right : .wrong
    }
}
