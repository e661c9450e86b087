// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// The shapes of flaws that runtimes had in how a process enters a container, each named for one.
@Suite(.runtimes, .runtime) struct EscapeTests {
    /// A directory of the host's with a file that no container may see, open in whoever starts the runtime.
    private func leaked() throws -> (descriptors: [Int32], mark: String) {
        let runtime = try runtime()
        try runtime.file("secret", "of the host\n")
        let open = (0..<4).map { _ in Glibc.open(runtime.folder, O_RDONLY | O_DIRECTORY) }
        runtime.atEnd { open.forEach { close($0) } }
        return (open, "of the host")
    }

    /// CVE-2024-21626: a working directory of `/proc/self/fd/N` led to a directory of the host's that the runtime had open,
    /// its own or its caller's.
    @Test(arguments: [3, 4, 5, 6, 7, 8, 9, 10]) func cve2024_21626_theWorkingDirectoryIsNoDescriptor(_ number: Int)
        throws
    {
        let runtime = try runtime()
        let (descriptors, mark) = try leaked()
        let bundle = try runtime.bundle(script: "pwd; cat secret ../secret") {
            $0.process.cwd = .string("/proc/self/fd/\(number)")
        }
        let ended = try runtime.runs(bundle, descriptors: descriptors)
        #expect(ended.status != 0 && !ended.output.contains(mark), "\(ended)")
        let container = try runtime.running()
        let inside = try runtime(
            "exec", "--cwd", "/proc/self/fd/\(number)", container.id, "sh", "-c", "pwd; cat secret",
            descriptors: descriptors)
        #expect(inside.status != 0 && !inside.output.contains(mark), "\(inside)")
    }

    /// The same by way of a link in the image.
    @Test func cve2024_21626_norIsALinkToOne() throws {
        let runtime = try runtime()
        let (descriptors, mark) = try leaked()
        let bundle = try runtime.bundle(script: "pwd; cat secret") { $0.process.cwd = "/link" }
        try FileManager.default.createSymbolicLink(
            atPath: bundle.rootfs + "/link", withDestinationPath: "/proc/self/fd/3")
        let ended = try runtime.runs(bundle, descriptors: descriptors)
        #expect(ended.status != 0 && !ended.output.contains(mark), "\(ended)")
    }

    /// CVE-2024-21626: a program of `/proc/self/fd/N/...` was one of the host's.
    @Test func cve2024_21626_norIsTheProgram() throws {
        let runtime = try runtime()
        let (descriptors, mark) = try leaked()
        try runtime.file("program", "#!/bin/sh\necho of the host\n", permissions: 0o755)
        let bundle = try runtime.bundle { $0.process.args = ["/proc/self/fd/3/program"] }
        let ended = try runtime.runs(bundle, descriptors: descriptors)
        #expect(ended.status != 0 && !ended.output.contains(mark), "\(ended)")
    }

    /// CVE-2024-21626: a hook gets no descriptor of the caller's either.
    @Test func cve2024_21626_hooksHaveNone() throws {
        let runtime = try runtime()
        let (descriptors, _) = try leaked()
        let log = runtime.folder + "/log"
        let bundle = try runtime.bundle {
            for kind in ["createRuntime", "createContainer"] {
                $0.hooks[kind] = [
                    [
                        "path": "/bin/sh",
                        "args": ["sh", "-c", .string("cat >/dev/null; ls -l /proc/self/fd >>\(log)")],
                        "env": ["PATH=/usr/bin:/bin"],
                    ]
                ]
            }
        }
        #expect(try runtime.runs(bundle, flags: ["--preserve-fds", "2"], descriptors: descriptors).status == 0)
        let shown = try #require(runtime.contents(log))
        #expect(!shown.contains(runtime.folder + "\n") && shown.contains(" 2 -> "), "\(shown)")
    }

