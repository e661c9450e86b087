// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI
internal import Words

/// Writes the calls of a container among the events, as `syscall: mkdirat`.
///
/// The events of all containers are in one log, of which the oldest are forgotten. So that a container cannot push all others
/// out it has so many bytes an hour; what is beyond them is answered, counted and told with the next that is written.
struct CallLog: Sendable {
    static let share = 256 << 10
    private static let hour: UInt64 = 3_600_000_000_000
    /// How much of a path is kept, in characters.
    private static let longestPath = 1024

    private let events: EventLog
    private let id: String
    private let attributes: [String: String]
    private var room = share
    private var begin = Clock.monotonic
    private var missed = 0

    /// - Parameter attributes: what each event has: the container's image, name and labels.
    init(_ events: EventLog, id: String, attributes: [String: String]) {
        self.events = events
        self.id = id
        self.attributes = attributes
    }

    /// Adds a call, before it is answered.
    mutating func add(_ call: String, _ paths: [String?], of caller: CallingThread, isRefused: Bool) {
        var all = attributes
        all["answer"] = isRefused ? "refused" : "let through"
        for (key, path) in zip(["path", "target"], paths) {
            all[key] = path.map { String(plainText($0).prefix(Self.longestPath)) } ?? "?"
        }
        all["pid"] = "\(caller.number)"
        all["innerPID"] = caller.innerNumber
        all["uid"] = caller.user
        all["program"] = plainText(caller.program)
        let now = Clock.monotonic
        if now >= begin + Self.hour { (room, begin) = (Self.share, now) }
        if missed > 0 { all["missed"] = "\(missed)" }
        let event = EngineEvent.container(id: id, action: "syscall: \(call)", attributes: all)
        room -= event.json.bytes().count
        guard room > 0 else {
            missed += 1
            return
        }
        missed = 0
        events.append(event)
    }
}
