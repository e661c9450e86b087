// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import Engine

private let second: UInt64 = 1_000_000_000

/// A life in which time passes as the test says.
private struct Story {
    var life: Life
    var now: UInt64 = 5 * second

    init(_ policy: RestartPolicy, stopSignal: Signal? = nil) {
        life = Life(policy: policy, stopSignal: stopSignal)
    }

    mutating func handle(_ event: Life.Event) -> [Life.Action] { life.handle(event, at: now) }

    /// Lets the moment come that the life waits for.
    mutating func wait() -> [Life.Action] {
        now = life.deadline ?? now
        return handle(.timer)
    }
}

/// What ends a container, what starts it again, and when.
@Suite struct LifeStateTests {
    @Test func endsWhereNothingStartsItAgain() {
        var story = Story(.no)
        #expect(story.handle(.started) == [])
        #expect(story.life.phase == .running && story.life.deadline == nil)
        #expect(story.handle(.exited(code: 3)) == [.record(code: 3, comesBack: false), .finish])
        #expect(story.life.phase == .ended)
    }

    @Test func waitsTwiceAsLongEachTimeUpToAMinute() {
        var story = Story(.always)
        var waits: [UInt64] = []
        for _ in 0..<12 {
            _ = story.handle(.started)
            #expect(story.handle(.exited(code: 0)) == [.record(code: 0, comesBack: true)])
            waits.append(((story.life.deadline ?? 0) - story.now) / 1_000_000)
            #expect(story.handle(.timer) == [], "it is not time yet")
            #expect(story.wait() == [.start])
        }
        #expect(waits == [100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 51200, 60000, 60000])
        #expect(story.life.restarts == 12)
    }

    @Test(arguments: [(9, 200), (10, 100)]) func aGoodRunMakesTheNextWaitShort(seconds: UInt64, milliseconds: UInt64) {
        var story = Story(.always)
        _ = story.handle(.started)
        _ = story.handle(.exited(code: 1))
        _ = story.wait()
        _ = story.handle(.started)
        story.now += seconds * second
        _ = story.handle(.exited(code: 1))
        #expect(story.life.deadline == story.now + milliseconds * 1_000_000)
    }

    @Test func onFailureCountsItsAttempts() {
        var story = Story(.onFailure(atMost: 2))
        for _ in 0..<2 {
            _ = story.handle(.started)
            #expect(story.handle(.exited(code: 1)) == [.record(code: 1, comesBack: true)])
            #expect(story.wait() == [.start])
        }
        _ = story.handle(.started)
        #expect(story.handle(.exited(code: 1)) == [.record(code: 1, comesBack: false), .finish])
        var good = Story(.onFailure(atMost: nil))
        _ = good.handle(.started)
        #expect(good.handle(.exited(code: 0)) == [.record(code: 0, comesBack: false), .finish])
    }

    @Test func aStartThatFailsAgainIsAnEndLikeAnother() {
        var story = Story(.always)
        _ = story.handle(.started)
        _ = story.handle(.exited(code: 1))
        _ = story.wait()
        #expect(story.handle(.exited(code: 127)) == [.record(code: 127, comesBack: true)])
        #expect(story.life.deadline == story.now + 200_000_000)
    }

    @Test func isAskedAndThenKilled() {
        var story = Story(.always)
        _ = story.handle(.started)
        #expect(story.handle(.stop(.terminate, grace: 10 * second)) == [.send(.terminate, thaws: true)])
        #expect(story.life.deadline == story.now + 10 * second)
        #expect(story.wait() == [.send(.kill, thaws: true)])
        #expect(story.life.deadline == nil)
        #expect(story.handle(.exited(code: 137)) == [.record(code: 137, comesBack: false), .finish])
        #expect(story.life.wasStopped)
    }

    @Test func mayTakeForEver() {
        var story = Story(.no)
        _ = story.handle(.started)
        _ = story.handle(.stop(.terminate, grace: nil))
        #expect(story.life.deadline == nil)
        // Somebody has less patience.
        #expect(story.handle(.stop(.interrupt, grace: second)) == [.send(.interrupt, thaws: true)])
        #expect(story.life.deadline == story.now + second)
        // And nobody gives it more.
        _ = story.handle(.stop(.terminate, grace: 9 * second))
        #expect(story.life.deadline == story.now + second)
    }

    @Test func aRestartIsNoAttemptOfThePolicy() {
        var story = Story(.no)
        _ = story.handle(.started)
        #expect(story.handle(.restart(.terminate, grace: second)) == [.send(.terminate, thaws: true)])
        #expect(story.handle(.exited(code: 0)) == [.record(code: 0, comesBack: true), .start])
        #expect(story.life.phase == .starting && story.life.restarts == 0 && !story.life.wasStopped)
        _ = story.handle(.started)
        #expect(story.handle(.exited(code: 0)) == [.record(code: 0, comesBack: false), .finish])
    }

    @Test func whoStopsARestartWins() {
        var story = Story(.always)
        _ = story.handle(.started)
        _ = story.handle(.restart(.terminate, grace: second))
        _ = story.handle(.stop(.terminate, grace: second))
        #expect(story.handle(.exited(code: 0)) == [.record(code: 0, comesBack: false), .finish])
    }

