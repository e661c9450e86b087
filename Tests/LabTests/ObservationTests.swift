// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Lab

private typealias Expected = Lab.Expectation

/// What observers print, and what is expected of it.
@Suite struct ObservationTests {
    @Test func linesOfBothKindsAreRead() {
        let seen = Observations(
            parsing: """
                host_name changed
                {"probe": "open", "what": "/proc/keys", "result": "EACCES", "extra": 3}
                {"probe": "count", "result": 7}
                {"no": "observation"}
                {broken
                Words of people are none: at all
                lonely
                rest of the line
                host_name same
                """)
        #expect(seen["host_name"] == "same")
        #expect(seen["open:/proc/keys"] == "EACCES")
        #expect(seen["count"] == "7")
        #expect(seen["rest"] == "of the line")
        #expect(seen["lonely"] == nil)
    }

    @Test(arguments: [
        (Expected.exactly("EPERM"), "EPERM", "ENOSYS"), (.oneOf(["a", "b"]), "b", "c"), (.not(["a"]), "b", "a"),
        (.atLeast(3), "3", "2"), (.atMost(3), "3", "4"), (.atLeast(3), "10", "many"),
    ])
    func anExpectationHoldsOrNot(_ expected: Lab.Expectation, _ good: String, _ bad: String) {
        #expect(expected.holds(good))
        #expect(!expected.holds(bad))
        #expect(!expected.holds(nil as String?), "what was not seen is not as expected")
    }

    @Test func whatExcludesEachOtherIsKnown() {
        #expect(Expected.exactly("a").excludes(.exactly("b")))
        #expect(!Expected.exactly("a").excludes(.not(["b"])))
        #expect(Expected.not(["a"]).excludes(.exactly("a")))
        #expect(Expected.atLeast(3).excludes(.atMost(2)))
        #expect(!Expected.atLeast(3).excludes(.atMost(3)))
        #expect(Expected.oneOf(["1", "2"]).excludes(.atLeast(3)))
    }

    @Test func anOutcomeIsTheOneOrTheOtherOrUnclear() {
        let effect = Effect(
            reproduced: ["flag": .exactly("read"), "n": .atLeast(1)], blocked: ["flag": .exactly("unread")])
        #expect(effect.isDecisive)
        #expect(effect.outcome(of: Observations(parsing: "flag read\nn 2")) == .reproduced)
        #expect(effect.outcome(of: Observations(parsing: "flag unread\nn 2")) == .blocked)
        #expect(effect.outcome(of: Observations(parsing: "flag read\nn 0")) == .unclear)
        #expect(effect.outcome(of: Observations(parsing: "")) == .unclear)
        #expect(!Effect(reproduced: ["a": .exactly("1")], blocked: ["b": .exactly("1")]).isDecisive)
    }
}
