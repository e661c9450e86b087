// SPDX-License-Identifier: Apache-2.0
import Foundation
import OCI
import TestSupport
import Testing

/// `run --seccomp-notify`: somebody outside is asked about calls, and writes them down.
@Suite(.commands, .box) struct CallNotifyTests {
    /// The calls of a container: what was called, with which path, and what was answered. They are there before a call goes
    /// on, so nothing has to be waited for.
    private func calls(_ name: String) throws -> [String] {
        let events = try box()(
            "events", "--since", "1h", "--until", "0s", "--filter", "container=\(name)", "--filter", "event=syscall",
            "--format", "json")
        return try events.lines.map { line in
            let event = try JSON(parsing: Array(line.utf8))
            let attributes = event["Actor"]?["Attributes"]
            return ["path", "target", "answer"].reduce(event["Action"]?.string ?? "") { text, key in
                attributes?[key]?.string.map { "\(text) \($0)" } ?? text
            }
        }
    }

    /// A process that has called itself so.
    private func process(_ name: String) -> pid_t? {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { pid_t($0) }.first { number in
            // Behind its end there are zeros. Of one that has ended nothing is left.
            let line = (try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(number)/cmdline"))) ?? Data()
            return String(decoding: line.prefix { $0 != 0 }, as: UTF8.self) == "minibox: \(name)"
        }
    }

    /// Kills a process that calls itself so, or is about to.
    private func end(_ name: String) throws {
        #expect(Clock.wait { process(name) != nil })
        let number = try #require(process(name))
        kill(number, SIGKILL)
        // Its name is gone before its sockets are.
        #expect(Clock.wait { ProcessState.hasEnded(number) })
    }

    private func start(_ name: String, _ asked: String) throws {
        let box = try box()
        box.atEnd { _ = try? box("rm", "-f", name) }
        let run = try box("run", "-d", "--name", name, "--seccomp-notify", asked, "busybox", "sleep", "1000")
        try #require(run.status == 0, "\(run)")
    }

    @Test func callsAreWrittenDownAndSomeRefused() throws {
        let run = try box()(
            "run", "--rm", "--name", "asked", "--seccomp-notify", "mkdir,refuse=evil-*", "--seccomp-notify", "rename",
            "busybox", "sh", "-c",
            "mkdir /tmp/ok-dir /tmp/evil-dir; cd /tmp; mkdir evil-too; mv ok-dir evil-name; rmdir evil-name; ls /tmp | wc -l"
        )
        #expect(run.text == "0" && run.errors.contains("'/tmp/evil-dir': Operation not permitted"), "\(run)")
        // What is refused of one flag is none of the other's; rmdir was not named.
        #expect(
            try calls("asked") == [
                "syscall: mkdir /tmp/ok-dir let through", "syscall: mkdir /tmp/evil-dir refused",
                "syscall: mkdir /tmp/evil-too refused", "syscall: rename /tmp/ok-dir /tmp/evil-name let through",
            ])
    }

    /// It reads what a container's programs have in memory, and needs nothing but that.
    @Test func whoAnswersHasGivenUpWhatItDoesNotNeed() throws {
        try start("confined", "changes")
        #expect(try box()("exec", "confined", "mkdir", "/tmp/seen").status == 0)
        #expect(Clock.wait { process("calls of confined") != nil })
        let number = try #require(process("calls of confined"))
        let text = try String(contentsOfFile: "/proc/\(number)/status", encoding: .utf8)
        let fields = Dictionary(
            uniqueKeysWithValues: text.split(separator: "\n").map { line in
                let parts = line.split(separator: "\t", maxSplits: 1).map(String.init)
                return (parts[0], parts.count > 1 ? parts[1] : "")
            })
        // CAP_SYS_PTRACE is the 19th.
        #expect(fields["CapEff:"] == "0000000000080000" && fields["CapPrm:"] == fields["CapEff:"], "\(text)")
        #expect(fields["CapInh:"] == "0000000000000000")
        #expect(fields["NoNewPrivs:"] == "1" && fields["Seccomp:"] == "2")
        #expect(try calls("confined") == ["syscall: mkdir /tmp/seen let through"])
    }

    @Test func programsThatEnterAreAskedToo() throws {
        let box = try box()
        try start("entered", "changes")
        #expect(try box("exec", "entered", "mkdir", "/tmp/in").status == 0)
        // No filter, and so nobody to ask.
        #expect(try box("exec", "--privileged", "entered", "mkdir", "/tmp/free").status == 0)
        #expect(try box("restart", "-t", "0", "entered").status == 0)
        #expect(try box("exec", "entered", "rmdir", "/tmp/in").status == 0)
        #expect(
            try calls("entered") == ["syscall: mkdir /tmp/in let through", "syscall: rmdir /tmp/in let through"])
        try box("rm", "-f", "entered")
        #expect(Clock.wait { process("calls of entered") == nil })
    }

    /// Who answers is no child of the container's next supervisor, and goes on.
    @Test func answersGoOnWhereASupervisorIsKilled() throws {
        let box = try box()
        try start("orphaned", "mkdir,refuse=no")
        try end("orphaned")
        #expect(try box("exec", "orphaned", "mkdir", "/tmp/yes").status == 0)
        #expect(try box("exec", "orphaned", "mkdir", "/tmp/no").status != 0)
        #expect(
            try calls("orphaned") == ["syscall: mkdir /tmp/yes let through", "syscall: mkdir /tmp/no refused"])
        try box("rm", "-f", "orphaned")
        #expect(Clock.wait { process("calls of orphaned") == nil })
    }

    /// A call that nobody can answer any more fails: the filter does not open.
    @Test func nothingIsLetThroughWhereNobodyAnswers() throws {
        let box = try box()
        try start("unheard", "mkdir")
        try end("calls of unheard")
        // A new one cannot hand its listener over, and does not begin.
        let entered = try box("exec", "unheard", "mkdir", "/tmp/a")
        #expect(entered.status == 125 || entered.status == 126, "\(entered)")
        #expect(try box("exec", "unheard", "true").status != 0)
    }

    @Test func whatCannotAskIsRefused() throws {
        let box = try box()
        for flags in [["--privileged"], ["--security-opt", "seccomp=unconfined"]] {
            let refused = try box.run(["run", "--rm", "--seccomp-notify", "mkdir"] + flags + ["busybox", "true"])
            #expect(refused.status == 125 && refused.errors.contains("this one has none: leave out"), "\(refused)")
        }
        let explained = try box("run", "--rm", "--dry-run", "--explain", "--seccomp-notify", "mkdir", "busybox", "true")
        #expect(explained.status == 0 && explained.output.contains("load the asking filter"), "\(explained)")
    }

    /// A container that calls without end does not push out what others have done.
    @Test func oneContainerFillsNoLog() throws {
        let run = try box()(
            "run", "--rm", "--name", "noisy", "--seccomp-notify", "chmod", "busybox", "sh", "-c",
            "touch /tmp/f; for i in 1 2 3 4 5 6; do chmod 600 $(seq 1 300 | sed s,.*,/tmp/f,) || exit 1; done",
            timeout: 120)
        #expect(run.status == 0, "\(run)")
        let lines = try box()(
            "events", "--since", "1h", "--until", "0s", "--filter", "container=noisy", "--format", "json", timeout: 60)
        #expect(lines.lines.count > 100 && lines.output.utf8.count < 300 << 10, "\(lines.output.utf8.count)")
        #expect(lines.output.contains("\"die\""))
    }
}
