// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import ContainerRuntime

@Suite("The interpreter")
struct InterpreterTests {
    private static let full = { @Sendable (configuration: inout ContainerConfiguration) in
        configuration.mounts = [
            MountRequest(
                source: .bind(
                    path: "/srv", isDirectory: true, isRecursive: true, isMapped: true, propagation: .private),
                target: "/srv", attributes: [])
        ]
        configuration.process.oomScore = 10
        configuration.cgroup.settings = [CgroupSetting(file: "pids.max", value: "9")]
    }

    @Test("runs every step once, in order, by the number that is printed", arguments: PlanCase.all)
    func order(_ item: PlanCase) throws {
        let plan = try Plan.usual(host: item.host, item.change)
        var recorder = Recorder()
        try Interpreter(plan: plan).start(on: &recorder)
        try Interpreter(plan: plan).finish(on: &recorder)
        #expect(recorder.begun.map(\.step) == plan.steps.map(\.step))
        #expect(recorder.begun.map(\.number) == plan.steps.map(\.number))
        #expect(recorder.done == plan.steps.map(\.number))
        #expect(recorder.awaited)
        #expect(recorder.abandoned == nil)
    }

    @Test("names the step that failed, at every number, and takes away exactly what was made before it")
    func failures() throws {
        let plan = try Plan.usual(Self.full)
        let journal = plan.after.compactMap { step -> Undo? in
            if case .undo(let undo) = step { undo } else { nil }
        }
        for step in plan.steps where step.phase != .after {
            var recorder = Recorder(failures: [
                step.number: StepError(cause: SystemError("openat2", .noSpace), detail: "why")
            ])
            let failure = #expect(throws: StepFailure.self) { try Interpreter(plan: plan).start(on: &recorder) }
            #expect(failure?.number == step.number)
            #expect(failure?.step == step.step.summary)
            #expect(
                failure?.description
                    == "step \(step.number), \(step.step.summary): why: openat2: no space left on device")
            #expect(recorder.begun.map(\.number) == Array(1...step.number))
            #expect(recorder.done == Array(1..<step.number))
            #expect(!recorder.awaited)
            let made = plan.steps.prefix(step.number - 1).compactMap { step -> Undo? in
                if case .host(let step) = step.step { step.undo } else { nil }
            }
            #expect(recorder.made == made)
            #expect(made.allSatisfy { journal.contains($0) })
            try Interpreter(plan: plan).finish(on: &recorder)
            #expect(recorder.made.isEmpty)
        }
    }

    @Test("ends the child where the parent fails beside it, and tells the parent where the child fails")
    func abandons() throws {
        let plan = try Plan.usual(Self.full)
        for step in plan.steps where step.phase != .after {
            var recorder = Recorder(failures: [step.number: StepError(cause: nil)])
            #expect(throws: StepFailure.self) { try Interpreter(plan: plan).start(on: &recorder) }
            let hasChild = step.phase != .prepare
            #expect(recorder.abandoned == (hasChild ? step.number : nil), "\(step.number)")
        }
    }

    @Test("tries every undo, and tells of the first that failed")
    func undos() throws {
        let plan = try Plan.usual(Self.full)
        let undos = plan.steps.filter { $0.phase == .after }
        #expect(undos.count == 2)
        for step in undos {
            var recorder = Recorder(failures: [step.number: StepError(cause: SystemError("unlinkat", .busy))])
            let failure = #expect(throws: StepFailure.self) { try Interpreter(plan: plan).finish(on: &recorder) }
            #expect(failure?.number == step.number)
            #expect(recorder.begun.map(\.number) == undos.map(\.number))
        }
    }

    @Test(
        "tells a program that is not there from one that cannot be executed, at the look-up and at the exec alone",
        arguments: [
            (Errno.noEntry, StepFailure.Kind.notFound), (.notDirectory, .notFound), (.access, .notExecutable),
            (.execFormat, .notExecutable), (.isDirectory, .notExecutable), (.loop, .notExecutable), (.noMemory, .setup),
        ])
    func kinds(errno: Errno, kind: StepFailure.Kind) throws {
        let plan = try Plan.usual()
        for step in plan.steps where step.phase != .after {
            let failure = StepFailure(step.step, number: step.number, error: StepError(SystemError("execve", errno)))
            let isProgram = ["resolveProgram", "launch"].contains(step.step.kind)
            #expect(failure.kind == (isProgram ? kind : .setup))
        }
    }

    @Test("says what the child said, word for word")
    func messages() {
        let failures = [
            StepFailure(number: 14, step: "mount proc on /proc", kind: .setup, call: "fsmount", errno: .notPermitted),
            StepFailure(number: 3, step: "x", kind: .notFound, call: nil, errno: nil, detail: "no such program"),
            StepFailure(number: 300, step: "é ü", kind: .notExecutable, call: "execve", errno: .access, detail: "ä: b"),
        ]
        for failure in failures {
            let copy = StepFailure(message: failure.message)
            #expect(copy.description == failure.description)
            #expect(copy.number == failure.number && copy.kind == failure.kind && copy.errno == failure.errno)
            #expect(copy.call == failure.call && copy.detail == failure.detail && copy.step == failure.step)
            #expect(failure.message.count != 4)
        }
        #expect(failures[0].description == "step 14, mount proc on /proc: fsmount: operation not permitted")
        #expect(failures[1].description == "no such program")
        let died = StepFailure(number: 0, step: "set up the container", kind: .died, detail: "it ended")
        #expect(died.description == "set up the container: it ended")
    }

    @Test("hears a message that was cut, or is none, without going wrong")
    func brokenMessages() {
        let whole = StepFailure(number: 1, step: "abc", kind: .setup, call: "open", errno: .noEntry, detail: "d")
            .message
        for length in 0...whole.count { #expect(StepFailure(message: Array(whole.prefix(length))).number <= 1) }
        let long = StepFailure(
            number: 1, step: String(repeating: "s", count: 9000), kind: .setup, call: "c", errno: .noEntry,
            detail: String(repeating: "d", count: 9000))
        #expect(long.message.count <= 4096)
        #expect(StepFailure(message: long.message).errno == .noEntry)
    }

    @Test(
        "takes no announcement for the launcher's report, however short the program's path",
        arguments: ["", "/", "/a", "/sh", "/bin", "/usr/bin/program", "/ü"])
    func announcement(path: String) {
        for times in [[:], [1: 5], [1: 5, 300: .max]] as [[Int: UInt64]] {
            let announcement = LaunchAnnouncement(program: path, phases: [1, 2, 3, 4, 5], times: times)
            #expect(announcement.message.count != 4)
            #expect(LaunchAnnouncement(message: announcement.message) == announcement)
        }
        let message = LaunchAnnouncement(program: path, phases: [9, 8, 7, 6, 5], times: [1: 5, 2: 6]).message
        for length in 0..<message.count { _ = LaunchAnnouncement(message: Array(message.prefix(length))) }
        #expect(LaunchAnnouncement(message: [ChildMessage.launching, 255, 255, 255, 255, 0]) == nil)
    }

    @Test("reads the launcher's report as an error of the program")
    func launcherReport() {
        func report(_ errno: Errno) -> StepFailure {
            let code = UInt32(bitPattern: errno.rawValue)
            let bytes = (0..<4).map { UInt8(truncatingIfNeeded: code >> UInt32($0 * 8)) }
            return StepFailure(launcherReport: bytes, program: "/bin/x")
        }
        #expect(report(.noEntry).kind == .notFound)
        #expect(report(.noEntry).description == "/bin/x is there, but the interpreter or loader that it names is not")
        #expect(report(.execFormat).kind == .notExecutable)
        #expect(report(.access).description == "/bin/x: permission denied")
    }
}
