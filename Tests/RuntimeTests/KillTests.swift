// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// After `kill -9` of any process at any step, `delete --force` takes all of it away: what is left fails the test.
@Suite(.runtimes, .runtime, .miniboxOnly) struct KillTests {
    /// The steps of a bundle's plan that `create` comes to: not what is behind the gate.
    private func steps(of bundle: Bundle, _ runtime: Runtime) throws -> [(number: Int, phase: String)] {
        let plan = try Document(text: runtime("create", "--dry-run", "--explain=json", "-b", bundle.path, "x").output)
        return plan.steps.array.compactMap { step in
            guard let number = step.number.integer, let phase = step.phase.string, phase != "launch", phase != "after"
            else { return nil }
            return (Int(number), phase)
        }
    }

    /// The processes that `program` has started and that have not ended.
    private func children(of process: pid_t) -> [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter { stat(of: $0)?.parent == process }
    }

    private func stat(of process: pid_t) -> (letter: Substring, parent: pid_t)? {
        guard let bytes = FileManager.default.contents(atPath: "/proc/\(process)/stat") else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[end...].dropFirst(2).split(separator: " ")
        guard fields.count > 1, let parent = pid_t(fields[1]) else { return nil }
        return (fields[0], parent)
    }

    /// Waits until the command or its child stands before the step: stopped, or as process 1 asleep for good.
    private func standsStill(_ program: RunningProgram, inChild: Bool) -> Bool {
        Clock.wait(seconds: 5) {
            if !inChild { return stat(of: program.process)?.letter == "T" }
            return children(of: program.process).contains { child in
                stat(of: child)?.letter == "T"
                    || FileManager.default.contents(atPath: "/proc/\(child)/wchan").map {
                        String(decoding: $0, as: UTF8.self).contains("nanosleep")
                    } == true
            }
        }
    }

    private func isOfParent(_ phase: String) -> Bool { ["prepare", "spawn", "beside"].contains(phase) }

    @Test func aCreateThatIsKilledAtAnyStepLeavesNothingBehind() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle { $0.linux.cgroupsPath = "/killed/deep" }
        for step in try steps(of: bundle, runtime) {
            let id = "step-\(step.number)"
            let program = try runtime.start(["create", "--pause-before", "\(step.number)", "-b", bundle.path, id])
            #expect(standsStill(program, inChild: !isOfParent(step.phase)), "\(step)")
            kill(program.process, SIGKILL)
            _ = program.wait(sharesStreams: true)
            let deleted = try runtime("delete", "--force", id)
            #expect(deleted == Outcome(status: 0, output: "", errors: ""), "\(step)")
            #expect(try runtime("list", "-q").output == "", "\(step)")
            #expect(!FileManager.default.fileExists(atPath: "/sys/fs/cgroup/killed/deep"), "\(step)")
        }
        rmdir("/sys/fs/cgroup/killed")
    }

    @Test func aChildThatIsKilledAtAnyStepIsToldOfAndLeavesNothingBehind() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle()
        for step in try steps(of: bundle, runtime)
        where !isOfParent(step.phase) {
            let id = "child-\(step.number)"
            let program = try runtime.start(["create", "--pause-before", "\(step.number)", "-b", bundle.path, id])
            #expect(standsStill(program, inChild: true), "\(step)")
            for child in children(of: program.process) { kill(child, SIGKILL) }
            let ended = program.wait(seconds: 10)
            #expect(ended.status == 1 && !ended.errors.isEmpty, "\(step): \(ended)")
            #expect(try runtime("list", "-q").output == "", "\(step)")
        }
    }

    @Test func anExecThatIsKilledAtAnyStepLeavesTheContainerAsItWas() throws {
        let runtime = try runtime()
        let container = try runtime.running()
        var number = 0
        while true {
            number += 1
            let program = try runtime.start(["exec", "--pause-before", "\(number)", container.id, "true"])
            // Behind the last step nothing stops it.
            let stood = Clock.wait(seconds: 5) {
                if stat(of: program.process)?.letter == "Z" { return true }
                return stat(of: program.process)?.letter == "T"
                    || children(of: program.process).contains { stat(of: $0)?.letter == "T" }
            }
            #expect(stood, "step \(number)")
            let isOver = stat(of: program.process)?.letter == "Z"
            let inside = children(of: program.process)
            kill(program.process, SIGKILL)
            for process in inside { kill(process, SIGKILL) }
            _ = program.wait(sharesStreams: true)
            // They are ours now; process 1 of the container does not end before we have waited for them.
            for process in inside { _ = container.exitCode(of: process) }
            if isOver { break }
            #expect(container.status == "running", "step \(number)")
        }
        #expect(number > 5)
        #expect(try container.exec("echo", "fine").output == "fine\n")
        #expect(try runtime("delete", "--force", container.id) == Outcome(status: 0, output: "", errors: ""))
    }

    @Test(arguments: ["start", "delete"]) func aCommandThatIsKilledAtAnyTimeCanBeFollowedByADelete(_ verb: String)
        throws
    {
        let runtime = try runtime()
        let bundle = try runtime.bundle { $0.process.args = ["sleep", "100"] }
        for pause in stride(from: 0, through: 9_000, by: 750) {
            let container = try runtime.create(bundle)
            let program = try runtime.start([verb, container.id])
            usleep(UInt32(pause))
            kill(program.process, SIGKILL)
            _ = program.wait(sharesStreams: true)
            let deleted = try runtime("delete", "--force", container.id)
            #expect(deleted == Outcome(status: 0, output: "", errors: ""), "after \(pause) µs: \(deleted)")
            #expect(container.status == nil, "after \(pause) µs")
        }
    }
}
