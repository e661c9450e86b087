// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `exec`, by flags as people write it and by a process document as engines do.
@Suite(.runtimes, .runtime) struct ExecTests {
    /// A process as engines describe it, with no terminal.
    private static func document(_ words: [String], _ change: (inout Document) -> Void = { _ in }) -> Document {
        var process = Bundle.plain.process
        process.args = Document(words)
        change(&process)
        return process
    }

    @Test(arguments: [0, 1, 9, 255] as [Int32]) func theCodeIsThePrograms(_ code: Int32) throws {
        let container = try runtime().running()
        #expect(
            try container.exec("sh", "-c", "echo out; echo err >&2; exit \(code)")
                == Outcome(status: code, output: "out\n", errors: "err\n"))
    }

    @Test func aSignalIsAddedTo128() throws {
        let container = try runtime().running()
        #expect(try container.exec("sh", "-c", "kill -KILL $$").status == 137)
        #expect(try container.exec("sh", "-c", "kill -TERM $$").status == 143)
    }

    @Test func failuresOfTheRuntimeAre255() throws {
        let runtime = try runtime()
        let container = try runtime.running()
        let missing = try container.exec("no-such-program")
        #expect(missing.status == 255 && missing.output == "", "\(missing)")
        #expect(missing.words.contains("\"no-such-program\": executable file not found in $PATH"), "\(missing)")
        let path = try container.exec("/no/such/program")
        #expect(path.status == 255 && path.errors.contains("no such file or directory"), "\(path)")
        let folder = try container.exec("/etc")
        #expect(folder.status == 255, "\(folder)")
        #expect(folder.errors.contains("permission denied") || folder.errors.contains("is a directory"), "\(folder)")
        #expect(try runtime("exec", "--process", runtime.folder + "/none", container.id).status == 255)
    }

    @Test func aProcessDocumentIsFollowed() throws {
        let runtime = try runtime()
        let container = try runtime.running()
        let process = Self.document([
            "sh", "-c", "id -u; id -g; id -G; pwd; echo $KEY; ulimit -n; read line; echo $line",
        ]) {
            $0.user = ["uid": 1000, "gid": 50, "additionalGids": [29]]
            $0.cwd = "/tmp"
            $0.env = ["PATH=/bin", "KEY=some value"]
            $0.rlimits = [["type": "RLIMIT_NOFILE", "soft": 100, "hard": 200]]
        }
        let file = try runtime.file("process.json", process.text)
        let ended = try runtime("exec", "--process", file, container.id, input: "typed\n")
        #expect(ended.status == 0 && ended.errors == "", "\(ended)")
        #expect(ended.lines == ["1000", "50", "50 29", "/tmp", "some value", "100", "typed"])
        #expect(try runtime("exec", "-p", file, container.id, input: "more\n").status == 0)
    }

    @Test func theUmaskOfADocumentIsFollowed() throws {
        let runtime = try runtime()
        let container = try runtime.running { $0.process.user.umask = 0o27 }
        let process = Self.document(["sh", "-c", "umask"]) { $0.user = ["uid": 0, "gid": 0, "umask": 0o77] }
        let file = try runtime.file("process.json", process.text)
        #expect(try runtime("exec", "--process", file, container.id).text == "0077")
    }

    @Test func aFlagMayBeWrittenInBothWays() throws {
        let container = try runtime().running()
        let ended = try container.exec("sh", "-c", "echo $ONE $TWO", flags: ["-e", "ONE=1", "--env=TWO=2"])
        #expect(ended.text == "1 2", "\(ended)")
    }

    @Test func flagsAreFollowed() throws {
        let runtime = try runtime()
        let container = try runtime.running()
        let ended = try runtime(
            "exec", "--user", "1000:50", "--cwd", "/etc", "-e", "ONE=1", "-e", "TWO=2", container.id, "sh", "-c",
            "id -u; id -g; pwd; echo $ONE $TWO; echo $PATH")
        #expect(
            ended.lines == [
                "1000", "50", "/etc", "1 2", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            ], "\(ended)")
        #expect(try container.exec("id", "-u", flags: ["-u", "1"]).text == "1")
    }

    @Test func aDetachedProcessGoesOn() throws {
        let runtime = try runtime()
        let container = try runtime.running()
        let file = runtime.folder + "/pid"
        let process = try runtime.file("process.json", Self.document(["sh", "-c", "exit 21"]).text)
        let program = try runtime.start(["exec", "--process", process, "--pid-file", file, "--detach", container.id])
        #expect(program.wait(sharesStreams: true) == Outcome(status: 0, output: "", errors: ""))
        let number = try #require(runtime.contents(file).flatMap { pid_t($0) })
        // It is ours now, as it is a shim's.
        #expect(container.exitCode(of: number) == 21)
    }

    @Test func noPidFileIsWrittenWhereTheProgramIsMissing() throws {
        let runtime = try runtime()
        let container = try runtime.running()
        let file = runtime.folder + "/pid"
        let process = try runtime.file("process.json", Self.document(["no-such-program"]).text)
        let refused = try runtime("exec", "--process", process, "--pid-file", file, "--detach", container.id)
        #expect(refused.status == 255, "\(refused)")
        #expect(refused.errors.contains("executable file not found in $PATH"), "\(refused)")
        #expect(runtime.contents(file) == nil)
    }

    @Test func itEntersEveryNamespaceAndTheCgroup() throws {
        let container = try runtime().running()
        let script = "for n in pid mnt net ipc uts cgroup; do readlink /proc/$1/ns/$n; done; cat /proc/$1/cgroup"
        let own = try container.exec("sh", "-c", script, "sh", "self")
        #expect(own.lines.count > 6)
        #expect(try container.exec("sh", "-c", script, "sh", "1") == own)
    }

    /// A mount namespace has a root of its own, which is not the root of a caller in a chroot(2). Who enters the
    /// namespace comes out at the former.
    @Test func itEntersTheContainersRootWhereTheCallerIsInAChroot() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle { $0.process.args = ["sleep", "100"] }
        let ended = try runtime.shell(
            """
            mkdir \(runtime.folder)/root && exec unshare --mount --propagation private bash -c '
            mount --rbind / \(runtime.folder)/root && cd / &&
            chroot \(runtime.folder)/root $RUNTIME run --detach --bundle \(bundle.path) inner >/dev/null </dev/null 2>&1 &&
            chroot \(runtime.folder)/root $RUNTIME exec inner ls / &&
            chroot \(runtime.folder)/root $RUNTIME exec inner cat /proc/1/comm;
            chroot \(runtime.folder)/root $RUNTIME delete --force inner'
            """)
        let names = try FileManager.default.contentsOfDirectory(atPath: bundle.rootfs).sorted()
        #expect(ended == Outcome(status: 0, output: (names + ["sleep"]).joined(separator: "\n") + "\n", errors: ""))
    }

    @Test func itIsConfinedAsTheContainerIs() throws {
        let container = try runtime().running {
            $0.linux.seccomp = [
                "defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64"],
                "syscalls": [["names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38]],
            ]
        }
        let inside = try container.exec("grep", "-E", "^(Cap|NoNewPrivs|Seccomp:)", "/proc/self/status")
        #expect(
            inside.lines == [
                "CapInh:\t0000000000000000", "CapPrm:\t00000000000000e0", "CapEff:\t00000000000000e0",
                "CapBnd:\t00000000000000e0",
                "CapAmb:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2",
            ], "\(inside)")
        #expect(try container.exec("mkdir", "/new").errors.contains("Function not implemented"))
    }

    @Test func whatIsNotRunningCannotBeEntered() throws {
        let runtime = try runtime()
        let container = try runtime.create(try runtime.bundle(script: "exit 0"))
        let process = try container.process
        try container.start()
        #expect(container.exitCode(of: process) == 0)
        #expect(container.waits(for: "stopped"))
        let refused = try container.exec("true")
        #expect(refused.status == 255 && refused.errors.contains("cannot exec in a stopped container"), "\(refused)")
    }

    @Test func aFrozenContainerIsEnteredWhereAskedAlone() throws {
        let runtime = try runtime()
        let container = try runtime.running()
        try #require(try runtime("pause", container.id).status == 0)
        let refused = try container.exec("true")
        #expect(
            refused.status == 255
                && refused.errors.contains("cannot exec in a paused container (use --ignore-paused to override)"),
            "\(refused)")
        let waiting = try runtime.start(["exec", "--ignore-paused", container.id, "echo", "thawed"])
        #expect(!waiting.waitForOutput("thawed", seconds: 0.2))
        #expect(try runtime("resume", container.id).status == 0)
        #expect(waiting.wait() == Outcome(status: 0, output: "thawed\n", errors: ""))
    }

    @Test func signalsArePassedOn() throws {
        let runtime = try runtime()
        let container = try runtime.running()
        let program = try runtime.start([
            "exec", container.id, "sh", "-c",
            "trap 'echo got TERM; exit 9' TERM; echo ready; while :; do sleep 0.05; done",
        ])
        #expect(program.waitForOutput("ready"))
        program.send(SIGTERM)
        #expect(program.wait() == Outcome(status: 9, output: "ready\ngot TERM\n", errors: ""))
    }

    @Test func capabilitiesCanBeAdded() throws {
        let runtime = try runtime()
        let container = try runtime.running()
        let inside = try container.exec(
            "grep", "-E", "^Cap(Inh|Eff|Amb)", "/proc/self/status", flags: ["--cap", "CAP_NET_RAW"])
        // CVE-2022-29162: what is added is not inheritable.
        #expect(inside.lines.first == "CapInh:\t0000000000000000", "\(inside)")
        #expect(inside.lines.contains { $0.hasPrefix("CapEff") && $0.hasSuffix("20e0") }, "\(inside)")
    }

    @Test func aPidfdIsSentToItsSocket() throws {
        let runtime = try runtime()
        let container = try runtime.running()
        let socket = try DescriptorSocket(runtime.folder + "/pidfd")
        let program = try runtime.start(["exec", "--pidfd-socket", socket.path, container.id, "sleep", "0.3"])
        let (descriptor, _) = try socket.receive()
        defer { close(descriptor) }
        #expect(runtime.contents("/proc/self/fdinfo/\(descriptor)")?.contains("Pid:") == true)
        #expect(program.wait().status == 0)
    }
}
