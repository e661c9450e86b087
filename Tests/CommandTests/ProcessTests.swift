// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// What a program inside is given besides its rights: users, variables, limits, a place to stand.
@Suite(.commands, .box) struct ProcessTests {
    @Test func theUserIsFoundInTheImage() throws {
        let box = try box()
        #expect(
            try box("run", "--rm", "-u", "app", "busybox", "id").text
                == "uid=1000(app) gid=1000(app) groups=29(audio),50(staff),1000(app)")
        #expect(try box("run", "--rm", "-u", "1000", "busybox", "id", "-G").text == "1000 29 50")
        #expect(try box("run", "--rm", "-u", "app:tty", "busybox", "id").text.hasPrefix("uid=1000(app) gid=5(tty)"))
        #expect(try box("run", "--rm", "-u", "4242:4343", "busybox", "id").text == "uid=4242 gid=4343 groups=4343")
        #expect(try box("run", "--rm", "-u", "4242", "busybox", "id").text == "uid=4242 gid=0(root) groups=0(root)")
    }

    @Test func digitsAreAnID() throws {
        let box = try box()
        #expect(try box("run", "--rm", "-u", "1000", "digit-users", "id", "-u").text == "1000")
        #expect(try box("run", "--rm", "-u", "2000", "digit-users", "id", "-u").text == "2000")
    }

    @Test(arguments: ["nobody-here", "app:no-group"]) func anUnknownUserIsRefused(_ user: String) throws {
        let refused = try box()("run", "--rm", "-u", user, "busybox", "true")
        #expect(refused.status == 125)
        #expect(refused.errors.contains(user.split(separator: ":").last ?? ""), "\(refused)")
    }

    @Test func groupsAreAdded() throws {
        let inside = try box()(
            "run", "--rm", "-u", "app", "--group-add", "tty", "--group-add", "777", "busybox", "id", "-G")
        #expect(Set(inside.text.split(separator: " ")) == ["1000", "29", "50", "5", "777"], "\(inside)")
        #expect(try box()("run", "--rm", "--group-add", "no-group", "busybox", "true").status == 125)
    }

    @Test func theVariablesAreTheseAlone() throws {
        let box = try box()
        let inside = try box("run", "--rm", "-h", "web", "busybox", "env")
        #expect(
            Set(inside.lines) == [
                "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOSTNAME=web", "HOME=/root",
                "container=minibox",
            ])
        #expect(try box("run", "--rm", "-u", "app", "busybox", "env").lines.contains("HOME=/home/app"))
        #expect(try box("run", "--rm", "-t", "busybox", "env").output.contains("TERM=xterm"))
    }

    @Test func variablesComeFromTheLineAndFromFiles() throws {
        let box = try box()
        let file = try box.file("variables", "# a comment\nFROM_FILE=one two\nBOTH=file\nPASSED\n")
        let inside = try box.run(
            [
                "run", "--rm", "--env-file", file, "-e", "BOTH=line", "-e", "HERE", "-e", "NOT_HERE", "-e", "EMPTY=",
                "busybox", "env",
            ],
            environment: ["HERE": "of the host", "PASSED": "through"])
        let lines = Set(inside.lines)
        #expect(
            lines.isSuperset(of: ["FROM_FILE=one two", "BOTH=line", "HERE=of the host", "PASSED=through", "EMPTY="]),
            "\(inside)")
        #expect(!inside.output.contains("NOT_HERE"))
    }

    @Test func theWorkingDirectoryIsMade() throws {
        let box = try box()
        let inside = try box(
            "run", "--rm", "-w", "/srv/new/place", "busybox", "sh", "-c",
            "pwd; readlink /proc/self/cwd; stat -c %u:%g .")
        #expect(inside.lines == ["/srv/new/place", "/srv/new/place", "0:0"], "\(inside)")
        let file = try box("run", "--rm", "-w", "/workdir", "odd-files", "true")
        #expect(file.status == 125 || file.status == 126)
        #expect(file.errors.contains("/workdir"), "\(file)")
    }

    @Test func newFilesHaveTheMaskAsked() throws {
        let box = try box()
        let script = "umask; touch /tmp/f; stat -c %a /tmp/f"
        #expect(try box("run", "--rm", "busybox", "sh", "-c", script).lines == ["0022", "644"])
        #expect(try box("run", "--rm", "--umask", "077", "busybox", "sh", "-c", script).lines == ["0077", "600"])
        #expect(try box.shell("umask 027; $MINIBOX run --rm busybox sh -c umask").text == "0022")
    }

    @Test func resourceLimitsAreThoseAsked() throws {
        let inside = try box()(
            "run", "--rm", "--ulimit", "nofile=100:200", "--ulimit", "core=0", "--ulimit", "fsize=1048576", "busybox",
            "cat", "/proc/self/limits")
        #expect(inside.output.contains(/Max open files +100 +200/), "\(inside)")
        #expect(inside.output.contains(/Max core file size +0 +0/))
        #expect(inside.output.contains(/Max file size +1048576 +1048576/))
    }

    @Test(.enabled(if: !hasResourceRight, "needs a machine without CAP_SYS_RESOURCE"))
    func aLimitAboveTheHostsIsLoweredWithALine() throws {
        let inside = try box()("run", "--rm", "--ulimit", "nofile=1000000000", "busybox", "sh", "-c", "ulimit -Hn")
        #expect(inside.status == 0)
        #expect(Int(inside.text).map { $0 < 1_000_000_000 } == true)
        #expect(inside.errors.contains("nofile=1000000000") && inside.errors.contains("CAP_SYS_RESOURCE"), "\(inside)")
    }

    @Test func theOutOfMemoryScoreIsTheOneAsked() throws {
        #expect(
            try box()("run", "--rm", "--oom-score-adj", "500", "busybox", "cat", "/proc/self/oom_score_adj").text
                == "500")
    }

    @Test func settingsOfItsNamespacesAreMade() throws {
        let box = try box()
        let inside = try box(
            "run", "--rm", "--sysctl", "net.ipv4.ip_forward=1", "--sysctl", "kernel.shmmax=12345678", "--sysctl",
            "net.ipv4.ping_group_range=0 10", "busybox", "sh", "-c",
            "cd /proc/sys; cat net/ipv4/ip_forward kernel/shmmax net/ipv4/ping_group_range")
        #expect(inside.lines == ["1", "12345678", "0\t10"], "\(inside)")
        for setting in ["kernel.panic=1", "vm.swappiness=1", "kernel.core_pattern=|/bin/sh"] {
            let refused = try box("run", "--rm", "--sysctl", setting, "busybox", "true")
            #expect(refused.status == 125 && refused.errors.contains("whole machine"), "\(refused)")
        }
        for flags in [
            ["--network", "host", "--sysctl", "net.ipv4.ip_forward=1"],
            ["--ipc", "host", "--sysctl", "kernel.shmmax=1000000"],
        ] {
            let refused = try box.run(["run", "--rm"] + flags + ["busybox", "true"])
            #expect(refused.status == 125, "\(flags): a setting of the host's \(refused)")
        }
    }

    @Test func noDescriptorOfTheCallerIsOpen() throws {
        let box = try box()
        let list = "cd /proc/self/fd; for n in *; do [ -e $n ] && echo $n; done"
        let inside = try box.shell(
            "exec 9</etc/passwd 17</ 200>/dev/null; exec $MINIBOX run --rm busybox sh -c '\(list)'")
        #expect(inside.lines == ["0", "1", "2"], "\(inside)")
        let probe = try box("run", "--rm", "probe", "reopen")
        #expect(probe.status == 0, "\(probe)")
    }

    @Test func noDescriptorIsOpenInExec() throws {
        let box = try box()
        try box.container("closed", image: "probe")
        let inside = try box.shell("exec 9</etc/passwd; exec $MINIBOX exec closed reopen")
        #expect(inside.status == 0, "\(inside)")
    }

    @Test func theProgramOfTheHostIsOutOfReach() throws {
        let box = try box()
        // A script whose interpreter is /proc/self/exe is run by whoever executes it: CVE-2019-5736.
        let script = try box.file("script", "#!/proc/self/exe\n", permissions: 0o755)
        let inside = try box("run", "--rm", "-v", "\(script):/script", "busybox", "/script")
        #expect(inside.status != 0)
        #expect(!inside.output.contains("Usage") && !inside.output.contains("run containers"), "\(inside)")
        let device = try FileManager.default.attributesOfItem(atPath: TestMachine.program)[.systemFileNumber] as? Int
        let seen = try box("run", "--rm", "busybox", "stat", "-Lc", "%i", "/proc/1/exe")
        #expect(device.map(String.init) != seen.text)
    }

    @Test func theWorkingDirectoryIsInsideTheRoot() throws {
        let inside = try box()("run", "--rm", "-w", "/proc/self/fd/8", "busybox", "pwd")
        #expect(inside.status != 0)
    }
}

private let hasResourceRight: Bool = {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let set = status.firstMatch(of: /CapEff:\t([0-9a-f]+)/).flatMap { UInt64($0.1, radix: 16) } ?? 0
    return set & (1 << 24) != 0
}()
