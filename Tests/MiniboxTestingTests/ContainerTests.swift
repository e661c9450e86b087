// SPDX-License-Identifier: Apache-2.0
import Foundation
import MiniboxTesting
import TestSupport
import Testing

@Suite(.commands, .installed) struct ContainerTests {
    private func withContainer<R>(
        _ script: String, _ options: ContainerOptions = ContainerOptions(), image: String = "busybox",
        _ work: (Container) async throws -> R
    ) async throws -> R {
        let container = try await Container.run(image: image, command: ["sh", "-c", script], options: options)
        do {
            let result = try await work(container)
            try await container.remove()
            return result
        } catch {
            try await container.remove()
            throw error
        }
    }

    private let waits = "trap 'exit 7' TERM; echo ready; while :; do sleep 0.05; done"

    @Test func commandsTellHowTheyEnded() async throws {
        try await withContainer(waits) { container in
            #expect(container.id.count == 64)
            let result = try await container.exec(
                ["sh", "-c", "echo $WHO; pwd; cat; echo no >&2; exit 3"], environment: ["WHO": "me"],
                workingDirectory: "/tmp", input: "typed")
            #expect(result == CommandResult(exitCode: 3, standardOutput: "me\n/tmp\ntyped", standardError: "no\n"))
            #expect(try await container.shell("id -u").text == "0")
            #expect(try await container.exec(["id", "-u"], user: "12").text == "12")
            let error = await #expect(throws: MiniboxError.self) { try await container.exec(["no-such-program"]) }
            #expect(error?.exitCode == 127 && error?.code == .commandFailed)
            #expect(error?.standardError.contains("no-such-program") == true)
        }
    }

    @Test func logsStopWaitAndStartAgain() async throws {
        try await withContainer(waits, ContainerOptions(readiness: .logLine("ready"))) { container async throws in
            #expect(try await container.logs().lines == ["ready"])
            #expect(try await container.state().isRunning)
            async let code = container.wait(timeout: .seconds(600))
            // Its end comes by the signal, however late it hears of that.
            try await container.stop(timeout: .seconds(600))
            #expect(try await code == 7)
            let ended = try await container.state()
            #expect(ended.status == "exited" && ended.exitCode == 7 && ended.health == nil)
            try await container.start(readiness: .logLine("ready", count: 2))
            try await container.kill()
            #expect(try await container.wait() == 137)
        }
    }

