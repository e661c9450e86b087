// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `exec --program`: a program of the host's in a container that has none.
@Suite(.commands, .box) struct ExecProgramTests {
    /// A box with the image `scratch`, which has one program and nothing else, and that program's bigger brother outside.
    private func box() throws -> (box: Box, busybox: String) {
        let box = try TestSupport.box()
        let folder = try box.directory("scratch")
        let busybox = box.folder + "/busybox"
        _ = try box.shell(
            "tar -xOf '\(TestMachine.archive("busybox"))' ./bin/busybox >'\(busybox)'; chmod 755 '\(busybox)'; "
                + "cp '\(busybox)' '\(folder)/sleep'; tar -cf '\(box.folder)/scratch.tar' -C '\(folder)' sleep")
        try #require(try box("import", box.folder + "/scratch.tar", "scratch").status == 0)
        box.atEnd { _ = try? box("rmi", "-f", "scratch") }
        box.removeContainersAtEnd()
        return (box, busybox)
    }

    @Test(arguments: [["--userns", "private"], ["--userns", "host"], ["--read-only", "--user", "1000"]])
    func itRunsWhereThereIsNoSuchFileWithWhatConfinesTheContainer(_ flags: [String]) throws {
        let (box, busybox) = try box()
        try #require(
            try box.run(
                ["run", "-d", "--name", "bare", "--cap-drop", "chown"] + flags + ["scratch", "/sleep", "1000"]
            )
            .status == 0)
        #expect(try box("exec", "bare", "sh").status == 127)
        let look = "grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/$0/status; readlink /proc/$0/ns/pid; id -u"
        let asked = { (process: String) in
            try box("exec", "--program", busybox, "bare", "sh", "-c", look, process)
        }
        let (own, first) = (try asked("self"), try asked("1"))
        #expect(own.status == 0 && own.output == first.output && own.lines.count > 8, "\(own) \(first)")
        // Its name is the command's, and its code the program's.
        #expect(try box("exec", "--program", busybox, "bare", "echo", "a", "b").text == "a b")
        #expect(try box("exec", "--program", busybox, "bare", "sh", "-c", "exit 7").status == 7)
    }

    /// The host's file stays as it is, whatever the container does with what it is given (CVE-2019-5736).
    @Test func whatItIsCannotBeWrittenTo() throws {
        let (box, busybox) = try box()
        try #require(
            try box("run", "-d", "--name", "bare", "--userns", "host", "scratch", "/sleep", "1000").status == 0)
        let before = try Data(contentsOf: URL(fileURLWithPath: busybox))
        let tried = try box(
            "exec", "--program", busybox, "bare", "sh", "-c",
            "for file in /proc/self/exe /proc/self/fd/*; do echo gone 2>/dev/null >>$file && echo wrote $file; done; "
                + "readlink /proc/self/exe")
        #expect(
            tried.lines.filter { $0.hasPrefix("wrote") && !["0", "1", "2"].contains($0.suffix(1)) }.isEmpty, "\(tried)")
        #expect(tried.output.contains("/memfd:minibox"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: busybox)) == before)
    }

    @Test func whatCannotBeRunSaysWhy() throws {
        let (box, _) = try box()
        try #require(try box("run", "-d", "--name", "bare", "scratch", "/sleep", "1000").status == 0)
        func refused(_ file: String) throws -> Outcome { try box("exec", "--program", file, "bare", "x") }
        let missing = try refused("/nowhere/at-all")
        #expect(missing.status == 127 && missing.errors.contains("no program /nowhere/at-all on this machine"))
        let text = try refused("/etc/passwd")
        #expect(text.status == 126 && text.errors.contains("no file that may be executed"))
        let dynamic = try refused("/bin/ls")
        #expect(dynamic.status == 126 && dynamic.errors.contains("needs an interpreter or libraries"), "\(dynamic)")
        let folder = try refused("/etc")
        #expect(folder.status == 126, "\(folder)")
    }
}
