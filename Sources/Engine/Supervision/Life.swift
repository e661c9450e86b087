// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// What becomes of a container: which event leads to which action. It asks nobody for the time and does nothing itself.
///
///     starting -> running -> (stopping) -> waiting -> starting ...
///                                       -> ended
///
/// Times are nanoseconds of ``Clock/monotonic``, so that a clock that is set does not stop or start anything.
struct Life: Hashable, Sendable {
    enum Phase: Hashable, Sendable {
        case starting
        case running
        /// It was asked to end, and is killed at that moment; nil where it was killed, or may take for ever.
        case stopping(killAt: UInt64?)
        /// It has ended, and is started again at that moment.
        case waiting(until: UInt64)
        case ended
    }

    enum Event: Hashable, Sendable {
        case started
        /// The program has ended, or could not be started again.
        case exited(code: Int32)
        /// It is to end: by this signal, and killed when that many nanoseconds are over; nil waits for ever.
        case stop(Signal, grace: UInt64?)
        case restart(Signal, grace: UInt64?)
        case signal(Signal)
        /// The moment of ``Life/deadline`` has come.
        case timer
    }

    enum Action: Hashable, Sendable {
        case start
        /// Sends a signal, and lets a paused container go on to see it where `thaws`.
        case send(Signal, thaws: Bool)
        /// Writes down that it has ended, and whether it will be started again.
        case record(code: Int32, comesBack: Bool)
        case finish
    }

    /// What somebody asked for.
    private struct Asked: Hashable {
        var signal: Signal
        var grace: UInt64?
    }

    var policy: RestartPolicy
    /// What the image or `--stop-signal` says; nil where neither does.
    let stopSignal: Signal?
    private(set) var phase = Phase.starting
    /// How often it was started again by its policy.
    private(set) var restarts = 0
    /// Whether a person ended it.
    private(set) var wasStopped = false
    /// Whether it was asked to end in order to start anew.
    private var isRestarting = false
    /// How it is to end as soon as it runs, where it was asked to before it did.
    private var asked: Asked?
    private var began: UInt64 = 0
    private var lastCode: Int32 = 0
    /// Of the wait before the next start; 0 before the first.
    private var delay: UInt64 = 0

    init(policy: RestartPolicy, stopSignal: Signal?) {
        self.policy = policy
        self.stopSignal = stopSignal
    }

    /// When ``Event/timer`` is due.
    var deadline: UInt64? {
        switch phase {
        case .stopping(let moment): moment
        case .waiting(let moment): moment
        case .starting, .running, .ended: nil
        }
    }

    /// The first wait, the longest, and how long a container has to run for the next wait to be the first again.
    static let firstDelay: UInt64 = 100_000_000
    static let longestDelay: UInt64 = 60_000_000_000
    static let goodRun: UInt64 = 10_000_000_000
    /// How long it has where nobody who asks it to end says so.
    static let usualGrace: UInt64 = 10_000_000_000

    /// How often its policy had started it again when another process began to keep its life, and whether a person had
    /// asked it to end.
    mutating func adopt(restarts: Int, wasStopped: Bool) {
        self.restarts = restarts
        self.wasStopped = wasStopped
    }

    /// What is to be done now.
    mutating func handle(_ event: Event, at now: UInt64) -> [Action] {
        switch (phase, event) {
        case (.starting, .started):
            began = now
            phase = .running
            defer { asked = nil }
            return asked.map { handle(.stop($0.signal, grace: $0.grace), at: now) } ?? []
        case (.starting, .exited(let code)), (.running, .exited(let code)), (.stopping, .exited(let code)):
            return exited(code, at: now)
        case (.running, .stop(let signal, let grace)):
            wasStopped = true
            phase = .stopping(killAt: moment(grace, after: now))
            return [.send(signal, thaws: true)]
        case (.stopping(let former), .stop(let signal, let grace)):
            (wasStopped, isRestarting) = (true, false)
            phase = .stopping(killAt: earlier(former, moment(grace, after: now)))
            return [.send(signal, thaws: true)]
        case (.running, .restart(let signal, let grace)):
            isRestarting = true
            phase = .stopping(killAt: moment(grace, after: now))
            return [.send(signal, thaws: true)]
        case (.stopping(let former), .restart(let signal, let grace)):
            isRestarting = true
            phase = .stopping(killAt: earlier(former, moment(grace, after: now)))
            return [.send(signal, thaws: true)]
        case (.running, .signal(let signal)), (.stopping, .signal(let signal)):
            return [.send(signal, thaws: end(by: signal))]
        case (.stopping(let moment?), .timer) where now >= moment:
            phase = .stopping(killAt: nil)
            return [.send(.kill, thaws: true)]
        case (.waiting(let moment), .timer) where now >= moment:
            phase = .starting
            return [.start]
        case (.waiting, .restart):
            phase = .starting
            return [.start]
        case (.waiting, .stop):
            wasStopped = true
            phase = .ended
            return [.record(code: lastCode, comesBack: false), .finish]
        case (.starting, .stop(let signal, let grace)):
            // The start goes on; what comes of it ends at once.
            wasStopped = true
            asked = Asked(signal: signal, grace: grace)
            return []
        default: return []
        }
    }

    private mutating func exited(_ code: Int32, at now: UInt64) -> [Action] {
        (lastCode, asked) = (code, nil)
        if isRestarting {
            (isRestarting, wasStopped, delay) = (false, false, 0)
            phase = .starting
            return [.record(code: code, comesBack: true), .start]
        }
        guard !wasStopped, policy.restarts(after: code, count: restarts) else {
            phase = .ended
            return [.record(code: code, comesBack: false), .finish]
        }
        let ran = phase == .starting ? 0 : now - began
        delay = delay == 0 || ran >= Self.goodRun ? Self.firstDelay : min(delay * 2, Self.longestDelay)
        restarts += 1
        phase = .waiting(until: now + delay)
        return [.record(code: code, comesBack: true)]
    }

    /// Whether a person who sends `signal` means the container to end for good, as moby's daemon/kill.go has it.
    private mutating func end(by signal: Signal) -> Bool {
        guard signal == .kill || stopSignal == nil || signal == stopSignal else { return false }
        (wasStopped, isRestarting) = (true, false)
        return true
    }

    private func moment(_ grace: UInt64?, after now: UInt64) -> UInt64? { grace.map { now + $0 } }

    private func earlier(_ a: UInt64?, _ b: UInt64?) -> UInt64? {
        guard let a, let b else { return a ?? b }
        return min(a, b)
    }
}
