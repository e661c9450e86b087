// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import Builds

@Suite struct TerminalViewTests {
    private let size = TerminalSize(rows: 12, columns: 50)

    private func view(_ size: TerminalSize? = nil, colors: Bool = false) -> TerminalView {
        TerminalView(size: size ?? self.size, hasColors: colors)
    }

    @Test func runningStepsAreRedrawnAndEndedOnesStay() {
        var view = view()
        var screen = Screen(columns: 50, rows: 12)
        screen.write(
            view.shown([
                .planned(plan(("build", ["WORKDIR /src", "RUN make"]))), .cached(step: 0, explanation: []),
                .started(step: 1, after: at(60)), .wrote(1, "one\ntwo\n", at(200)), .wrote(1, "thr", at(1400)),
            ]))
        #expect(
            screen.text == [
                " => CACHED [build 1/2] WORKDIR /src        0.000s",
                " => [build 2/2] RUN make                     1.3s", " => => # one", " => => # two", " => => # thr",
                "[+] Building 1.4s (1/2)",
            ])
        screen.write(view.shown([.finished(step: 1, after: at(1500))], .built(image: "", names: [], after: at(1510))))
        #expect(
            screen.text == [
                " => CACHED [build 1/2] WORKDIR /src        0.000s",
                " => [build 2/2] RUN make                     1.4s", "[+] Building 1.5s (2/2) FINISHED", "",
            ])
        #expect(screen.surprises == [])
    }

    @Test func theWindowHasTheLastSixLines() {
        var view = view()
        var screen = Screen(columns: 50, rows: 12)
        let lines = (1...40).map { "line \($0) " + String(repeating: "x", count: 60) + "\n" }.joined()
        screen.write(
            view.shown([.planned(plan(("a", ["RUN a"]))), .started(step: 0, after: at(0)), .wrote(0, lines, at(100))]))
        #expect(screen.text.dropFirst().first?.hasPrefix(" => => # line 35 xxx") == true)
        #expect(screen.text.count == 8)
        #expect(screen.text.allSatisfy { $0.count <= 49 })
    }

    @Test func aFrameIsNeverTallerThanTheTerminal() {
        var view = view(TerminalSize(rows: 5, columns: 50))
        var screen = Screen(columns: 50, rows: 5)
        let stages = plan(
            ("a", ["RUN a"]), ("b", ["RUN b"]), ("c", ["RUN c"]), ("d", ["RUN d"]), ("e", ["RUN e"]), ("f", ["RUN f"]))
        var events: [BuildEvent] = [.planned(stages)]
        for step in 0..<6 { events.append(.started(step: step, after: at(Int64(step) * 60))) }
        for step in 0..<6 { events.append(.wrote(step, "1\n2\n3\n", at(Int64(step) * 60 + 600))) }
        screen.write(view.shown(events))
        #expect(screen.text.count == 4)
        for step in 0..<6 { screen.write(view.shown([.finished(step: step, after: at(2000 + Int64(step) * 60))])) }
        screen.write(view.shown([], .built(image: nil, names: [], after: at(3000))))
        #expect(screen.text.filter { $0.hasPrefix(" => [") }.count == 6)
        #expect(screen.text.suffix(2) == ["[+] Building 3.0s (6/6) FINISHED", ""])
        #expect(screen.surprises == [])
    }

    @Test func framesAreFewAndEachIsOneWrite() {
        var view = view()
        _ = view.shown([.planned(plan(("a", ["RUN a"]))), .started(step: 0, after: at(0))])
        var frames = 0
        for millisecond in 1...1000 where !view.show(.wrote(0, "x\n", at(Int64(millisecond)))).isEmpty { frames += 1 }
        #expect((15...21).contains(frames))
    }

    @Test func aNewSizeLeavesNothingOfTheOldFrame() {
        var view = view(TerminalSize(rows: 12, columns: 80))
        _ = view.shown([
            .planned(plan(("a", ["RUN a"]))), .started(step: 0, after: at(0)), .wrote(0, "hello\n", at(100)),
        ])
        // The title of the step, 79 columns wide, is two rows of 40 now; the other two lines are one row each.
        view.resize(to: TerminalSize(rows: 12, columns: 40))
        let frame = view.shown([.tick(after: at(110))])
        #expect(frame.hasPrefix("\u{1B}[?2026h\r\u{1B}[3A"))
    }

    @Test func whatStepsWriteCannotMoveTheCursor() {
        var view = view(colors: true)
        var screen = Screen(columns: 50, rows: 12)
        let nasty = "\u{1B}[2J\u{1B}[1;1Hgone\u{1B}[31mred\u{9B}5n\u{1B}]0;t\u{07}\r\n\u{08}\u{08}x\u{1B}[10A\n"
        screen.write(
            view.shown(
                [
                    .planned(plan(("a", ["RUN a\u{1B}[2J"]))), .started(step: 0, after: at(0)),
                    .wrote(0, nasty, at(100)),
                    .warning("w\u{1B}[2J"), .failed(step: 0, reason: "r\u{1B}[2J", after: at(200)),
                ], .failed(BuildError(.step(exitCode: 1), "no"))))
        #expect(screen.surprises == [])
        #expect(screen.text.contains("gonered5n"))
    }

    @Test func failuresShowTheStepsLastLines() {
        var view = view()
        var screen = Screen(columns: 50, rows: 12)
        screen.write(
            view.shown(
                [
                    .planned(plan(("a", ["RUN a"]))), .started(step: 0, after: at(0)), .wrote(0, "boom\n", at(100)),
                    .failed(step: 0, reason: "exit code 2", after: at(2100)),
                ], .failed(BuildError(.step(exitCode: 2), "no"))))
        #expect(
            screen.text == [
                " => ERROR [a 1/1] RUN a                      2.1s", "[+] Building 2.1s (1/1)", "------",
                " > [a 1/1] RUN a:", "boom", "------", "",
            ])
    }

    /// Whatever comes, the screen ends with each step once, and nothing of what moved.
    @Test(arguments: 0..<60) func anyOrderOfEventsLeavesOneLineAStep(seed: UInt64) {
        var generator = Seeded(state: seed)
        let size = TerminalSize(rows: UInt16.random(in: 3...20, using: &generator), columns: 50)
        var view = view(size)
        var screen = Screen(columns: 50, rows: Int(size.rows))
        let stages = plan(
            ("a", ["RUN 1", "RUN 2"]), ("b", ["RUN 3", "RUN 4"]), ("c", ["RUN 5", "RUN 6"]), ("d", ["RUN 7", "RUN 8"]))
        screen.write(view.shown([.planned(stages)]))
        var waiting = Array(0..<8).shuffled(using: &generator)
        var running: [Int] = []
        var now: Int64 = 0
        while !waiting.isEmpty || !running.isEmpty {
            now += Int64.random(in: 0...90, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0:
                guard let step = waiting.popLast() else { continue }
                running.append(step)
                screen.write(view.shown([.started(step: step, after: at(now))]))
            case 1 where running.count > 2 || waiting.isEmpty:
                guard let step = running.popLast() else { continue }
                screen.write(view.shown([.finished(step: step, after: at(now))]))
            default:
                guard let step = running.randomElement(using: &generator) else { continue }
                let text = ["some text\n", "no end", "\r", "漢字 🙂\n", "\n\n", "\u{1B}[1mbold\n"].randomElement(
                    using: &generator)
                screen.write(view.shown([.wrote(step, text ?? "", at(now))]))
            }
        }
        screen.write(view.shown([], .built(image: nil, names: [], after: at(now))))
        #expect(screen.surprises == [])
        #expect(screen.text.count == 10)
        for number in 1...8 { #expect(screen.text.filter { $0.contains("RUN \(number) ") }.count == 1) }
    }
}
