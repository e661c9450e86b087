// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `minibox trace`: calls from outside, and the profile that is learned of them.
@Suite(.commands, .box) struct TraceCommandTests {
    @Test func whatIsRunIsTracedFromItsFirstInstructionOn() throws {
        let box = try box()
        let file = box.folder + "/lines"
        let traced = try box(
            "trace", "-o", file, "--", "run", "--rm", "busybox", "sh", "-c",
            "cat /etc/passwd >/dev/null; cat /nowhere; unshare -U true; exit 7", timeout: 60)
        #expect(traced.status == 7, "\(traced)")
        let lines = try String(contentsOfFile: file, encoding: .utf8).components(separatedBy: "\n")
        func has(_ words: String...) -> Bool { lines.contains { line in words.allSatisfy { line.contains($0) } } }
        // Both of its numbers, and nothing of what minibox did on the way there.
        #expect(has("/1 sh  "), "\(lines.prefix(5))")
        #expect(has(#""/etc/passwd""#, " = 3") && has(#""/nowhere""#, " = -1 ENOENT (no such file or directory)"))
        #expect(!has("mount(") && !has("pivot_root(") && !has("seccomp("))
        // A refusal of the filter's is told from one of the kernel's.
        #expect(
            lines.contains {
                $0.hasPrefix("! ") && $0.contains("unshare(0x10000000) = -1 EPERM (refused by the filter)")
            })
        #expect(!lines.contains { $0.hasPrefix("! ") && $0.contains("/nowhere") })
        let counted = try box("trace", "-c", "--", "run", "--rm", "busybox", "true", timeout: 60)
        #expect(counted.status == 0 && counted.errors.contains("made  refused  call"), "\(counted)")
    }

    @Test func aContainerThatRunsIsLetGoAsItWas() throws {
        let box = try box()
        try box(
            "run", "-d", "--name", "traced", "busybox", "sh", "-c",
            "while :; do cat /etc/hosts >/dev/null; sleep 0.05; done")
        box.atEnd { _ = try? box("rm", "-f", "traced") }
        // Ended by a person, and killed.
        for signal in [SIGINT, SIGKILL] {
            let tracer = try box.start("trace", "traced")
            #expect(tracer.waitForErrors(#""/etc/hosts""#, seconds: 30), "\(tracer.errorsSoFar)")
            kill(tracer.process, signal)
            let outcome = tracer.wait(seconds: 30)
            #expect(signal == SIGKILL || outcome.status == 0, "\(outcome)")
            // It runs on, and nobody traces it.
            #expect(
                Clock.wait(seconds: 30) {
                    (try? box("exec", "traced", "grep", "TracerPid", "/proc/1/status").output) == "TracerPid:\t0\n"
                })
            let before = try box("exec", "traced", "cat", "/proc/1/stat").output.components(separatedBy: " ")[9]
            #expect(
                Clock.wait(seconds: 30) {
                    (try? box("exec", "traced", "cat", "/proc/1/stat").output.components(separatedBy: " ")[9]) != before
                }, "its process goes on")
        }
        try box("rm", "-f", "traced")
        #expect(try box("trace", "traced").status != 0)
        #expect(try box("trace").status == 125)
    }

    @Test func whatWasLearnedIsEnoughAndNoMore() throws {
        let box = try box()
        let profile = box.folder + "/learned.json"
        let work = "echo hi >/tmp/x; chown 5 /tmp/x; cat /tmp/x"
        let learning = try box(
            "trace", "-c", "--profile", profile, "--", "run", "--rm", "busybox", "sh", "-c", work, timeout: 60)
        #expect(learning.status == 0 && learning.output == "hi\n", "\(learning)")
        let flags = ["--cap-drop", "ALL", "--cap-add", "CHOWN", "--security-opt", "seccomp=" + profile]
        #expect(learning.errors.contains(flags.joined(separator: " ")), "\(learning.errors)")
        let again = try box.run(["run", "--rm"] + flags + ["busybox", "sh", "-c", work])
        #expect(again.status == 0 && again.output == "hi\n", "\(again)")
        // What it has not done it may not do.
        let other = try box.run(["run", "--rm"] + flags + ["busybox", "sh", "-c", "mkdir /tmp/y"])
        #expect(other.status != 0 && other.errors.contains("implemented"), "\(other)")
        // What no filter refused before is no finding of the audit's.
        try box.run(["run", "-d", "--name", "bound"] + flags + ["busybox", "sh", "-c", "echo hi; read x"])
        try box("rm", "-f", "bound")
    }
}

