// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `--log-opt compress` and `mode=non-blocking`.
@Suite(.commands, .box) struct LogOptionTests {
    private static let compressed = ["--log-opt", "compress=true", "--log-opt", "max-size=20k"]

    /// The names of a log's files.
    private func files(of name: String, _ box: Box) throws -> [String] {
        let id = try box("inspect", "-f", "{{.Id}}", name).text
        return try FileManager.default.contentsOfDirectory(atPath: "\(box.root)/containers/\(id)/log").sorted()
    }

    /// Starts a container that writes numbers in its log, `step` of them at a time with a pause, and is removed at the end.
    private func count(_ turns: Int, by step: Int, pause: Double, last: String, files: Int, in box: Box) throws {
        try box.run(
            ["run", "-d", "--name", "told"] + Self.compressed + [
                "--log-opt", "max-file=\(files)", "busybox", "sh", "-c",
                """
                i=0; while [ $i -lt \(turns) ]; do seq $((i*\(step)+1)) $((i*\(step)+\(step))); i=$((i+1)); sleep \(pause); done
                sleep \(last)
                """,
            ])
        box.atEnd { _ = try? box("rm", "-f", "told") }
    }

    /// Those that call themselves its supervisor: the parent of a program whose supervisor was killed is another.
    private func supervisors(_ name: String, _ box: Box) throws -> [Int32] {
        try box.shell("pgrep -xf 'minibox: \(name)'").lines.compactMap { Int32($0) }
    }

    /// Whether it sleeps in epoll_wait, epoll_pwait or epoll_pwait2, and so has left nothing to be read.
    private func waitsForEvents(_ process: Int32) -> Bool {
        let call = try? String(contentsOfFile: "/proc/\(process)/syscall", encoding: .utf8).prefix { $0 != " " }
        return ["22", "232", "281", "441"].contains(call)
    }

    private func supervisor(of name: String, _ box: Box) throws -> Int32 {
        let text = try box.shell(
            "awk '/^PPid:/ { print $2 }' /proc/$($MINIBOX inspect -f '{{.State.Pid}}' \(name))/status")
        return try #require(Int32(text.text))
    }

    /// Whether the lines are numbers, each one above the one before, up to `last`.
    private func areInOrder(_ lines: [String], upTo last: Int) -> Bool {
        guard let first = lines.first.flatMap({ Int($0) }) else { return false }
        return lines.count == last - first + 1 && lines == (first...last).map(String.init)
    }

