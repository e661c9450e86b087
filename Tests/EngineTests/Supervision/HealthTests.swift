// SPDX-License-Identifier: Apache-2.0
import Linux
import OCI
import Testing

@testable import Engine

private let second: UInt64 = 1_000_000_000

private func check(
    interval: Int64 = 10, timeout: Int64 = 5, startPeriod: Int64 = 0, startInterval: Int64 = 1, retries: Int = 2
) -> HealthCheck {
    var check = HealthCheck()
    check.test = ["CMD", "true"]
    func seconds(_ count: Int64) -> DurationValue { DurationValue(nanoseconds: count * Int64(second)) }
    check.interval = seconds(interval)
    check.timeout = seconds(timeout)
    check.startPeriod = seconds(startPeriod)
    check.startInterval = seconds(startInterval)
    check.retries = retries
    return check
}

private let wall = FileTime(seconds: 0, nanoseconds: 0)

@Suite struct HealthTests {
    /// Asks when it is time, and gives that answer.
    private func answer(_ health: inout Health, _ code: Int32?) -> Bool {
        let now = health.deadline
        health.begin(at: now, wall: wall)
        return health.end(code: code, output: "said", at: now, wall: wall)
    }

    @Test func oneGoodAnswerIsEnough() {
        var health = Health(check(), startedAt: 100)
        #expect(health.status == .starting && health.deadline == 100 + 10 * second)
        let changed1 = answer(&health, 0)
        #expect(changed1)
        #expect(health.status == .healthy)
        let changed2 = answer(&health, 0)
        #expect(!changed2)
    }

    @Test func badAnswersInARowMakeItUnhealthy() {
        var health = Health(check(retries: 3), startedAt: 0)
        _ = answer(&health, 0)
        let (once, twice) = (answer(&health, 1), answer(&health, 1))
        #expect(!once && !twice)
        #expect(health.status == .healthy && health.failures == 2)
        _ = answer(&health, 0)
        #expect(health.failures == 0)
        _ = answer(&health, 1)
        _ = answer(&health, 1)
        let changed3 = answer(&health, 1)
        #expect(changed3)
        #expect(health.status == .unhealthy)
        let changed4 = answer(&health, 0)
        #expect(changed4)
        #expect(health.status == .healthy)
    }

    @Test func whileItStartsBadAnswersDoNotCount() {
        var health = Health(check(startPeriod: 3, retries: 1), startedAt: 0)
        #expect(health.deadline == second)
        _ = answer(&health, 1)
        _ = answer(&health, 1)
        #expect(health.status == .starting && health.failures == 0 && health.deadline == 3 * second)
        let changed5 = answer(&health, 1)
        #expect(changed5)
        #expect(health.status == .unhealthy && health.deadline == 13 * second)
    }

    @Test func aGoodAnswerEndsTheStart() {
        var health = Health(check(startPeriod: 60), startedAt: 0)
        _ = answer(&health, 0)
        #expect(health.deadline == 11 * second)
        _ = answer(&health, 1)
        #expect(health.failures == 1)
    }

    @Test func anAnswerThatTakesTooLongIsABadOne() throws {
        var health = Health(check(retries: 1), startedAt: 0)
        health.begin(at: 10 * second, wall: wall)
        #expect(health.isProbing && health.deadline == 15 * second)
        let isOther = health.end(code: nil, output: "half", at: 15 * second, wall: wall)
        #expect(isOther)
        let last = try #require(health.answers.last)
        #expect(last.code == -1 && last.output == "Health check exceeded timeout (5s)")
    }

    @Test func theLastFiveAreKept() {
        var health = Health(check(), startedAt: 0)
        for code: Int32 in 1...8 { _ = answer(&health, code) }
        #expect(health.answers.map(\.code) == [4, 5, 6, 7, 8])
    }

    @Test func whatIsNotSaidIsUsual() {
        let health = Health(HealthCheck(), startedAt: 0)
        #expect(health.interval == 30 * second && health.timeout == 30 * second && health.retries == 3)
        #expect(health.startPeriod == 0 && health.startInterval == 5 * second)
    }

    @Test func theCommandLineGoesBeforeTheImage() {
        let image = ImageConfiguration.Healthcheck(
            test: ["CMD-SHELL", "image"], interval: 7, timeout: 8, startPeriod: 9, startInterval: 10, retries: 11)
        var asked = HealthCheck()
        asked.retries = 2
        asked.fill(from: image)
        #expect(asked.test == ["CMD-SHELL", "image"] && asked.interval?.nanoseconds == 7 && asked.retries == 2)
        #expect(asked.words(shell: []) == ["/bin/sh", "-c", "image"])
        #expect(asked.words(shell: ["/bin/bash", "-ec"]) == ["/bin/bash", "-ec", "image"])
        var off = HealthCheck.off
        off.fill(from: image)
        #expect(off.words(shell: []) == nil)
        var none = HealthCheck()
        none.fill(from: ImageConfiguration.Healthcheck(test: ["NONE"]))
        #expect(none.words(shell: []) == nil)
    }
}
