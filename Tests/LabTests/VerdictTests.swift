// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Lab

/// Verdicts over the whole table of what runs can come to.
@Suite struct VerdictTests {
    @Test(arguments: [
        (Outcome.reproduced, Outcome.blocked, "PASS"), (.reproduced, .reproduced, "UNSAFE"),
        (.reproduced, .unclear, "UNSAFE"), (.blocked, .blocked, "VACUOUS"), (.blocked, .unclear, "VACUOUS"),
        (.unclear, .blocked, "VACUOUS"), (.unclear, .unclear, "VACUOUS"), (.blocked, .reproduced, "INVERTED"),
        (.unclear, .reproduced, "INVERTED"),
    ])
    func everyPairHasItsVerdict(_ weak: Outcome, _ standard: Outcome, _ word: String) {
        #expect(Verdict(.init(weak: weak, standard: standard)).word == word)
    }

    @Test func whatIsKnownNotToBeStoppedIsResidual() {
        let known = Verdict.Evidence(weak: .reproduced, standard: .reproduced, residual: "shared kernel")
        #expect(Verdict(known) == .residual("shared kernel"))
        var hardened = known
        hardened.hardened = .blocked
        #expect(Verdict(hardened) == .residual("shared kernel"))
        for outcome in [Outcome.reproduced, .unclear] {
            hardened.hardened = outcome
            #expect(Verdict(hardened) == .exposed)
        }
        // A reason does not make a demonstration of nothing one of something.
        #expect(Verdict(.init(weak: .blocked, standard: .blocked, residual: "x")) == .vacuous)
        #expect(Verdict(.init(weak: .blocked, standard: .reproduced, residual: "x")) == .inverted)
        // What is stopped after all passes.
        #expect(Verdict(.init(weak: .reproduced, standard: .blocked, residual: "x")) == .pass)
    }

    @Test(arguments: [
        (Outcome.blocked, Outcome.blocked, "PASS"), (.blocked, .reproduced, "UNSAFE"), (.blocked, .unclear, "UNSAFE"),
        (.reproduced, .reproduced, "PASS"), (.reproduced, .blocked, "VACUOUS"), (.reproduced, .unclear, "VACUOUS"),
    ])
    func furtherArmsCount(_ expected: Outcome, _ seen: Outcome, _ word: String) {
        var evidence = Verdict.Evidence(weak: .reproduced, standard: .blocked)
        evidence.further = [.init(expected: expected, seen: seen)]
        #expect(Verdict(evidence).word == word)
        // None of them mends what the two have shown.
        evidence.weak = .blocked
        #expect(Verdict(evidence) == .vacuous)
    }

    @Test func theExitCodeIsOfTheWorst() {
        #expect(Verdict.exitCode(of: [.pass, .residual("x"), .skip("y")]) == 0)
        #expect(Verdict.exitCode(of: [.skip("x"), .skip("y")]) == 77)
        #expect(Verdict.exitCode(of: []) == 77)
        for bad in [Verdict.exposed, .vacuous, .inverted] {
            #expect(Verdict.exitCode(of: [.pass, bad, .skip("x")]) == 1)
            #expect(bad.isFailure && !bad.isSound)
        }
    }

    @Test func anAttributionSaysWhichWallsSuffice() {
        typealias Layer = Attribution.Layer
        let either = Attribution(layers: [
            Layer(name: "capability", without: .blocked, alone: .blocked),
            Layer(name: "seccomp", without: .blocked, alone: .blocked),
        ])
        #expect(either.words == "capability + seccomp (either suffices)")
        let one = Attribution(layers: [
            Layer(name: "namespace", without: .reproduced, alone: .blocked),
            Layer(name: "seccomp", without: .blocked, alone: .reproduced),
        ])
        #expect(one.words == "namespace")
        let together = Attribution(layers: [
            Layer(name: "a", without: .reproduced, alone: .reproduced),
            Layer(name: "b", without: .reproduced, alone: .reproduced),
        ])
        #expect(together.words == "a + b (together)")
    }
}
