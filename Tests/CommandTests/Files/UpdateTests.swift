// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `update`: limits of a container that runs, and of its next starts.
@Suite(.commands, .box) struct UpdateTests {
    /// Where the cgroup of the only container is.
    private func cgroup(_ box: Box) throws -> String {
        let id = try box("ps", "-aq", "--no-trunc").text
        let places = ["/sys/fs/cgroup/minibox/", "/sys/fs/cgroup/unified/minibox/"].map { $0 + id }
        return try #require(places.first { FileManager.default.fileExists(atPath: $0) })
    }

    private func read(_ file: String, of box: Box) throws -> String {
        try String(contentsOfFile: cgroup(box) + "/" + file, encoding: .utf8).trimmingCharacters(in: .newlines)
    }

    @Test(
        .enabled(
            if: TestMachine.controllers.isSuperset(of: ["memory", "cpu", "pids", "cpuset"]), "needs the controllers"))
    func eachLimitIsChangedNowAndLater() throws {
        let box = try box()
        try box("run", "-d", "--name", "limited", "-m", "64m", "--memory-swap", "64m", "busybox", "sleep", "60")
        box.atEnd { _ = try? box("rm", "-f", "limited") }
        for (flags, file, value) in [
            (["--memory", "96m", "--memory-swap", "128m"], "memory.max", "\(96 << 20)"),
            ([], "memory.swap.max", "\(32 << 20)"),
            (["--memory-reservation", "16m"], "memory.low", "\(16 << 20)"),
            (["--cpus", "0.5"], "cpu.max", "50000 100000"),
            (["--cpu-period", "50000", "--cpu-quota", "20000"], "cpu.max", "20000 50000"),
            (["-c", "2048"], "cpu.weight", try box.shell("true").status == 0 ? nil : ""),
            (["--cpuset-cpus", "0"], "cpuset.cpus", "0"), (["--pids-limit", "33"], "pids.max", "33"),
            (["-m", "32m", "--memory-swap", "-1"], "memory.max", "\(32 << 20)"), ([], "memory.swap.max", "max"),
        ] as [([String], String, String?)] {
            if !flags.isEmpty {
                let done = try box.run(["update"] + flags + ["limited"])
                #expect(done.status == 0 && done.text == "limited", "\(done)")
            }
            if let value {
                #expect(try read(file, of: box) == value, "\(flags)")
            } else {
                #expect(try Int(read(file, of: box)) ?? 0 > 39)
            }
        }
        try box("stop", "-t", "0", "limited")
        #expect(try box("container", "update", "--pids-limit", "44", "limited").status == 0)
        try box("start", "limited")
        #expect(try read("pids.max", of: box) == "44")
        #expect(try read("memory.max", of: box) == "\(32 << 20)")
        #expect(try read("cpuset.cpus", of: box) == "0")
    }

    @Test func thePolicyOfRestartsIsChanged() throws {
        let box = try box()
        try box(
            "run", "-d", "--name", "policed", "busybox", "sh", "-c",
            "echo here; until [ -e /go ]; do sleep 0.02; done; exit 3")
        box.atEnd { _ = try? box("rm", "-f", "policed") }
        #expect(try box("update", "--restart", "on-failure:1", "policed").status == 0)
        // It may be killed before it has ended: with its file the container ends.
        try box("exec", "policed", "touch", "/go")
        #expect(try box.start("logs", "-f", "policed").wait(seconds: 10).output == "here\nhere\n")
        #expect(try box("run", "-d", "--rm", "--name", "brief", "busybox", "sleep", "60").status == 0)
        #expect(try box("update", "--restart", "always", "brief").errors.contains("removes itself"))
        try box("rm", "-f", "brief")
    }

    @Test func whatCannotBeIsSaid() throws {
        let box = try box()
        try box("create", "--name", "made", "busybox", "true")
        box.atEnd { _ = try? box("rm", "-f", "made") }
        #expect(try box("update", "made").errors.contains("nothing is to be changed"))
        #expect(try box("update", "--memory", "12q", "made").status != 0)
        #expect(
            try box("update", "--memory", "64m", "--memory-swap", "32m", "made").errors.contains("less than --memory"))
        #expect(try box("update", "--memory", "1k", "made").errors.contains("less than a container starts with"))
        #expect(try box("update", "--memory", "1g", "none").status != 0)
    }

    @Test func whatAStartWouldRefuseIsRefusedBeforeIt() throws {
        let box = try box()
        try box("create", "--name", "later", "busybox", "true")
        box.atEnd { _ = try? box("rm", "-f", "later") }
        for (flags, controller) in [(["-m", "64m"], "memory"), (["--pids-limit", "20"], "pids")] {
            let changed = try box.run(["update"] + flags + ["later"])
            if TestMachine.controllers.contains(controller) {
                #expect(changed.status == 0, "\(changed)")
                #expect(try box("start", "later").status == 0)
            } else {
                let run = try box.run(["run", "--rm"] + flags + ["busybox", "true"])
                #expect(changed.status == 1 && changed.errors == run.errors, "\(changed), \(run)")
            }
        }
    }
}
