// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// What is kept of builds.
@Suite(.commands, .emptyBox) struct BuildLogCommandTests {
    @Test func allThatStepsWroteIsKept() throws {
        let box = try box()
        let context = try box.context(
            "FROM busybox\nWORKDIR /a\nRUN seq 300000\nRUN printf 'a\\033[2J\\0b\\377'\n")
        #expect(try box("build", "-t", "app", context).status == 0)
        let numbers = (1...300_000).map { "\($0)\n" }.joined()
        #expect(try box("build", "logs", "--step", "2").output == numbers)
        #expect(try box("build", "logs", "app", "--step", "#2").output == numbers)
        let bytes = try box.shell("$MINIBOX build logs --step 3 | od -An -tx1")
        #expect(bytes.text.trimmingCharacters(in: .whitespaces) == "61 1b 5b 32 4a 00 62 ff")
        let all = try box("build", "logs")
        #expect(all.output.hasPrefix("#1 [2/4] WORKDIR /a\n#1 DONE "), "\(all.output.prefix(200))")
        #expect(all.output.contains("\n#2 [3/4] RUN seq 300000\n1\n2\n"))
        #expect(all.output.contains("\n300000\n#2 DONE "))
        let fourth = try box("build", "logs", "--step", "4")
        #expect(fourth.status == 1 && fourth.errors.contains("has no step 4: it has 3"), "\(fourth)")
        #expect(try box("build", "logs", "other").status == 1)
    }

    @Test func aTerminalIsNotAtTheMercyOfALog() throws {
        let box = try box()
        let context = try box.context("FROM busybox\nRUN printf 'x\\033[2J\\033]0;t\\007\\033[31mred\\n'\n")
        #expect(try box("build", "-q", context).status == 0)
        let terminal = try Pseudoterminal()
        let program = try box.start(on: terminal, "build", "logs")
        #expect(program.wait().status == 0)
        #expect(terminal.waitFor("DONE"))
        #expect(terminal.shown.contains("x\u{1B}[31mred\u{1B}[m"), "\(terminal.shown.debugDescription)")
        #expect(!terminal.shown.contains("\u{1B}[2J") && !terminal.shown.contains("\u{1B}]0;"))
    }

    @Test func buildsAreListedTheYoungestFirst() throws {
        let box = try box()
        let good = try box.context("FROM busybox\nRUN true\n")
        let bad = try box.context("FROM busybox\nRUN exit 9\n", name: "bad")
        #expect(try box("build", "ls").lines.count == 1)
        #expect(try box("build", "-t", "app:1", good).status == 0)
        #expect(try box("build", bad).status == 1)
        #expect(try box("build", good).status == 0)
        let rows = try box("build", "ls").lines.map { $0.split(separator: " ").map(String.init) }
        #expect(rows.dropFirst().map { $0[1] } == [good, bad, "app:1"])
        #expect(rows.dropFirst().map { $0[2] } == ["built", "failed", "built"])
        let records = try objects(try box("build", "ls", "--format", "json").output)
        #expect(records.map { $0["ExitCode"] as? Int } == [nil, 9, nil])
        let steps = try #require(records[0]["Steps"] as? [[String: Any]])
        #expect(steps.map { $0["State"] as? String } == ["cached"])
        #expect(try box("build", "history", "-q").lines.count == 3)
    }

    @Test func aBuildThatIsKilledIsSeenToBe() throws {
        let box = try box()
        let context = try box.context("FROM busybox\nRUN echo begun; sleep 100\n")
        let program = try box.start("build", context)
        #expect(Clock.wait(seconds: 10) { (try? box("build", "logs", "--step", "1").output) == "begun\n" })
        program.send(SIGKILL)
        _ = program.wait()
        #expect(try box("build", "ls").output.contains(" killed "))
        #expect(try box("build", "logs", "--step", "1").output == "begun\n")
    }

    @Test func eachOfSeveralBuildsHasItsOwn() throws {
        let box = try box()
        let context = try box.context("FROM busybox\nARG N\nRUN echo start $N; sleep 0.3; echo end $N\n")
        let programs = try (0..<4).map { number in
            try box.start("build", "-t", "app:\(number)", "--build-arg", "N=\(number)", context)
        }
        for program in programs { #expect(program.wait(seconds: 60).status == 0) }
        for number in 0..<4 {
            #expect(
                try box("build", "logs", "app:\(number)", "--step", "1").output == "start \(number)\nend \(number)\n")
        }
        #expect(try box("build", "ls", "-q").lines.count == 4)
    }
}