    @Test func filesAreCompressedAndReadBack() throws {
        let box = try box()
        try count(20, by: 100, pause: 0.05, last: "1000", files: 4, in: box)
        #expect(
            Clock.wait(seconds: 15) {
                // By their names alone: while `logs` reads a file it stays as it is, and the next turn may never come.
                (try? box.shell("grep -l '\"2000' \(box.root)/containers/*/log/log.json").status) == 0
                    && (try? files(of: "told", box)) == ["log.json", "log.json.1.gz", "log.json.2.gz", "log.json.3.gz"]
            }, "\((try? files(of: "told", box)) ?? [])")
        let lines = try box("logs", "told").lines
        #expect(areInOrder(lines, upTo: 2000) && lines.count > 600, "\(lines.count)")
        #expect(try box("logs", "-n", "600", "told").lines == Array(lines.suffix(600)))
        #expect(try box("inspect", "-f", "{{.HostConfig.LogConfig.Config.compress}}", "told").text == "true")
        // Stopped and started again, it goes on.
        #expect(try box("restart", "-t", "0", "told").status == 0)
        // What is being compressed has another name meanwhile.
        #expect(
            Clock.wait {
                (try? box("logs", "-n", "1", "told").text) == "2000"
                    && (try? files(of: "told", box).contains(".compressed")) == false
            })
    }

    @Test func aFollowerGetsEachLineOnce() throws {
        let box = try box()
        try count(40, by: 200, pause: 0.02, last: "1000", files: 200, in: box)
        let follower = try box.start("logs", "-f", "told")
        #expect(follower.waitForOutput("\n8000\n", seconds: 30))
        // With its end compressing ends too, and what was not begun is not done.
        #expect(Clock.wait { (try? files(of: "told", box).contains { $0.hasSuffix(".gz") }) == true })
        try box("stop", "-t", "0", "told")
        let all = follower.wait(seconds: 30)
        #expect(areInOrder(all.output.split(separator: "\n").map(String.init), upTo: 8000))
        #expect(try files(of: "told", box).contains { $0.hasSuffix(".gz") })
        #expect(try box("logs", "told").lines.count == 8000)
    }

    /// What was read and not written yet is lost with its supervisor, and so is the beginning of a line: it is killed
    /// while the container rests between two lines, and all that came before is written.
    @Test func aKillLosesNoLineThatIsWritten() throws {
        let box = try box()
        try box.run(
            ["run", "-d", "--name", "told"] + Self.compressed + [
                "--log-opt", "max-file=300", "busybox", "sh", "-c",
                """
                i=0; while [ $i -lt 60 ]; do
                  seq $((i*200+1)) $((i*200+200)); i=$((i+1)); sleep 0.03
                  while [ -e /rest ]; do touch /resting; sleep 0.02; done; rm -f /resting
                done
                while :; do sleep 0.03; while [ -e /rest ]; do touch /resting; sleep 0.02; done; rm -f /resting; done
                """,
            ])
        box.atEnd { _ = try? box("rm", "-f", "told") }
        for pause in [50_000, 130_000, 70_000, 210_000, 90_000] as [UInt32] {
            usleep(pause)
            try #require(try box("exec", "told", "touch", "/rest").status == 0)
            try #require(Clock.wait { (try? box("exec", "told", "test", "-e", "/resting").status) == 0 })
            try #require(Clock.wait { (try? supervisors("told", box).count) == 1 })
            let killed = try supervisors("told", box)
            try #require(Clock.wait { waitsForEvents(killed[0]) })
            kill(killed[0], SIGKILL)
            // The killed one may not be gone yet when it is looked for first.
            try #require(
                Clock.wait {
                    _ = try? box("ps")
                    return (try? supervisors("told", box)).map { $0.count == 1 && $0 != killed } == true
                })
            _ = try box.shell("pkill -9 -f 'minibox: compressing a log'; true")
            try #require(try box("exec", "told", "rm", "/rest").status == 0)
            // Else the next rest would be seen where it has not begun.
            try #require(Clock.wait { (try? box("exec", "told", "test", "-e", "/resting").status) == 1 })
        }
        #expect(Clock.wait(seconds: 20) { (try? box("logs", "-n", "1", "told").text) == "12000" })
        #expect(areInOrder(try box("logs", "told").lines, upTo: 12000))
        #expect(try files(of: "told", box).contains { $0.hasSuffix(".gz") })
    }

    @Test func withoutRoomFilesStayAsTheyAre() throws {
        let box = try box()
        let root = try box.directory("small")
        #expect(try box.shell("mount -t tmpfs -o size=10m,mode=755 tmpfs \(root)").status == 0)
        box.atEnd { _ = try? box.shell("umount -l \(root)") }
        let environment = ["MINIBOX_ROOT": root]
        #expect(
            try box.run(["import", TestMachine.archive("busybox"), "busybox"], environment: environment).status == 0)
        try box.run(
            ["run", "-d", "--name", "told"] + Self.compressed + [
                "--log-opt", "max-file=1000", "busybox", "sh", "-c",
                "seq 1 200; while [ ! -e /go ]; do sleep 0.05; done; seq 201 40000; echo end; sleep 1000",
            ], environment: environment)
        box.atEnd { _ = try? box.run(["rm", "-f", "told"], environment: environment) }
        #expect(Clock.wait { (try? box.run(["logs", "told"], environment: environment).lines.count) == 200 })
        #expect(try box.run(["exec", "told", "touch", "/go"], environment: environment).status == 0)
        _ = try box.shell("head -c 20000000 /dev/zero >\(root)/filler")
        // Lines may be lost, and the container goes on.
        usleep(1_000_000)
        #expect(try box.run(["ps", "-q"], environment: environment).lines.count == 1)
        let lines = try box.run(["logs", "told"], environment: environment).lines
        #expect(lines.starts(with: (1...200).map(String.init)), "\(lines.count)")
        try FileManager.default.removeItem(atPath: root + "/filler")
        #expect(try box.run(["stop", "-t", "0", "told"], environment: environment).status == 0)
        #expect(try box.run(["system", "check"], environment: environment).status == 0)
    }

    @Test func whatIsNotWrittenFastEnoughIsDroppedAndCounted() throws {
        let box = try box()
        let script =
            "echo ready; while [ ! -e /go ]; do sleep 0.05; done; seq 1 300000; touch /done; while [ ! -e /end ]; do sleep 0.05; done"
        try box(
            "run", "-d", "--name", "told", "--log-opt", "mode=non-blocking", "--log-opt", "max-buffer-size=64k",
            "busybox", "sh", "-c", script)
        box.atEnd { _ = try? box("rm", "-f", "told") }
        #expect(Clock.wait { (try? box("logs", "told").text) == "ready" })
        let writer = try #require(
            Int32(try box.shell("pgrep -P \(try supervisor(of: "told", box)) -f 'writing a log'").text))
        // As on a disk that takes nothing for a while.
        kill(writer, SIGSTOP)
        #expect(try box("exec", "told", "touch", "/go").status == 0)
        #expect(Clock.wait(seconds: 20) { (try? box("exec", "told", "cat", "/done").status) == 0 })
        kill(writer, SIGCONT)
        // It may be killed before it has ended: with its file the container ends.
        try box("exec", "told", "touch", "/end")
        #expect(try box("wait", "told").text == "0")
        let lines = try box("logs", "told").lines
        #expect(lines.count > 100 && lines.count < 200_000, "\(lines.count)")
        #expect(lines[0] == "ready" && lines[1] == "1")
        let words = try box("inspect", "-f", "{{.State.Error}}", "told").text
        let dropped = try #require(Int(words.prefix { $0.isNumber }), "\(words)")
        // A line that was cut by the end of the buffer may be counted on either side.
        #expect(abs(lines.count - 1 + dropped - 300_000) < 100, "\(lines.count) \(words)")
    }

    @Test func nothingIsDroppedWhereThereIsTime() throws {
        let box = try box()
        try box(
            "run", "--name", "told", "--log-opt", "mode=non-blocking", "--log-opt", "max-buffer-size=16m", "busybox",
            "sh", "-c", "seq 1 100000; echo err >&2; printf end")
        let logs = try box("logs", "told")
        #expect(logs.errors == "err\n")
        #expect(logs.lines.count == 100_001 && logs.lines.last == "end", "\(logs.lines.count)")
        #expect(try box("inspect", "-f", "{{.State.Error}}", "told").text.isEmpty)
        #expect(try box("start", "-a", "told").status == 0)
        #expect(try box("logs", "told").lines.count == 200_001)
        #expect(try box("rm", "told").status == 0)
    }

    @Test func aKilledWriterIsReplaced() throws {
        let box = try box()
        try box(
            "run", "-d", "--name", "told", "--log-opt", "mode=non-blocking", "busybox", "sh", "-c",
            "while :; do echo line; sleep 0.05; done")
        box.atEnd { _ = try? box("rm", "-f", "told") }
        usleep(1_100_000)
        _ = try box.shell("pkill -9 -P \(try supervisor(of: "told", box)) -f 'writing a log'")
        let before = try box("logs", "told").lines.count
        #expect(Clock.wait(seconds: 10) { (try? box("logs", "told").lines.count).map { $0 > before + 5 } == true })
        // The supervisor's own death is another's to follow; what the writer has, it writes.
        kill(try supervisor(of: "told", box), SIGKILL)
        #expect(
            Clock.wait {
                _ = try? box("ps")
                return (try? box.shell("pgrep -f 'writing a log'").lines.isEmpty) == false
                    && (try? box("ps").output.contains("told")) == true
            })
        let later = try box("logs", "told").lines.count
        #expect(Clock.wait(seconds: 10) { (try? box("logs", "told").lines.count).map { $0 > later + 5 } == true })
        #expect(try box("rm", "-f", "told").status == 0)
    }
}
