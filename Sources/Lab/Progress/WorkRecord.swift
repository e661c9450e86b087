// SPDX-License-Identifier: Apache-2.0
internal import Compression
public import OCI

/// Something that somebody did with an exercise. Each has the hash of the one before, so that a report cannot leave one out.
public struct WorkRecord: Hashable, Sendable {
    /// What was done, and what came with it.
    public enum Deed: Hashable, Sendable {
        /// A lab host was started, with the flag of a seed or of the machine's own key.
        case started(seed: String?, mode: LabMode = .plain)
        /// Hints were asked for, so many by now.
        case hinted(Int)
        /// A flag was handed in that was the right one, or `done`.
        case answered(String)
        /// The solution was shown.
        case shown
        /// It was begun anew.
        case reset
    }

    /// From 1 on.
    public let number: Int
    public let previous: String
    /// When, in seconds since 1970.
    public let time: Int64
    /// As `05-pid-neighbour`.
    public let exercise: String
    public let deed: Deed

    /// What the first has for the hash of the one before.
    public static let nothing = String(repeating: "0", count: 64)

    init(number: Int, previous: String, time: Int64, exercise: String, deed: Deed) {
        self.number = number
        self.previous = previous
        self.time = time
        self.exercise = exercise
        self.deed = deed
    }

    /// The object that is hashed.
    private var body: JSON.Object {
        var object = JSON.Object([
            ("n", JSON(number)), ("previous", .string(previous)), ("time", JSON(time)), ("exercise", .string(exercise)),
        ])
        let (word, value): (String, JSON?) =
            switch deed {
            case .started(let seed, _): ("started", seed.map(JSON.string))
            case .hinted(let count): ("hinted", JSON(count))
            case .answered(let flag): ("answered", .string(flag))
            case .shown: ("shown", nil)
            case .reset: ("reset", nil)
            }
        object["deed"] = .string(word)
        if let value { object["value"] = value }
        if case .started(_, let mode) = deed, mode != .plain { object["mode"] = .string(mode.rawValue) }
        return object
    }

    /// SHA-256 of it without its hash, as it is written in one line.
    public var hash: String { SecretFlag.hexadecimal(SHA256.digest(of: JSON.object(body).bytes())) }

    /// With its hash.
    public var json: JSON {
        var object = body
        object["hash"] = .string(hash)
        return .object(object)
    }

    /// What ``json`` wrote; nil where it is not that to the letter.
    public init?(_ json: JSON) {
        guard let number = json["n"]?.int, let previous = json["previous"]?.string, let time = json["time"]?.int64,
            let exercise = json["exercise"]?.string, let word = json["deed"]?.string
        else { return nil }
        let deed: Deed
        let mode = json["mode"]?.string.flatMap(LabMode.init) ?? .plain
        switch (word, json["value"]) {
        case ("started", nil): deed = .started(seed: nil, mode: mode)
        case ("started", .string(let seed)?): deed = .started(seed: seed, mode: mode)
        case ("hinted", let count?):
            guard let count = count.int else { return nil }
            deed = .hinted(count)
        case ("answered", .string(let flag)?): deed = .answered(flag)
        case ("shown", nil): deed = .shown
        case ("reset", nil): deed = .reset
        default: return nil
        }
        self.init(number: number, previous: previous, time: time, exercise: exercise, deed: deed)
        guard self.json == json else { return nil }
    }
}
