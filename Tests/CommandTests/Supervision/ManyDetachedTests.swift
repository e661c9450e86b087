// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Many commands at once, on containers that live on: none of them gets an error that one alone would not.
@Suite(.commands, .box) struct ManyDetachedTests {
    /// Does a line of the shell for each of `count` numbers, all at once; the answer is what went wrong.
    private func each(_ count: Int, _ line: String) throws -> String {
        let all = try box().shell(
            "seq \(count) | xargs -P \(count) -I '{}' sh -c '{ \(line); } >/dev/null || echo failed: {}'", timeout: 120)
        return all.output + all.errors
    }

    @Test func sixtyFourAtATime() throws {
        let box = try box()
        box.atEnd { _ = try? box.shell("$MINIBOX rm -f $($MINIBOX ps -aq) 2>/dev/null", timeout: 60) }
        #expect(try each(64, "$MINIBOX run -d --name many-{} busybox sleep 1000").isEmpty)
        #expect(try box("ps", "-q").lines.count == 64)
        #expect(try each(64, "$MINIBOX exec many-{} true").isEmpty)
        #expect(try each(64, "$MINIBOX ps").isEmpty)
        #expect(
            try each(
                64, "if [ $(({} % 2)) = 0 ]; then $MINIBOX stop -t 0 many-{}; else $MINIBOX restart -t 0 many-{}; fi"
            ).isEmpty)
        #expect(try box("ps", "-q").lines.count == 32)
        #expect(try each(64, "$MINIBOX rm -f many-{}").isEmpty)
        #expect(try box("ps", "-aq").text.isEmpty)
    }

    @Test func manyCommandsOnOneContainer() throws {
        let box = try box()
        box.atEnd { _ = try? box("rm", "-f", "one") }
        try box("create", "--name", "one", "busybox", "sleep", "1000")
        // Whoever is not the first finds it running, or being started.
        let starts = try each(
            16, "$MINIBOX start one 2>\(box.folder)/start-{} || grep -q try.again \(box.folder)/start-{}")
        #expect(starts.isEmpty)
        #expect(try box("ps", "-q").lines.count == 1)
        #expect(try each(16, "$MINIBOX stop -t 0 one").isEmpty)
        #expect(try box("inspect", "-f", "{{.State.Status}}", "one").text == "exited")
        _ = try each(16, "$MINIBOX rm one 2>/dev/null || true")
        #expect(try box("ps", "-aq").text.isEmpty)
    }

    @Test func manyAreAskedBeforeTheFirstIsWaitedFor() throws {
        let box = try box()
        let names = (1...8).map { "asked-\($0)" }
        let folder = try box.directory("asked")
        box.atEnd { _ = try? box.run(["rm", "-f"] + names) }
        // None ends before all were asked: if each was waited for in its turn, the first would never end.
        let script =
            "trap 'touch /asked/$0; until [ $(ls /asked | wc -l) = 8 ]; do sleep 0.05; done; exit 0' TERM; echo ready; "
            + "while :; do sleep 0.05; done"
        for name in names {
            try box(
                "run", "-d", "--name", name, "-v", folder + ":/asked", "--userns", "host", "busybox", "sh", "-c",
                script,
                name)
        }
        for (turn, word) in ["restart", "stop"].enumerated() {
            for name in names {
                #expect(Clock.wait(seconds: 20) { (try? box("logs", name).lines.count) == turn + 1 }, "\(name)")
            }
            let outcome = try box.run([word, "-t", "600"] + names, timeout: 60)
            #expect(outcome.status == 0 && outcome.lines == names, "\(outcome)")
            for name in names { try FileManager.default.removeItem(atPath: "\(folder)/\(name)") }
        }
        // One that fails does not keep the others, and is told in its place.
        let outcome = try box.run(["rm", "nobody"] + names)
        #expect(outcome.status == 1 && outcome.lines == names && outcome.errors.contains("no container nobody"))
        #expect(try box("ps", "-aq").text.isEmpty)
    }
}