    /// CVE-2019-5736: an interpreter of `/proc/self/exe` was the runtime's own file, which the container could then write.
    @Test func cve2019_5736_theProgramOfTheHostIsOutOfReach() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle { $0.process.args = ["/script"] }
        try "#!/proc/self/exe\n".write(toFile: bundle.rootfs + "/script", atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: bundle.rootfs + "/script")
        let ended = try runtime.runs(bundle)
        #expect(ended.status != 0 && !ended.output.lowercased().contains("usage"), "\(ended)")
        let container = try runtime.running()
        #expect(try container.exec("/script").status != 0)
        let program = try FileManager.default.attributesOfItem(
            atPath: Runtime.program[0].contains("/") ? Runtime.program[0] : "/usr/bin/\(Runtime.name)")
        let inode = try #require(program[.systemFileNumber] as? Int)
        #expect(try container.exec("stat", "-Lc", "%i", "/proc/1/exe").lines != [String(inode)])
    }

    /// CVE-2017-5226: a program typed into the terminal of whoever started it (TIOCSTI).
    @Test func cve2017_5226_theCallersTerminalIsNotTheContainers() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle(script: "test -t 0; echo $?; (: </dev/tty) 2>&1; echo $?") {
            $0.process.terminal = false
        }
        let terminal = try Pseudoterminal()
        let program = try runtime.start(["run", "--bundle", bundle.path, "typed"], terminal: terminal.name)
        #expect(program.wait().status == 0)
        // Its streams may be the caller's; its controlling terminal is none.
        #expect(
            terminal.waitFor("No such device or address") || terminal.shown.contains("can't open"), "\(terminal.shown)")
    }

    /// CVE-2019-14271: the libraries that name services load were the image's.
    @Test func cve2019_14271_noNameServiceIsAsked() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle { $0.process.args = ["id", "-u"] }
        let manager = FileManager.default
        try manager.createDirectory(atPath: bundle.rootfs + "/lib/x86_64-linux-gnu", withIntermediateDirectories: true)
        for name in ["libnss_files.so.2", "libnss_compat.so.2"] {
            try "no library".write(
                toFile: bundle.rootfs + "/lib/x86_64-linux-gnu/" + name, atomically: true, encoding: .utf8)
        }
        try "passwd: compat files\n".write(
            toFile: bundle.rootfs + "/etc/nsswitch.conf", atomically: true, encoding: .utf8)
        var config = bundle.config
        config.process.user = ["uid": 1000, "gid": 1000]
        try config.text.write(toFile: bundle.path + "/config.json", atomically: true, encoding: .utf8)
        #expect(try runtime.runs(bundle) == Outcome(status: 0, output: "1000\n", errors: ""))
    }

    /// CVE-2019-16884: an image's file over /proc took the write of a security label. /proc may be no more than the
    /// image's directory: nothing that the runtime writes for the process goes there.
    @Test func cve2019_16884_nothingIsWrittenToAProcOfTheImage() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle(
            script: "cat /proc/self/attr/exec /proc/self/oom_score_adj /proc/sys/kernel/hostname"
        ) {
            $0.mounts.removeAll { $0.destination == "/proc" }
            $0.linux.maskedPaths = nil
            $0.linux.readonlyPaths = nil
            $0.process.oomScoreAdj = 500
        }
        for file in ["self/attr/exec", "self/oom_score_adj", "1/oom_score_adj", "sys/kernel/hostname"] {
            let path = bundle.rootfs + "/proc/" + file
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try "planted\n".write(toFile: path, atomically: true, encoding: .utf8)
        }
        let ended = try runtime.runs(bundle)
        if Runtime.isMinibox || ended.status == 0 {
            #expect(ended == Outcome(status: 0, output: "planted\nplanted\nplanted\n", errors: ""), "\(ended)")
        }
        let setting = try runtime.bundle {
            $0.mounts.removeAll { $0.destination == "/proc" }
            $0.linux.maskedPaths = nil
            $0.linux.readonlyPaths = nil
            $0.linux.sysctl = ["kernel.shmmax": "1000"]
        }
        #expect(try runtime.runs(setting).status == 1)
    }

    /// CVE-2025-52565: the terminal of a container was bound from a name that the container could make another thing of.
    @Test func cve2025_52565_theConsoleIsTheTerminalThatWasOpened() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle(script: "stat -c %t:%T /dev/console; tty") {
            $0.process.terminal = true
            // Of the image's own: a file, and links where the runtime looks for the multiplexer.
            $0.mounts.removeAll { ["/dev/pts", "/dev"].contains($0.destination.string) }
        }
        let manager = FileManager.default
        try manager.createDirectory(atPath: bundle.rootfs + "/dev/pts", withIntermediateDirectories: true)
        try manager.createSymbolicLink(
            atPath: bundle.rootfs + "/dev/pts/ptmx", withDestinationPath: "/proc/sysrq-trigger")
        let terminal = try Pseudoterminal()
        let program = try runtime.start(["run", "--bundle", bundle.path, "planted"], terminal: terminal.name)
        #expect(program.wait().status != 0, "\(terminal.shown)")
    }

    /// CVE-2016-9962: a process of the container looked into the runtime's while that entered it.
    @Test func cve2016_9962_whoEntersCannotBeLookedInto() throws {
        let runtime = try runtime()
        // Reads what a process that enters has open, as often as it can, for as long as some enter.
        let watch = """
            while :; do
                for p in /proc/[0-9]*; do
                    [ $p = /proc/1 ] && continue
                    ls -l $p/fd 2>/dev/null | grep -E ' ([3-9]|[0-9][0-9]) -> /(run|work|usr|sys)' && echo SEEN
                done
            done
            """
        let container = try runtime.running(script: watch) {
            $0.process.capabilities = ["bounding": [], "effective": [], "permitted": []]
        }
        for _ in 0..<10 { #expect(try container.exec("true").status == 0) }
        container.listen(seconds: 0.2)
        #expect(!container.output.contains("SEEN"), "\(container.output)")
    }

    /// CVE-2019-5736, CVE-2016-9962: with CAP_SYS_PTRACE and the host's users, a process of the container opened the
    /// program, and the directories, of one that entered it.
    @Test(.miniboxOnly) func cve2019_5736_whoEntersAmongWatchersShowsNothingOfTheHost() throws {
        let runtime = try runtime()
        let watch = """
            while :; do
                for p in /proc/[0-9]*; do readlink $p/exe; done 2>/dev/null | grep runtime && echo SEEN
            done
            """
        let container = try runtime.running(script: watch) {
            $0.process.capabilities = [
                "bounding": ["CAP_SYS_PTRACE"], "effective": ["CAP_SYS_PTRACE"], "permitted": ["CAP_SYS_PTRACE"],
            ]
        }
        for _ in 0..<10 { #expect(try container.exec("sh", "-c", "exit 7").status == 7) }
        container.listen(seconds: 0.2)
        #expect(!container.output.contains("SEEN"), "\(container.output)")
    }
}
