// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `pause`, `resume`, `update`, `events`: what is changed and asked of a container that runs.
@Suite(.runtimes, .runtime) struct PauseTests {
    @Test func aPausedContainerStandsStill() throws {
        let runtime = try runtime()
        let container = try runtime.running(script: "while :; do echo .; sleep 0.02; done")
        #expect(try runtime("pause", container.id) == Outcome(status: 0, output: "", errors: ""))
        #expect(container.status == "paused")
        container.listen(seconds: 0.1)
        let before = container.output.count
        container.listen(seconds: 0.3)
        #expect(container.output.count == before)
        #expect(try runtime("resume", container.id) == Outcome(status: 0, output: "", errors: ""))
        #expect(container.status == "running")
        #expect(
            Clock.wait {
                container.listen(seconds: 0.05)
                return container.output.count > before
            })
    }

    @Test func whatIsNotPausedIsNotResumed() throws {
        let runtime = try runtime()
        let container = try runtime.running()
        let refused = try runtime("resume", container.id)
        #expect(refused.status == 1 && refused.errors.contains("container not paused"), "\(refused)")
        #expect(try runtime("pause", container.id).status == 0)
        let again = try runtime("pause", container.id)
        #expect(again.status == 1 && again.errors.contains("container not running"), "\(again)")
    }

    @Test func aPausedContainerIsKilled() throws {
        let runtime = try runtime()
        let container = try runtime.running()
        let process = try container.process
        #expect(try runtime("pause", container.id).status == 0)
        #expect(try runtime("kill", container.id, "KILL").status == 0)
        #expect(container.exitCode(of: process) == 137)
        #expect(try runtime("delete", container.id).status == 0)
    }

    @Test func aPausedContainerIsDeletedByForce() throws {
        let runtime = try runtime()
        let container = try runtime.running()
        #expect(try runtime("pause", container.id).status == 0)
        #expect(try runtime("delete", "--force", container.id) == Outcome(status: 0, output: "", errors: ""))
        #expect(container.status == nil)
    }

    @Test func eventsTellsFiguresOnce() throws {
        let runtime = try runtime()
        let container = try runtime.running()
        let told = try runtime("events", "--stats", container.id)
        #expect(told.status == 0 && told.errors == "", "\(told)")
        let event = try Document(text: told.output)
        #expect(event.type == "stats" && event.id == Document(container.id))
        #expect(event.data.cpu.usage.total.integer ?? 0 > 0, "\(told)")
        #expect(event.data.pids.current.integer ?? 1 > 0)
    }

    @Test func eventsGoesOnUntilTheContainerEnds() throws {
        let runtime = try runtime()
        let container = try runtime.running()
        let program = try runtime.start(["events", "--interval", "100ms", container.id])
        #expect(
            Clock.wait {
                _ = program.waitForOutput("never", seconds: 0.05)
                return program.outputSoFar.filter { $0 == "\n" }.count >= 3
            })
        for line in program.outputSoFar.split(separator: "\n").dropLast() {
            #expect(try Document(text: String(line)).type == "stats", "\(line)")
        }
        try runtime("kill", container.id, "KILL")
        let process = try container.process
        if process > 0 { _ = container.exitCode(of: process) }
        #expect(program.wait(seconds: 5).status == 0)
    }

    @Test(.controller("hugetlb")) func anEmptyUpdateChangesNothing() throws {
        let runtime = try runtime()
        let container = try runtime.running()
        for words in [["--resources", "-"], ["--resources=-"], ["-r", "-"]] {
            let ended = try runtime.run(["update"] + words + [container.id], input: "{}")
            #expect(ended == Outcome(status: 0, output: "", errors: ""), "\(words)")
        }
        let file = try runtime.file("resources.json", "{}")
        #expect(try runtime("update", "--resources", file, container.id) == Outcome(status: 0, output: "", errors: ""))
        #expect(container.status == "running")
    }

    @Test func anUpdateIsReadStrictly() throws {
        let runtime = try runtime()
        let container = try runtime.running()
        #expect(try runtime("update", "--resources", "-", container.id, input: "{").status == 1)
        #expect(try runtime("update", "--resources", runtime.folder + "/none", container.id).status == 1)
        #expect(
            try runtime("update", "--resources", "-", container.id, input: "{\"memory\":{\"limit\":\"x\"}}").status == 1
        )
        #expect(container.status == "running")
    }

    @Test(.controller("memory"), .controller("pids")) func anUpdateIsSeenInTheCgroup() throws {
        let runtime = try runtime()
        let container = try runtime.running()
        let limits = #"{"memory":{"limit":67108864},"pids":{"limit":50}}"#
        #expect(try runtime("update", "--resources", "-", container.id, input: limits).status == 0)
        #expect(
            try container.exec("cat", "/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/pids.max").lines == [
                "67108864", "50",
            ])
        #expect(try runtime("update", "--memory", "128M", "--pids-limit", "60", container.id).status == 0)
        #expect(
            try container.exec("cat", "/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/pids.max").lines == [
                "134217728", "60",
            ])
    }
}