    @Test func aWaitIsEndedByStopAndByRestart() {
        var story = Story(.always)
        _ = story.handle(.started)
        _ = story.handle(.exited(code: 1))
        var other = story
        #expect(story.handle(.stop(.terminate, grace: second)) == [.record(code: 1, comesBack: false), .finish])
        #expect(story.life.phase == .ended && story.life.wasStopped)
        #expect(other.handle(.restart(.terminate, grace: second)) == [.start])
    }

    /// moby's daemon/kill.go: a signal that is not the one to stop by does not mean the container to stay ended.
    @Test(
        arguments: [
            (nil, Signal.hangup, true), (nil, .kill, true), (.quit, .hangup, false), (.quit, .quit, true),
            (.quit, .kill, true),
        ] as [(Signal?, Signal, Bool)]) func aSignalMayEndIt(stop: Signal?, sent: Signal, ends: Bool)
    {
        var story = Story(.always, stopSignal: stop)
        _ = story.handle(.started)
        #expect(story.handle(.signal(sent)) == [.send(sent, thaws: ends)])
        let actions = story.handle(.exited(code: 129))
        #expect(
            actions == (ends ? [.record(code: 129, comesBack: false), .finish] : [.record(code: 129, comesBack: true)]))
    }

    @Test func stopDuringAStartIsRemembered() {
        var story = Story(.always)
        #expect(story.handle(.stop(.terminate, grace: second)) == [])
        #expect(story.life.wasStopped)
        var other = story
        #expect(story.handle(.exited(code: 1)) == [.record(code: 1, comesBack: false), .finish])
        // What comes of the start ends as it was asked to.
        #expect(other.handle(.started) == [.send(.terminate, thaws: true)])
        #expect(other.life.deadline == other.now + second)
    }

    /// Every event in every state that a life can come to. Time stands still but for a timer, which comes when it is due,
    /// and for an end after a good run, so that there are not more states than there are waits.
    @Test(arguments: [RestartPolicy.no, .onFailure(atMost: 1), .onFailure(atMost: nil), .always, .unlessStopped])
    func everyEventInEveryState(policy: RestartPolicy) throws {
        let events: [Life.Event] = [
            .started, .exited(code: 0), .exited(code: 1), .stop(.terminate, grace: nil), .stop(.kill, grace: 0),
            .stop(.terminate, grace: second), .restart(.terminate, grace: second), .restart(.quit, grace: nil),
            .signal(.kill), .signal(.hangup), .timer,
        ]
        var seen: Set<Life> = []
        var phases: Set<String> = []
        var open = [Story(policy, stopSignal: .terminate)]
        while let story = open.popLast() {
            guard seen.insert(story.life).inserted else { continue }
            phases.insert("\(story.life.phase)".split(separator: "(").first.map(String.init) ?? "")
            // From then on each wait is as long as the one before.
            guard story.life.restarts < 14 else { continue }
            for event in events {
                for later in event.isEnd ? [0, Life.goodRun] : [0] {
                    var next = story
                    next.now += event == .timer ? (story.life.deadline ?? story.now) - story.now : later
                    let actions = next.handle(event)
                    try check(actions, from: story.life, to: next.life, event)
                    next.now = story.now
                    open.append(next)
                }
            }
        }
        // No state was left out.
        let waits = policy == .no ? [] : ["waiting"]
        #expect(phases == Set(["starting", "running", "stopping", "ended"] + waits))
    }

    /// What has to hold of each step of each life.
    private func check(_ actions: [Life.Action], from former: Life, to life: Life, _ event: Life.Event) throws {
        let words: Comment = "\(former) \(event) \(actions) \(life)"
        let (before, after) = (former.phase, life.phase)
        // What has ended does nothing, and comes back by nothing.
        if before == .ended { #expect(actions.isEmpty && life == former, words) }
        #expect(actions.contains(.finish) == (after == .ended && before != .ended), words)
        // It is started where it begins to start, once.
        #expect(actions.contains(.start) == (after == .starting && before != .starting), words)
        #expect(actions.count { $0 == .start } <= 1, words)
        // A timer is due only where somebody waits.
        if after == .ended || after == .running || after == .starting { #expect(life.deadline == nil, words) }
        // An end is written down, once, and so is that nobody waits for another start any more.
        let records = actions.compactMap { if case .record(let code, let back) = $0 { (code, back) } else { nil } }
        var ends = after == .ended && before != .ended
        if event.isEnd, [.starting, .running].contains(before) || before.isStopping { ends = true }
        #expect(records.count == (ends ? 1 : 0), words)
        // What is said to come back starts, or waits to.
        if let back = records.first?.1 { #expect(back == (after == .starting || after.isWaiting), words) }
        // Signals go to what runs.
        let sends = actions.contains { if case .send = $0 { true } else { false } }
        if sends { #expect(before == .running || before.isStopping || event == .started, words) }
        // Who asked it to end is not left with one that waits to come back, nor with one that has just come.
        if life.wasStopped { #expect(!after.isWaiting && (before != .starting || after != .running), words) }
        // Without a policy nothing but a restart brings it back.
        if life.policy == .no { #expect(!after.isWaiting && life.restarts == 0, words) }
        #expect(life.restarts == former.restarts + (after.isWaiting && !before.isWaiting ? 1 : 0), words)
    }
}

extension Life.Event {
    fileprivate var isEnd: Bool { if case .exited = self { true } else { false } }
}

extension Life.Phase {
    fileprivate var isStopping: Bool { if case .stopping = self { true } else { false } }
    fileprivate var isWaiting: Bool { if case .waiting = self { true } else { false } }
}