    @Test func filesGoInAndOut() async throws {
        let folder = NSTemporaryDirectory() + "/copied-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try "text".write(toFile: folder + "/in", atomically: false, encoding: .utf8)
        try await withContainer(waits) { container in
            try await container.copy(from: folder + "/in", toContainer: "/tmp/file")
            #expect(try await container.exec(["cat", "/tmp/file"]).text == "text")
            try await container.copy(fromContainer: "/tmp/file", to: folder + "/out")
            #expect(try String(contentsOfFile: folder + "/out", encoding: .utf8) == "text")
            await #expect(throws: MiniboxError.self) {
                try await container.copy(fromContainer: "/none", to: folder + "/none")
            }
        }
    }

    @Test func optionsAreFlags() async throws {
        let options = ContainerOptions(
            name: "named-\(getpid())", environment: ["A": "1", "B": "two words"],
            mounts: [
                .tmpfs("/scratch"), .bind("/usr", at: "/host", readOnly: true), .volume("v-\(getpid())", at: "/v"),
            ],
            user: "12:13", workingDirectory: "/tmp", labels: ["key": "value"], flags: ["--hostname", "host"])
        let text = try await withContainer(waits, options) { container in
            try await container.shell(
                "echo $A $B $(id -u):$(id -g) $(pwd) $(hostname); grep -cE ' /(scratch|host|v) ' /proc/mounts"
            ).lines
        }
        #expect(text == ["1 two words 12:13 /tmp host", "3"])
        try await Minibox.current.succeed(["volume", "rm", "v-\(getpid())"])
    }

    @Test func readinessByHealthCommandAndEnd() async throws {
        let late = "sleep 0.3; touch /tmp/up; \(waits)"
        let check = ContainerOptions.HealthCheck("test -e /tmp/up", interval: .milliseconds(50), retries: 100_000)
        try await withContainer(late, ContainerOptions(healthCheck: check, readiness: .healthy)) {
            container async throws in
            #expect(try await container.state().health == "healthy")
            #expect(try await container.shell("test -e /tmp/up").exitCode == 0)
        }
        try await withContainer(late, ContainerOptions(readiness: .command("test", "-e", "/tmp/up"))) {
            container async throws in
            #expect(try await container.shell("test -e /tmp/up").exitCode == 0)
        }
        try await withContainer("exit 4", ContainerOptions(readiness: .exited(4))) { container async throws in
            #expect(try await container.state().exitCode == 4)
        }
    }

    @Test func whatDoesNotBecomeReadyIsToldAndRemoved() async throws {
        func failure(
            _ script: String, _ readiness: Readiness, within seconds: Int = 60
        ) async -> MiniboxError? {
            await #expect(throws: MiniboxError.self) {
                try await withContainer(
                    script, ContainerOptions(readiness: readiness, startTimeout: .seconds(seconds))
                ) { _ in }
            }
        }
        let early = await failure("echo dying; exit 5", .logLine("ready"))
        #expect(early?.code == .exitedEarly && early?.standardError.contains("dying") == true, "\(early as Any)")
        #expect(early?.message.contains("ended with 5") == true)
        // What it wrote before the time was over is told: how much time it needs for that nobody knows.
        var never: MiniboxError?
        for seconds in [3, 30, 300] where never?.standardError.contains("waiting") != true {
            never = await failure("echo waiting; sleep 10000", .logLine("ready"), within: seconds)
        }
        #expect(never?.code == .timedOut && never?.standardError.contains("waiting") == true, "\(never as Any)")
        #expect(await failure(waits, .healthy)?.message.contains("no health check") == true)
        #expect(await failure("exit 5", .exited(0))?.code == .exitedEarly)
        let missing = await #expect(throws: MiniboxError.self) { try await Container.run(image: "no-such-image") }
        #expect(missing?.exitCode == 125 && missing?.standardError.contains("no-such-image") == true)
        #expect("\(missing!)".contains("run -d --lease"))
    }

    @Test func aProgramThatIsMissingIsNamed() async throws {
        let none = Minibox(command: ["/no/such/minibox"])
        let error = await #expect(throws: MiniboxError.self) { try await Container.run(image: "busybox", on: none) }
        #expect(error?.code == .programMissing && error?.message.contains("/no/such/minibox") == true)
    }

    @Test func aTaskThatIsCancelledWaitsForNothing() async throws {
        try await withContainer(waits) { container in
            let task = Task { try await container.wait(timeout: .seconds(10000)) }
            try await Task.sleep(for: .milliseconds(200))
            task.cancel()
            let cancelled = await #expect(throws: MiniboxError.self) { try await task.value }
            #expect(cancelled?.message.contains("cancelled") == true, "\(cancelled as Any)")
            let error = await #expect(throws: MiniboxError.self) {
                try await container.wait(timeout: .milliseconds(200))
            }
            #expect(error?.code == .timedOut)
            #expect(try await container.state().isRunning)
        }
    }

    @Test func manyAtOnce() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask {
                    let container = try await Container.run(image: "busybox", command: ["sh", "-c", "exit \(number)"])
                    #expect(try await container.wait() == number)
                    try await container.remove()
                    try await container.remove()
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func imagesAreBuilt() async throws {
        let folder = NSTemporaryDirectory() + "/context-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try "FROM busybox\nARG WHO\nRUN echo built for $WHO >/built\n".write(
            toFile: folder + "/Dockerfile", atomically: false, encoding: .utf8)
        let image = try await Minibox.current.build(context: folder, tag: "built:test", arguments: ["WHO": "you"])
        try await withContainer("cat /built", ContainerOptions(readiness: .exited()), image: image) {
            container async throws in
            #expect(try await container.logs().text == "built for you")
        }
        try await Minibox.current.succeed(["rmi", image])
    }

    /// A test process that is killed leaves nothing: the lease is its own.
    @Test func aProcessThatIsKilledLeavesNothing() async throws {
        await #expect(processExitsWith: .signal(SIGKILL)) {
            let container = try await Container.run(image: "busybox", command: ["sleep", "1000"])
            guard try await container.state().isRunning else { return }
            kill(getpid(), SIGKILL)
        }
        #expect(
            Clock.wait(seconds: 60) {
                (try? FileManager.default.contentsOfDirectory(atPath: InstalledTrait.root + "/containers")) ?? []
                    == []
            })
        // Its files go before its record.
        var left = ["not asked"]
        for _ in 0..<600 where !left.isEmpty {
            left = try await Minibox.current.succeed(["ps", "-aq"]).lines
            if !left.isEmpty { try await Task.sleep(for: .milliseconds(100)) }
        }
        #expect(left.isEmpty)
    }
}
