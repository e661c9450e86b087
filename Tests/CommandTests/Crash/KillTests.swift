// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// What is left when a part of a start is killed: nothing, after one more command, which each box calls at its end.
@Suite(.commands, .box, .wholeStore) struct KillTests {
    private static let flags = [
        ["--rm"], [], ["--rm", "--userns", "host"], ["--rm", "-t"], ["--rm", "--privileged"],
        ["--rm", "--network", "bridge", "-p", "18570:80/udp"], ["--network", "bridge", "-p", "18571:80"],
    ]

    private struct Step {
        let number: Int
        let name: String
        /// Whether it comes when the program has ended, of which the command may have been told already.
        let isAfter: Bool
        var isOfNetworks: Bool {
            ["admit", "awaitNamespaces", "makePort", "listenForNames", "letUseInterfaces", "awaitInterfaces"].contains(
                name)
        }
    }

    /// The steps of a plan.
    private func steps(_ flags: [String]) throws -> [Step] {
        let outcome = try box().run(["run"] + flags + ["--explain=json", "--dry-run", "busybox", "true"])
        let plan = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any], "\(outcome)")
        return try #require(plan["steps"] as? [[String: Any]]).map {
            Step(
                number: try #require($0["number"] as? Int), name: try #require($0["step"] as? String),
                isAfter: $0["phase"] as? String == "after")
        }
    }

    /// Each step of the defaults, and with a network; of the other forms, which share most of them, every seventh, or those
    /// that networks add and some more.
    private func stops(_ flags: [String]) throws -> [Step] {
        let isFirst = flags.first == "--rm" && (flags.count == 1 || flags.contains("bridge"))
        return try steps(flags).filter { step in
            isFirst
                || (flags.contains("bridge")
                    ? step.isOfNetworks || step.number % 14 == 0 : step.number % 7 == flags.count)
        }
    }

    /// The state of a process, and what it sleeps in.
    private func state(_ process: pid_t) -> Character? {
        guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let end = stat.lastIndex(of: ")")
        else { return nil }
        return stat[stat.index(end, offsetBy: 2)...].first
    }

    /// Who carries the plan out: the command itself, or the supervisor that it makes.
    private func performer(of program: RunningProgram, _ flags: [String]) -> pid_t {
        if flags.contains("--rm"), !flags.contains("-t") { return program.process }
        _ = Clock.wait(seconds: 10) { !program.children.isEmpty }
        return program.children.first ?? program.process
    }

    /// Whether a process is in the same pid namespace as its parent, as no container of these tests is.
    private func isRelay(_ process: pid_t) -> Bool {
        let lines = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8))?.split(separator: "\n")
        let numbers = lines?.first { $0.hasPrefix("NSpid:") }?.split { $0 == "\t" || $0 == " " } ?? []
        return numbers.count == 2
    }

    /// Starts a run that stops before `step`, and waits until it has.
    private func paused(_ flags: [String], before step: Int) throws -> RunningProgram {
        let program = try RunningProgram(
            [TestMachine.program, "run"] + flags + ["--pause-before", "\(step)", "busybox", "true"],
            environment: try box().environment)
        let box = try box()
        box.atEnd { program.stop() }
        let performer = performer(of: program, flags)
        _ = Clock.wait(seconds: 10) {
            if state(performer) == "T" { return true }
            guard let child = RunningProgram.children(of: performer).first, state(child) == "S" else { return false }
            let place = (try? String(contentsOfFile: "/proc/\(child)/wchan", encoding: .utf8)) ?? ""
            return place.contains("nanosleep")
        }
        return program
    }

    private func expectNothingLeft(_ words: String) throws {
        let box = try box()
        let outcome = try box("ps", "-a")
        let kept = outcome.lines.dropFirst().count
        #expect(kept <= 1, "\(words): \(outcome)")
        if kept > 0 { _ = try box.run(["rm", "-f"] + (try box("ps", "-aq")).lines) }
        for folder in [
            "\(box.runRoot)/ids", "\(box.runRoot)/containers", "\(box.root)/containers", "\(box.root)/names",
            "\(box.runRoot)/ports", "\(box.runRoot)/networks/walls",
        ] {
            let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter {
                $0 != ".gate" && $0 != ".holders"
            }
            #expect(names.isEmpty, "\(words): \(folder) has \(names)")
        }
        let left = try box.leftOfNetworks("1857[0-9]")
        #expect(left.isEmpty, "\(words): \(left)")
    }

    @Test(arguments: KillTests.flags) func ofTheCommandAtAnyStepLeavesNothing(_ flags: [String]) throws {
        if flags.contains("bridge") { try box().removeNetworksAtEnd() }
        for stop in try stops(flags) {
            let step = stop.number
            let program = try paused(flags, before: step)
            kill(performer(of: program, flags), SIGKILL)
            #expect([125, 137, stop.isAfter ? 0 : 125].contains(program.wait(seconds: 10).status), "step \(step)")
            try expectNothingLeft("step \(step)")
        }
    }

    @Test func ofTheCommandWithoutItsSupervisorLeavesAContainer() throws {
        // One of the supervisor's own: a child that is process 1 cannot be let go on.
        let program = try paused([], before: 3)
        let supervisor = performer(of: program, [])
        program.stop()
        kill(supervisor, SIGCONT)
        #expect(Clock.wait { (try? box()("ps", "-a").output.contains("Exited (0)")) == true })
        try expectNothingLeft("after its end")
    }

    @Test(arguments: KillTests.flags) func ofTheChildAtAnyStepIsTold(_ flags: [String]) throws {
        if flags.contains("bridge") { try box().removeNetworksAtEnd() }
        for step in try stops(flags).map(\.number) {
            let program = try paused(flags, before: step)
            let performer = performer(of: program, flags)
            // Once its program has ended there may still be the process that relays its ports.
            guard let child = RunningProgram.children(of: performer).first(where: { !isRelay($0) }) else {
                kill(performer, SIGKILL)
                program.stop()
                try expectNothingLeft("step \(step)")
                continue
            }
            kill(child, SIGKILL)
            kill(performer, SIGCONT)
            let outcome = program.wait(seconds: 10)
            // After the launch the program itself was killed.
            #expect(outcome.status == 125, "step \(step): \(outcome)")
            // Whose network namespace is gone is told by the step that was to have it.
            let isTold = ["its program ran", "namespaces were made", "make eth0"].contains {
                outcome.errors.contains($0)
            }
            #expect(isTold, "step \(step): \(outcome)")
            try expectNothingLeft("step \(step)")
        }
    }

    @Test(arguments: [SIGTERM, SIGINT, SIGHUP, SIGQUIT]) func aSignalEndsASetUpThatHangs(_ signal: Int32) throws {
        let program = try paused(["--rm"], before: 30)
        program.send(signal)
        let outcome = program.wait(seconds: 5)
        #expect(outcome.status == 125)
        #expect(outcome.errors.contains("interrupted by SIG"), "\(outcome)")
        try expectNothingLeft("signal \(signal)")
    }

    @Test func ofTheSupervisorEndsTheContainer() throws {
        let program = try box().start("run", "--rm", "busybox", "sh", "-c", "echo ready; sleep 1000")
        #expect(program.waitForOutput("ready"))
        let inside = try #require(program.children.first)
        program.stop()
        #expect(Clock.wait { state(inside) == nil || state(inside) == "Z" })
        try expectNothingLeft("supervisor")
    }

    @Test func ofAnExecLeavesTheContainer() throws {
        try box().container("kept")
        let program = try box().start("exec", "kept", "sh", "-c", "echo ready; exec sleep 1000")
        #expect(program.waitForOutput("ready"))
        let inside = try #require(program.children.first)
        program.stop()
        #expect(Clock.wait { state(inside) == nil || state(inside) == "Z" })
        #expect(try box()("exec", "kept", "echo", "still").text == "still")
    }

    @Test func ofRemoveIsFinishedByTheNextCommand() throws {
        let box = try box()
        _ = try box("run", "--name", "half", "busybox", "touch", "/file")
        let id = try #require(try box("ps", "-aq", "--no-trunc").lines.first)
        // As it is when `rm` is killed after its first step, and with it the machine.
        try FileManager.default.removeItem(atPath: "\(box.root)/containers/\(id)/record.json")
        try FileManager.default.removeItem(atPath: "\(box.runRoot)/containers/.holders")
        try expectNothingLeft("remove")
        #expect(try box("run", "--rm", "--name", "half", "busybox", "true").status == 0)
    }

    @Test func ofImportLeavesTheStoreRight() throws {
        let box = try box()
        for delay in stride(from: 0, to: 60, by: 3) {
            let program = try RunningProgram(
                [TestMachine.program, "import", TestMachine.archive("probe"), "killed"], environment: box.environment)
            usleep(useconds_t(delay) * 1000)
            program.stop()
            // What it had started may go on for a moment, and has what is being made until then.
            var staging: [String] = []
            let isClean = try Clock.wait(seconds: 60) {
                #expect(try box("ps").status == 0)
                staging = try FileManager.default.contentsOfDirectory(atPath: "\(box.root)/images/staging")
                return staging.isEmpty
            }
            #expect(isClean, "\(delay) ms: \(staging)")
            #expect(try box("run", "--rm", "busybox", "true").status == 0)
        }
        #expect(try box("import", TestMachine.archive("probe"), "killed").status == 0)
        #expect(try box("run", "--rm", "killed", "true").status == 0)
        #expect(try box("rmi", "killed").status == 0)
        let staging = try FileManager.default.contentsOfDirectory(atPath: "\(box.root)/images/staging")
        #expect(staging.isEmpty, "\(staging)")
    }
}
