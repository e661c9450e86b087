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
        #expect(story.handle(.exited(code: 1)) == [.record(code: 1, comesBack: false), .finish])
    }

    /// Every event in every phase: nothing that has ended does anything, and no timer is due that nobody waits for.
    @Test func everyEventInEveryPhase() {
        let events: [Life.Event] = [
            .started, .exited(code: 0), .exited(code: 1), .stop(.terminate, grace: nil), .stop(.kill, grace: 0),
            .restart(.terminate, grace: second), .signal(.kill), .signal(.hangup), .timer,
        ]
        for policy in [RestartPolicy.no, .onFailure(atMost: 1), .always, .unlessStopped] {
            var seen: Set<Life> = []
            var open = [Story(policy)]
            while let story = open.popLast() {
                guard seen.count < 4000, seen.insert(story.life).inserted else { continue }
                for event in events {
                    var next = story
                    next.now += second
                    let actions = next.handle(event)
                    let phase = next.life.phase
                    if story.life.phase == .ended { #expect(actions.isEmpty && phase == .ended) }
                    #expect(actions.contains(.finish) == (phase == .ended && story.life.phase != .ended))
                    #expect(
                        actions.contains(.start)
                            == (phase == .starting && story.life.phase != .starting
                                || actions.contains(.start)))
                    if actions.contains(.start) { #expect(phase == .starting) }
                    if phase == .ended || phase == .running { #expect(next.life.deadline == nil) }
                    if policy == .no, !actions.isEmpty, case .record(_, true) = actions[0] {
                        #expect(actions.contains(.start), "only a restart brings it back")
                    }
                    if next.life.restarts < 3 { open.append(next) }
                }
            }
        }
    }
}
