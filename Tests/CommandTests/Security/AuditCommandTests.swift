// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `minibox audit` of containers whose walls are known: what is open is found, and nothing is invented.
@Suite(.commands, .box) struct AuditCommandTests {
    /// What depends on the machine and not on the container's flags.
    private static let ofTheMachine: Set<String> = ["A10", "A41", "A42", "A43", "A44", "A47", "A60", "A61"]

    /// The ids that are open of a container with these flags.
    private func open(_ flags: [String], _ box: Box) throws -> Set<String> {
        let started = try box.run(["run", "-d", "--name", "seen"] + flags + ["busybox", "sleep", "1000"])
        try #require(started.status == 0, "\(started)")
        defer { _ = try? box("rm", "-f", "seen") }
        return try found(["audit", "--format", "json", "seen"], box)
    }

    private func found(_ arguments: [String], _ box: Box) throws -> Set<String> {
        let shown = try box.run(arguments)
        try #require(shown.status == 0, "\(shown)")
        let reports = try #require(
            try JSONSerialization.jsonObject(with: Data(shown.output.utf8)) as? [[String: Any]])
        let checks = try #require(reports.first?["checks"] as? [[String: Any]])
        return Set(checks.filter { $0["status"] as? String == "FAIL" }.compactMap { $0["id"] as? String })
            .subtracting(Self.ofTheMachine)
    }

    @Test func whatIsOpenByDefaultIsKnown() throws {
        // It may write its own files, and runs as its own root.
        #expect(try open([], box()) == ["A11", "A23"])
        #expect(try open(["--read-only", "--user", "1000"], box()) == [])
    }

    @Test(arguments: [
        // Whoever has one of the host's namespaces has its users as well.
        (["--pid", "host"], ["A01", "A07"]), (["--network", "host"], ["A03", "A07"]),
        (["--ipc", "host"], ["A04", "A07"]),
        (["--uts", "host"], ["A05"]), (["--cgroupns", "host"], ["A06", "A07"]), (["--userns", "host"], ["A07"]),
        (["--cap-add", "NET_ADMIN"], ["A13"]), (["--security-opt", "no-new-privileges=false"], ["A17"]),
        (["--security-opt", "seccomp=unconfined"], ["A18", "A19", "A20", "A21"]), (["--env", "API_TOKEN=x"], ["A62"]),
        (["--allow-sensitive", "-v", "/etc:/host:ro"], ["A30", "A35"]),
        (["--device-cgroup-rule", "b 8:* rwm"], ["A38"]), (["--restart", "always"], ["A65"]),
        (["--restart", "on-failure:3"], []),
    ])
    func aFlagOpensWhatItSays(_ flags: [String], _ ids: [String]) throws {
        let found = try open(["--read-only", "--user", "1000"] + flags, box())
        #expect(found == Set(ids), "\(flags)")
    }

    @Test func aPrivilegedOneIsOpen() throws {
        let found = try open(["--privileged", "--userns", "host"], box())
        #expect(
            found.isSuperset(of: ["A07", "A09", "A13", "A17", "A18", "A25", "A26", "A28", "A39"]), "\(found.sorted())")
    }

    /// Each is there only once somebody has put it there.
    @Test func whatLiesInItsFilesIsFound() throws {
        let box = try box()
        let folder = try box.shell("mktemp -d /tmp/audit-XXXXXX").text
        box.atEnd { _ = try? box.shell("rm -rf \(folder)") }
        try box(
            "run", "-d", "--name", "seen", "--security-opt", "no-new-privileges=false", "-v", folder + ":/data",
            "busybox", "sleep", "1000")
        box.atEnd { _ = try? box("rm", "-f", "seen") }
        func found() throws -> Set<String> { try self.found(["audit", "--format", "json", "seen"], box) }
        #expect(try found().isDisjoint(with: ["A36", "A37", "A40"]))
        try box("exec", "seen", "sh", "-c", "cp /bin/busybox /bin/gain && chmod 4755 /bin/gain")
        #expect(try found().intersection(["A36", "A37", "A40"]) == ["A36"])
        try #require(try box.shell("chmod 777 \(folder)").status == 0)
        #expect(try found().intersection(["A36", "A37", "A40"]) == ["A36", "A37"])
        // The same on a volume, where nodes of the host's are nodes.
        try #require(try box.shell("rm -f \(folder)/x; mknod \(folder)/disk b 7 250").status == 0)
        #expect(try found().intersection(["A36", "A37", "A40"]) == ["A36", "A37", "A40"])
        #expect(try box("audit", "seen").output.contains("/data/disk"))
        try #require(try box.shell("rm \(folder)/disk").status == 0)
        try box("exec", "seen", "rm", "/bin/gain")
        #expect(try found().isDisjoint(with: ["A36", "A40"]))
        try #require(try box.shell("cp /bin/true \(folder)/gain && chmod 4755 \(folder)/gain").status == 0)
        #expect(try found().intersection(["A36", "A40"]) == ["A36"])
    }

    /// A volume on which neither counts is not looked through.
    @Test func whatIsNosuidAndNodevHasNeither() throws {
        let box = try box()
        let folder = try box.shell("mktemp -d /tmp/audit-XXXXXX").text
        box.atEnd { _ = try? box.shell("umount \(folder); rmdir \(folder)") }
        let files = "mknod \(folder)/disk b 7 250 && cp /bin/true \(folder)/gain && chmod 4755 \(folder)/gain"
        let mount = "mount -t tmpfs -o nosuid,nodev tmpfs \(folder) && "
        try #require(try box.shell(mount + files).status == 0)
        let started = try box(
            "run", "-d", "--name", "seen", "--security-opt", "no-new-privileges=false", "-v", folder + ":/data",
            "busybox", "sleep", "1000")
        try #require(started.status == 0, "\(started)")
        box.atEnd { _ = try? box("rm", "-f", "seen") }
        #expect(try found(["audit", "--format", "json", "seen"], box).isDisjoint(with: ["A36", "A40"]))
        try #require(try box.shell("mount -o remount,suid,dev \(folder)").status == 0)
        // It keeps the options that it was bound with.
        #expect(try found(["audit", "--format", "json", "seen"], box).isDisjoint(with: ["A36", "A40"]))
    }

    @Test func aProcessOfNoContainerIsSeenAsOne() throws {
        let box = try box()
        let found = try found(["audit", "--format", "json", "--pid", "\(getpid())"], box)
        #expect(found.isSuperset(of: ["A01", "A02", "A03", "A07", "A18"]), "\(found.sorted())")
    }

    /// What the host's own network says must not be taken for the container's.
    @Test func settingsOfItsNetworkAreItsOwn() throws {
        let box = try box()
        let word = "net.ipv4.conf.all.route_localnet"
        try box("run", "-d", "--name", "set", "--network", "none", "--sysctl", word + "=1", "busybox", "sleep", "1000")
        box.atEnd { _ = try? box("rm", "-f", "set") }
        // A new namespace has this one as the host has it.
        try box("run", "-d", "--name", "seen", "--network", "none", "--sysctl", word + "=0", "busybox", "sleep", "1000")
        box.atEnd { _ = try? box("rm", "-f", "seen") }
        #expect(try found(["audit", "--format", "json", "set"], box).intersection(["A53", "A59"]) == ["A59"])
        #expect(try found(["audit", "--format", "json", "seen"], box).isDisjoint(with: ["A53", "A59"]))
        #expect(try box("audit", "-v", "seen").output.contains("pass   A53"))
    }

    @Test func whoRunsItChoosesWhatFails() throws {
        let box = try box()
        try box("run", "-d", "--name", "seen", "busybox", "sleep", "1000")
        #expect(try box("audit", "--fail-on", "high", "seen").status == 0)
        #expect(try box("audit", "--fail-on", "low", "seen").status == 1)
        let text = try box("audit", "--all").output
        #expect(text.hasPrefix("seen: ") && text.contains("not: cannot change its own programs"))
        #expect(try box("audit", "-v", "seen").output.contains("pass   A01  sees and signals its own processes alone"))
        #expect(try box("audit", "--format", "sarif", "seen").output.contains(#""version": "2.1.0""#))
        #expect(try box("audit", "--format", "sarif", "seen").output.contains("minibox lab show 03-pid-signals"))
        #expect(try box("audit", "--explain", "A31").output.contains("CVE-2024-21626"))
        #expect(try box("audit").status == 125)
        try box("kill", "seen")
        try box("wait", "seen")
        #expect(try box("audit", "seen").errors.contains("does not run"))
        try box("rm", "seen")
    }

    /// The filter that is installed is the one that a profile asked for, call by call.
    @Test func theInstalledFilterIsReadBack() throws {
        let box = try box()
        let profile = box.folder + "/profile.json"
        let text = """
            {"defaultAction": "SCMP_ACT_ALLOW", "archMap": [{"architecture": "SCMP_ARCH_X86_64", "subArchitectures":
            ["SCMP_ARCH_X86", "SCMP_ARCH_X32"]}, {"architecture": "SCMP_ARCH_AARCH64", "subArchitectures":
            ["SCMP_ARCH_ARM"]}], "syscalls": [{"names": ["mkdirat", "keyctl"], "action": "SCMP_ACT_ERRNO"},
            {"names": ["personality"], "action": "SCMP_ACT_ERRNO", "args": [{"index": 0, "value": 8, "op": "SCMP_CMP_EQ"}]}]}
            """
        try text.write(toFile: profile, atomically: true, encoding: .utf8)
        try box("run", "-d", "--name", "seen", "--security-opt", "seccomp=" + profile, "busybox", "sleep", "1000")
        box.atEnd { _ = try? box("rm", "-f", "seen") }
        let shown = try box("audit", "--syscalls", "--format", "json", "seen")
        let reports = try #require(
            try JSONSerialization.jsonObject(with: Data(shown.output.utf8)) as? [[String: Any]])
        let picture = try #require(reports.first?["systemCalls"] as? [String: Any], "\(shown)")
        let tables = try #require(picture["tables"] as? [[String: Any]])
        for table in tables {
            let calls = try #require(table["calls"] as? [[String: Any]])
            func names(_ answer: String) -> Set<String> {
                Set(calls.filter { $0["answer"] as? String == answer }.compactMap { $0["name"] as? String })
            }
            #expect(names("refused") == ["mkdirat", "keyctl"] && names("by arguments") == ["personality"])
            #expect(names("allowed").count > 300)
        }
        let checks = try #require(reports.first?["checks"] as? [[String: Any]])
        func row(_ id: String) -> [String: Any]? { checks.first { $0["id"] as? String == id } }
        #expect((row("A20")?["evidence"] as? String)?.hasSuffix("personality(ADDR_NO_RANDOMIZE)") == true)
        #expect((row("A20")?["evidence"] as? String)?.contains("keyctl") == false)
        #expect(row("A19")?["status"] as? String == "FAIL" && row("A21")?["status"] as? String == "PASS")
        // It runs on, and nobody traces it.
        #expect(try box("exec", "seen", "grep", "TracerPid", "/proc/1/status").output == "TracerPid:\t0\n")
        #expect(try box("audit", "--syscalls", "seen").output.contains("refused:\n    keyctl mkdirat\n"))
        #expect(try box("audit", "-v", "--filters=false", "seen").output.contains("n-a    A19"))
    }

    /// What somebody did from outside, which no configuration tells.
    @Test func whatWasDoneSinceIsFound() throws {
        let box = try box()
        try box("run", "-d", "--name", "seen", "--read-only", "--user", "1000", "busybox", "sleep", "1000")
        let late = try box.start("exec", "--privileged", "--user", "0", "seen", "sleep", "1000")
        box.atEnd { _ = try? box("rm", "-f", "seen") }
        #expect(
            Clock.wait {
                (try? found(["audit", "--format", "json", "seen"], box).isSuperset(of: ["A14"])) ?? false
            })
        try box("rm", "-f", "seen")
        _ = late.wait(seconds: 30)
    }
}