/// Servers, under what was learned of them.
@Suite(.commands, .emptyBox) struct TraceServerTests {
    private func page(_ name: String, _ box: Box) -> String {
        var page = ""
        // Its own filter would hold for who asks from inside, too.
        _ = Clock.wait(seconds: 60) {
            page = (try? box("exec", "--privileged", name, "wget", "-qO-", "http://127.0.0.1:80/").text) ?? ""
            return !page.isEmpty
        }
        return page
    }

    @Test func apacheAnswersUnderItsLearnedProfile() throws {
        let box = try box()
        try #require(
            FileManager.default.fileExists(atPath: TestMachine.archive("centos")), "run scripts/fixtures centos")
        let imported = try box("import", TestMachine.archive("centos"), "centos:7", timeout: 120)
        try #require(imported.status == 0, "\(imported)")
        let built = try box(
            "build", "-t", "course", "\(TestMachine.top)/Tests/Dockerfiles/course/3", timeout: 120)
        try #require(built.status == 0, "\(built)")
        let profile = box.folder + "/httpd.json"
        let tracer = try box.start(
            "trace", "-c", "--profile", profile, "--", "run", "--rm", "--name", "learnt", "course")
        #expect(page("learnt", box).contains("It works"), "\(tracer.errorsSoFar)")
        #expect(try box("stop", "learnt", timeout: 60).status == 0)
        let learning = tracer.wait(seconds: 60)
        let advice = learning.errors.components(separatedBy: "run it with ").last ?? ""
        let flags = advice.split(separator: "\n").first.map { $0.split(separator: " ").map(String.init) } ?? []
        #expect(flags.contains("seccomp=" + profile) && flags.contains("SETUID"), "\(learning)")
        let server = try RunningProgram(
            [TestMachine.program, "run", "--rm", "--name", "under"] + flags + ["course"], environment: box.environment)
        box.atEnd {
            _ = try? box("rm", "-f", "under")
            server.stop()
        }
        #expect(page("under", box).contains("It works"), "\(server.errorsSoFar)")
        let report = try box("audit", "--syscalls", "under").output
        #expect(report.contains("refused:") && !report.contains("A19") && !report.contains("A20"), "\(report)")
        try box("stop", "under", timeout: 60)
    }

    private static let nginx = TestMachine.archive("nginx")

    /// Debian's own, whose master stays root, and whose workers take requests as another user.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: nginx), "run scripts/fixtures nginx"))
    func nginxOfDebianAnswersUnderItsLearnedProfile() throws {
        let box = try box()
        try #require(try box("import", Self.nginx, "nginx", timeout: 120).status == 0)
        let profile = box.folder + "/nginx.json"
        let server = ["--network", "none", "nginx", "nginx", "-g", "daemon off;"]
        let words = ["trace", "-c", "--profile", profile, "--", "run", "--rm", "--name", "learnt"] + server
        let tracer = try RunningProgram([TestMachine.program] + words, environment: box.environment)
        for _ in 1...3 { #expect(page("learnt", box).contains("Welcome to nginx"), "\(tracer.errorsSoFar)") }
        #expect(try box("stop", "learnt", timeout: 60).status == 0)
        let learning = tracer.wait(seconds: 60)
        let advice = learning.errors.components(separatedBy: "run it with ").last ?? ""
        let flags = advice.split(separator: "\n").first.map { $0.split(separator: " ").map(String.init) } ?? []
        #expect(flags.contains("seccomp=" + profile) && flags.contains("NET_BIND_SERVICE"), "\(learning)")
        let started = try box.run(["run", "-d", "--name", "under"] + flags + server)
        try #require(started.status == 0, "\(started)")
        box.atEnd { _ = try? box("rm", "-f", "under") }
        #expect(page("under", box).contains("Welcome to nginx"), "\(started)")
        // What it has not done it may not do, though it was let through by default: touch asks for utimensat.
        let other = try box("exec", "under", "touch", "/tmp/x")
        #expect(other.status == 1 && other.errors.contains("not implemented"), "\(other)")
        let process = try box("inspect", "-f", "{{.State.Pid}}", "under").text
        let bounds = try box.shell("sed -n 's/^CapBnd:[[:space:]]*//p' /proc/\(process)/status").text
        // CHOWN, SETGID, SETUID and NET_BIND_SERVICE, and of fourteen no other.
        #expect(bounds == "00000000000004c1", "\(learning)")
    }
}
