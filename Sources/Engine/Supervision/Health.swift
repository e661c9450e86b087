// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// How a container that is asked about itself is: when it is asked next, and what the answers make of it. The rules are
/// those of moby's daemon/health.go. Times are nanoseconds of ``Clock/monotonic``.
struct Health: Hashable, Sendable {
    enum Status: String, Hashable, Sendable {
        case starting, healthy, unhealthy
    }

    enum Phase: Hashable, Sendable {
        case waiting(until: UInt64)
        /// A probe runs, and is killed at that moment.
        case probing(since: FileTime, killAt: UInt64)
    }

    /// An answer, as `inspect` shows it.
    struct Answer: Hashable, Sendable {
        var start: FileTime
        var end: FileTime
        /// -1 where it took too long.
        var code: Int32
        var output: String
    }

    let interval: UInt64
    let timeout: UInt64
    let startPeriod: UInt64
    let startInterval: UInt64
    let retries: Int
    private let began: UInt64
    private(set) var status = Status.starting
    /// How many answers in a row were bad.
    private(set) var failures = 0
    /// The last five.
    private(set) var answers: [Answer] = []
    private(set) var phase: Phase

    static let second: UInt64 = 1_000_000_000
    /// How much of an answer is kept, in bytes.
    static let longestOutput = 4096

    init(_ check: HealthCheck, startedAt now: UInt64) {
        func length(_ value: DurationValue?, _ usual: UInt64) -> UInt64 {
            guard let value, value.nanoseconds > 0 else { return usual }
            return UInt64(value.nanoseconds)
        }
        interval = length(check.interval, 30 * Self.second)
        timeout = length(check.timeout, 30 * Self.second)
        startPeriod = length(check.startPeriod, 0)
        startInterval = length(check.startInterval, 5 * Self.second)
        retries = check.retries.map { $0 > 0 ? $0 : 3 } ?? 3
        began = now
        phase = .waiting(until: now)
        phase = .waiting(until: now + pause(at: now))
    }

    /// When something is to be done: a probe to be started, or killed.
    var deadline: UInt64 {
        switch phase {
        case .waiting(let moment): moment
        case .probing(_, let moment): moment
        }
    }

    var isProbing: Bool { if case .probing = phase { true } else { false } }

    /// It cannot be asked now.
    mutating func postpone(at now: UInt64) { phase = .waiting(until: now + pause(at: now)) }

    /// A probe has been started.
    mutating func begin(at now: UInt64, wall: FileTime) { phase = .probing(since: wall, killAt: now + timeout) }

    /// A probe has ended; with nil for a code it took too long.
    /// - Returns: whether the status is another now.
    mutating func end(code: Int32?, output: String, at now: UInt64, wall: FileTime) -> Bool {
        guard case .probing(let start, _) = phase else { return false }
        let former = status
        let text =
            code == nil ? "Health check exceeded timeout (\(DurationValue(nanoseconds: Int64(timeout))))" : output
        answers.append(Answer(start: start, end: wall, code: code ?? -1, output: text))
        if answers.count > 5 { answers.removeFirst() }
        if code == 0 {
            (failures, status) = (0, .healthy)
        } else if !(status == .starting && now - began < startPeriod) {
            failures += 1
            if failures >= retries { status = .unhealthy }
        }
        phase = .waiting(until: now + pause(at: now))
        return status != former
    }

    /// How long to the next probe: while it starts it is asked more often.
    private func pause(at now: UInt64) -> UInt64 {
        status == .starting && startPeriod > 0 && now - began < startPeriod ? min(startInterval, interval) : interval
    }

    /// As Docker's `State.Health`.
    var json: JSON {
        .object(
            JSON.Object([
                ("Status", .string(status.rawValue)), ("FailingStreak", .integer(Int64(failures))),
                (
                    "Log",
                    .array(
                        answers.map { answer in
                            .object(
                                JSON.Object([
                                    ("Start", .string(answer.start.rfc3339)), ("End", .string(answer.end.rfc3339)),
                                    ("ExitCode", .integer(Int64(answer.code))), ("Output", .string(answer.output)),
                                ]))
                        })
                ),
            ]))
    }
}
