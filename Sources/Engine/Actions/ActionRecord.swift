// SPDX-License-Identifier: Apache-2.0
internal import Compression
public import Linux
public import OCI

/// A record of the audit log: what was done, by whom, and the hash of the record before.
public struct ActionRecord: Hashable, Sendable {
    /// From 1 on, one more each time.
    public var number: Int
    /// The hash of the record before, 64 digits; of the first ``nothing``.
    public var previous: String
    public var time: FileTime
    public var action: Action
    public var actor: Actor
    /// How many before it could not be written, for want of room.
    public var lost = 0
    /// Whether what the log had come to was not known any more when it was written.
    public var followsGap = false

    /// What the first record has for the hash of the one before.
    static let nothing = String(repeating: "0", count: 64)

    init(number: Int, previous: String, time: FileTime = Clock.wall, action: Action, actor: Actor) {
        self.number = number
        self.previous = previous
        self.time = time
        self.action = action
        self.actor = actor
    }

    /// The record as JSON, without its own hash.
    private var body: JSON {
        var object = JSON.Object()
        object["n"] = JSON(number)
        object["previous"] = .string(previous)
        object["time"] = .string(time.rfc3339)
        object["timeNano"] = .integer(time.seconds &* 1_000_000_000 &+ time.nanoseconds)
        action.write(to: &object)
        actor.write(to: &object)
        if lost > 0 { object["lost"] = JSON(lost) }
        if followsGap { object["gap"] = true }
        return .object(object)
    }

    /// The same with its hash, as `events --audit --format json` shows it.
    public var json: JSON { (try? JSON(parsing: sealed().line)) ?? body }

    /// Where a line's hash begins: `,"hash":"` and 64 digits and `"}`.
    private static let sealSize = 75

    /// The line that is written, without its end, and the hash over all of it but itself: what is hashed is the object
    /// as it would be without the member `hash`, which is the last.
    func sealed() -> (line: [UInt8], hash: String) {
        var line = body.bytes()
        let hash = Digest(sha256: SHA256.digest(of: line)).hex
        line.removeLast()
        line += Array(#","hash":"\#(hash)"}"#.utf8)
        return (line, hash)
    }

    /// A line that was read, with the hash that it claims and whether that is its own; nil where it is no record.
    static func read(_ line: ArraySlice<UInt8>) -> (record: ActionRecord, hash: String, isIntact: Bool)? {
        guard line.count > sealSize, let json = try? JSON(parsing: Array(line)), let record = ActionRecord(json),
            let hash = json["hash"]?.string
        else { return nil }
        let body = line.dropLast(sealSize) + [UInt8(ascii: "}")]
        let isIntact =
            line.suffix(sealSize).elementsEqual(#","hash":"\#(hash)"}"#.utf8)
            && Digest(sha256: SHA256.digest(of: Array(body))).hex == hash
        return (record, hash, isIntact)
    }

    init?(_ json: JSON) {
        guard let number = json["n"]?.int, number > 0, let previous = json["previous"]?.string,
            let time = json["timeNano"]?.int64, time >= 0, let action = Action(json), let actor = Actor(json)
        else { return nil }
        self.init(
            number: number, previous: previous,
            time: FileTime(seconds: time / 1_000_000_000, nanoseconds: time % 1_000_000_000), action: action,
            actor: actor)
        lost = json["lost"]?.int ?? 0
        followsGap = json["gap"]?.bool ?? false
    }
}

/// What the log has come to, in a file of its own that is written in place: a log that was cut short is found by it.
struct ActionHead: Hashable, Sendable {
    /// How many records there are, and the hash of the last.
    var count = 0
    var hash = ActionRecord.nothing
    /// How long the log is, in bytes.
    var size: Int64 = 0
    /// How many records could not be written since.
    var lost = 0
    /// How many of the first records were removed to make room, and the hash of the last of them.
    var dropped = 0
    var droppedHash = ActionRecord.nothing

    /// As many bytes always, so that writing it needs no room.
    static let length = 320

    var bytes: [UInt8] {
        let json: JSON = [
            "count": JSON(count), "hash": .string(hash), "size": .integer(size), "lost": JSON(lost),
            "dropped": JSON(dropped), "droppedHash": .string(droppedHash),
        ]
        let text = json.bytes()
        return text + [UInt8](repeating: 0x20, count: Self.length - 1 - text.count) + [0x0A]
    }

    init() {}

    init?(_ bytes: [UInt8]) {
        guard let json = try? JSON(parsing: bytes), let count = json["count"]?.int, count >= 0,
            let hash = json["hash"]?.string, let size = json["size"]?.int64, size >= 0, let lost = json["lost"]?.int
        else { return nil }
        self.count = count
        self.hash = hash
        self.size = size
        self.lost = lost
        // Logs were not divided once.
        dropped = json["dropped"]?.int ?? 0
        droppedHash = json["droppedHash"]?.string ?? ActionRecord.nothing
    }

    /// Takes over the records in `bytes` that follow on what it knows; of an unknown head all that are whole.
    mutating func follow(_ bytes: [UInt8], isKnown: Bool) {
        for line in bytes.split(separator: 0x0A) {
            guard let (record, hash, isIntact) = ActionRecord.read(line), isIntact else { continue }
            guard !isKnown || (record.number == count + 1 && record.previous == self.hash) else { continue }
            (count, self.hash) = (record.number, hash)
        }
    }
}
