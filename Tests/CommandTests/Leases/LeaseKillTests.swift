// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Leases whose keeper is killed, and commands that are killed while they make something under one.
@Suite(.commands, .box) struct LeaseKillTests {
    private func start(_ flags: [String]) throws {
        let run = try box().run(["run", "-d"] + flags + ["busybox", "sleep", "1000"])
        try #require(run.status == 0, "\(run)")
    }

    private func killKeeper() throws {
        let box = try box()
        try #require(!box.keepers().isEmpty)
        // Whoever was killed before may have the file open still, and is no keeper.
        #expect(
            Clock.wait {
                for process in box.keepers() { kill(process, SIGKILL) }
                return box.keepers().isEmpty
            })
    }

    @Test func theNextCommandRemovesWhatAKeeperCouldNot() throws {
        let box = try box()
        let owner = try box.owner()
        try start(["--lease", "\(owner.process)", "-v", "data:/data"])
        try killKeeper()
        owner.stop()
        #expect(try box("ps", "-aq").lines.isEmpty)
        #expect(box.leasedThings().isEmpty, "\(box.leasedThings())")
    }

    @Test func theNextCommandGivesALeaseAnotherKeeper() throws {
        let box = try box()
        let owner = try box.owner()
        try start(["--lease", "\(owner.process)"])
        try killKeeper()
        #expect(try box("ps", "-q").lines.count == 1)
        #expect(Clock.wait { box.keepers().count == 1 })
        owner.stop()
        #expect(box.isEmptySoon(), "\(box.leasedThings())")
    }

    /// The command that comes next knows nothing of the pipe but its number.
    @Test func alsoThatOfAPipe() throws {
        let box = try box()
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        // A pipe that stays open would be the next test's.
        defer { close(ends[0]) }
        var isOpen = true
        defer { if isOpen { close(ends[1]) } }
        let run = try RunningProgram(
            [TestMachine.program, "run", "-d", "--lease", "fd:3", "busybox", "sleep", "1000"],
            environment: box.environment, descriptors: [ends[0]]
        ).wait()
        #expect(run.status == 0, "\(run)")
        try killKeeper()
        #expect(try box("ps", "-q").lines.count == 1)
        #expect(Clock.wait { box.keepers().count == 1 })
        try killKeeper()
        close(ends[1])
        isOpen = false
        #expect(try box("ps", "-aq").lines.isEmpty)
        #expect(box.leasedThings().isEmpty, "\(box.leasedThings())")
    }

    /// In another pid namespace the owner cannot be seen, which is no proof that it has ended.
    @Test func anotherPidNamespaceEndsNothing() throws {
        let box = try box()
        let owner = try box.owner()
        try start(["--lease", "\(owner.process)", "-v", "data:/data"])
        try killKeeper()
        let elsewhere = try box.shell("unshare --fork --pid --mount-proc $MINIBOX ps -aq")
        #expect(elsewhere.lines.count == 1, "\(elsewhere)")
        #expect(try box("ps", "-q").lines.count == 1)
        owner.stop()
        #expect(box.isEmptySoon(), "\(box.leasedThings())")
    }

    @Test func aBootEndsAllLeases() throws {
        let box = try box()
        let owner = try box.owner()
        #expect(try box("create", "--lease", "\(owner.process)", "busybox", "true").status == 0)
        try killKeeper()
        // As another boot would have named it.
        let leases = box.root + "/leases"
        let name = try #require(FileManager.default.contentsOfDirectory(atPath: leases).first)
        var parts = name.split(separator: "-").map(String.init)
        parts[3] = "00000000" + parts[3].dropFirst(8)
        try FileManager.default.moveItem(
            atPath: "\(leases)/\(name)", toPath: "\(leases)/\(parts.joined(separator: "-"))")
        #expect(try box("ps", "-aq").lines.isEmpty)
        #expect(box.leasedThings().isEmpty, "\(box.leasedThings())")
    }

    /// The command, or the supervisor that it has made, is killed at a step; then its owner ends, with the keeper there
    /// or killed too.
    @Test(arguments: [["--rm"], ["-d"], []], [true, false])
    func aStartThatIsKilledLeavesNothing(_ flags: [String], killsKeeper: Bool) throws {
        let box = try box()
        for step in [1, 5, 20, 45] {
            let owner = try box.owner()
            let program = try RunningProgram(
                [TestMachine.program, "run", "--lease", "\(owner.process)", "-v", "v1:/v", "--pause-before", "\(step)"]
                    + flags + ["busybox", "sleep", "1000"], environment: box.environment)
            box.atEnd { program.stop() }
            // The command has the file open too, before it has made the keeper.
            #expect(Clock.wait { box.keepers().contains { $0 != program.process } })
            usleep(UInt32(step) * 4000)
            // Stopped first, so that it makes no other child between the look and its end.
            kill(program.process, SIGSTOP)
            let keepers = box.keepers()
            for child in program.children where !keepers.contains(child) { kill(child, SIGKILL) }
            program.stop()
            if killsKeeper { try killKeeper() }
            owner.stop()
            // Those that were killed may not be gone when a command looks first.
            #expect(
                Clock.wait(seconds: 10) {
                    if killsKeeper { _ = try? box("ps") }
                    return box.leasedThings().isEmpty
                }, "step \(step): \(box.leasedThings())")
        }
    }

    /// Nothing of the command is waited for: it is killed after a time that grows.
    @Test func aCommandThatIsKilledAtAnyMomentLeavesNothing() throws {
        let box = try box()
        for delay in stride(from: 500, to: 16000, by: 1500) {
            let owner = try box.owner()
            let program = try RunningProgram(
                [
                    TestMachine.program, "run", "-d", "--lease", "\(owner.process)", "-v", "v2:/v", "busybox", "sleep",
                    "1000",
                ], environment: box.environment)
            usleep(UInt32(delay))
            program.stop()
            owner.stop()
            #expect(
                Clock.wait(seconds: 10) {
                    _ = try? box("ps")
                    return box.leasedThings().isEmpty
                }, "after \(delay) us: \(box.leasedThings())")
        }
    }
}
