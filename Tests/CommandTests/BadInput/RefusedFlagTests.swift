// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

/// Flags of docker's for what there is not, and those that insist on what is there.
@Suite(.commands, .box) struct RefusedFlagTests {
    @Test(arguments: [
        (["-p", "80:80"], "--network bridge"),
        (["--mac-address", "02:00:00:00:00:01"], "belongs to a network"), (["--gpus", "all"], "--device"),
        (["--runtime", "runc"], "leave it out"), (["--oom-kill-disable"], "--oom-score-adj"),
        (["--memory-swappiness", "10"], "--memory-swap"), (["--isolation", "hyperv"], "Windows"),
        (["--platform", "linux/s390x"], "this machine is linux/"), (["--platform", "nonsense"], "is no platform"),
        (["--use-api-socket"], "no daemon"),
    ]) func whatThereIsNotSaysWhatToWrite(_ flag: [String], _ advice: String) throws {
        for command in ["run", "create"] {
            let refused = try box().run([command] + flag + ["busybox", "true"])
            #expect(refused.status == 125 && refused.errors.contains(advice), "\(refused)")
        }
        #expect(try box()("run", "--help").output.contains("--oom-kill-disable") == false)
    }

    @Test func thisPlatformIsTaken() throws {
        let own = try box()("image", "inspect", "-f", "{{.Os}}/{{.Architecture}}", "busybox").text
        #expect(try box()("run", "--rm", "--platform", own, "busybox", "true").status == 0)
    }

    @Test func anImageForAnotherPlatformIsNotTaken() throws {
        let box = try box()
        let own = try box("image", "inspect", "-f", "{{.Architecture}}", "busybox").text
        let other = own == "amd64" ? "arm64" : "amd64"
        let imported = try box("import", "--platform", other, TestMachine.archive("probe"), "other")
        #expect(imported.status == 0, "\(imported)")
        #expect(try box("image", "inspect", "-f", "{{.Architecture}}", "other").text == other)
        for command in ["run", "create"] {
            let refused = try box(command, "--platform", "linux/\(own)", "other", "true")
            #expect(refused.status == 125 && refused.errors.contains("is for linux/\(other)"), "\(refused)")
        }
    }

    @Test(arguments: ["MINIBOX_ROOT", "MINIBOX_RUN_ROOT"]) func aRootIsAbsolute(_ name: String) throws {
        let refused = try box().run(["ps"], environment: [name: "here"])
        #expect(refused.status == 125 && refused.errors.contains("\(name)=here is not an absolute path"), "\(refused)")
    }

    @Test func theDomainOfTheHostIsItsOwn() throws {
        let shown = try box()(
            "run", "--rm", "--domainname", "example.org", "busybox", "cat", "/proc/sys/kernel/domainname")
        #expect(shown.text == "example.org", "\(shown)")
        let clash = try box()("run", "--rm", "--uts", "host", "--domainname", "example.org", "busybox", "true")
        #expect(clash.status == 125 && clash.errors.contains("exclude each other"), "\(clash)")
    }
}
