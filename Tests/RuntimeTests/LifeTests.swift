// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `create`, `start`, `kill` and `delete`, and the words in which they refuse.
@Suite(.runtimes, .runtime) struct LifeTests {
    @Test func nothingRunsBeforeTheStart() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle(script: "echo run >/mark; sleep 100")
        let container = try runtime.create(bundle)
        usleep(100_000)
        #expect(runtime.contents(bundle.rootfs + "/mark") == nil)
        try container.start()
        #expect(Clock.wait { runtime.contents(bundle.rootfs + "/mark") == "run\n" })
    }

    @Test func theContainersParentIsWhoAdoptsOrphans() throws {
        let runtime = try runtime()
        let container = try runtime.create(try runtime.bundle(script: "exit 42"))
        let process = try container.process
        let status = try #require(runtime.contents("/proc/\(process)/status"))
        #expect(status.contains("PPid:\t\(getpid())\n"), "\(status)")
        try container.start()
        #expect(container.exitCode(of: process) == 42)
    }

    @Test func anIDIsTakenOnce() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle()
        let container = try runtime.create(bundle)
        let refused = try runtime("create", "--bundle", bundle.path, container.id)
        #expect(refused.status == 1 && refused.errors.contains("container with given ID already exists"), "\(refused)")
        #expect(container.status == "created")
    }

    @Test(arguments: ["", "a/b", "..", ".", "a b", "ü", "a\n", "a:b"]) func anIDHasPlainCharacters(_ id: String) throws
    {
        let runtime = try runtime()
        let refused = try runtime("create", "--bundle", try runtime.bundle().path, id)
        #expect(refused.status == 1, "\(refused)")
        #expect(
            refused.errors.contains("invalid container ID format") || refused.errors.contains("cannot be empty"),
            "\(refused)")
    }

    @Test(arguments: ["a", "A9", "a_b", "a+b", "a-b", "a.b", "0"]) func anIDMayHave(_ id: String) throws {
        let runtime = try runtime()
        #expect(try runtime.create(try runtime.bundle(), id: id).status == "created")
    }

    @Test func aContainerIsStartedOnce() throws {
        let runtime = try runtime()
        let container = try runtime.running()
        let running = try runtime("start", container.id)
        #expect(
            running.status == 1 && running.errors.contains("cannot start an already running container"), "\(running)")
        let process = try container.process
        try runtime("kill", container.id, "KILL")
        #expect(container.exitCode(of: process) == 137)
        #expect(container.waits(for: "stopped"))
        let stopped = try runtime("start", container.id)
        #expect(
            stopped.status == 1 && stopped.errors.contains("cannot start a container that has stopped"), "\(stopped)")
    }

    @Test func aRunningContainerIsDeletedByForceAlone() throws {
        let runtime = try runtime()
        let container = try runtime.running()
        let refused = try runtime("delete", container.id)
        #expect(refused.status == 1, "\(refused)")
        #expect(
            refused.errors.contains("cannot delete container \(container.id) that is not stopped: running"),
            "\(refused)")
        #expect(try runtime("delete", "--force", container.id) == Outcome(status: 0, output: "", errors: ""))
        #expect(container.status == nil)
    }

    @Test func aCreatedContainerIsDeleted() throws {
        let runtime = try runtime()
        let container = try runtime.create(try runtime.bundle())
        let process = try container.process
        #expect(try runtime("delete", container.id) == Outcome(status: 0, output: "", errors: ""))
        #expect(container.exitCode(of: process) == 137)
        #expect(container.status == nil)
    }

    @Test(arguments: [
        ("15", "TERM"), ("TERM", "TERM"), ("SIGTERM", "TERM"), ("1", "HUP"), ("SIGUSR1", "USR1"), ("usr2", "USR2"),
    ])
    func aSignalIsSentByNumberOrName(_ word: String, _ name: String) throws {
        let runtime = try runtime()
        let container = try runtime.running(
            first: "for s in TERM HUP USR1 USR2; do trap \"echo got $s\" $s; done",
            script: "while :; do sleep 0.05; done")
        #expect(try runtime("kill", container.id, word) == Outcome(status: 0, output: "", errors: ""))
        #expect(container.shows("got \(name)\n"))
    }

    @Test func theSignalIsTermUnlessSaid() throws {
        let runtime = try runtime()
        let container = try runtime.running(first: "trap 'echo got TERM' TERM", script: "while :; do sleep 0.05; done")
        #expect(try runtime("kill", container.id) == Outcome(status: 0, output: "", errors: ""))
        #expect(container.shows("got TERM"))
        #expect(try runtime("kill", container.id, "0") == Outcome(status: 0, output: "", errors: ""))
    }

    @Test(arguments: ["NOPE", "SIGNOPE", "99", "-1", "9x"]) func anUnknownSignalIsRefused(_ word: String) throws {
        let runtime = try runtime()
        let container = try runtime.running()
        #expect(try runtime("kill", container.id, word).status != 0)
        #expect(container.status == "running")
    }

    @Test func whatHasEndedIsNotRunning() throws {
        let runtime = try runtime()
        let container = try runtime.running()
        let process = try container.process
        try runtime("kill", container.id, "9")
        #expect(container.exitCode(of: process) == 137)
        #expect(container.waits(for: "stopped"))
        let refused = try runtime("kill", container.id, "9")
        #expect(refused.status == 1 && refused.errors.contains("container not running"), "\(refused)")
        #expect(try runtime("kill", "--all", container.id, "9").status == 0)
        #expect(try runtime("kill", "-a", container.id, "KILL").status == 0)
    }

    @Test func aCreatedContainerCanBeKilled() throws {
        let runtime = try runtime()
        let container = try runtime.create(try runtime.bundle())
        let process = try container.process
        #expect(try runtime("kill", container.id, "KILL").status == 0)
        #expect(container.exitCode(of: process) == 137)
        #expect(container.waits(for: "stopped"))
        #expect(try runtime("delete", container.id) == Outcome(status: 0, output: "", errors: ""))
    }

    @Test func withoutAPidNamespaceKillEndsAllOfThem() throws {
        let runtime = try runtime()
        // Killed are one after the other: a shell might still wait for its child before it ends itself, and who executes
        // something in its place never does, so that the child comes to us.
        let container = try runtime.running(script: "sleep 300 & echo child $!; exec sleep 301") {
            $0.linux.namespaces.removeAll { $0.type == "pid" }
        }
        #expect(container.shows("child"))
        let line = container.output.split(separator: "\n").first { $0.hasPrefix("child") }
        let child = try #require(line.flatMap { pid_t($0.dropFirst(6)) })
        let process = try container.process
        #expect(Clock.wait { runtime.contents("/proc/\(process)/cmdline") == "sleep\0301\0" })
        #expect(try runtime("kill", container.id, "KILL").status == 0)
        #expect(container.exitCode(of: process) == 137)
        #expect(container.exitCode(of: child) == 137)
        #expect(try runtime("delete", container.id).status == 0)
    }

    @Test func deletionTakesTheStateAndTheCgroupAlong() throws {
        let runtime = try runtime()
        let container = try runtime.running { $0.linux.cgroupsPath = "/gone/with-it" }
        #expect(
            FileManager.default.fileExists(atPath: "/sys/fs/cgroup/gone/with-it")
                || FileManager.default.fileExists(atPath: "/sys/fs/cgroup/unified/gone/with-it"))
        #expect(try runtime("delete", "-f", container.id).status == 0)
        #expect(!FileManager.default.fileExists(atPath: "/sys/fs/cgroup/gone/with-it"))
        #expect(!FileManager.default.fileExists(atPath: runtime.root + "/" + container.id))
        rmdir("/sys/fs/cgroup/gone")
        rmdir("/sys/fs/cgroup/unified/gone")
    }

    @Test func aBundleWithoutAConfigurationIsRefused() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle()
        try FileManager.default.removeItem(atPath: bundle.path + "/config.json")
        let refused = try runtime("create", "--bundle", bundle.path, "none")
        #expect(refused.status == 1 && refused.output == "", "\(refused)")
        #expect(refused.errors.contains("config.json"), "\(refused)")
        #expect(try runtime("create", "--bundle", bundle.path + "/no-such-folder", "none").status == 1)
        #expect(try runtime("list", "-q").output == "")
    }

    @Test func aFailedCreationLeavesTheIDFree() throws {
        let runtime = try runtime()
        let missing = try runtime.bundle { $0.process.args = ["no-such-program"] }
        let refused = try runtime("create", "--bundle", missing.path, "again")
        #expect(refused.status == 1)
        #expect(
            refused.words.contains("\"no-such-program\": executable file not found in $PATH"), "\(refused)")
        #expect(try runtime("list", "-q").output == "")
        #expect(try runtime.create(try runtime.bundle(), id: "again").status == "created")
    }
}
