// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

/// Containers that are asked how they are.
@Suite(.commands, .box) struct HealthCommandTests {
    private func status(_ name: String) -> String {
        guard let text = try? box()("inspect", name).output,
            let line = text.split(separator: "\n").first(where: {
                $0.contains("\"healthy\"") || $0.contains("\"unhealthy\"") || $0.contains("\"starting\"")
            })
        else { return "" }
        return String(line.split(separator: "\"").last { $0.allSatisfy(\.isLetter) } ?? "")
    }

    private func start(_ flags: String...) throws -> Box {
        let box = try box()
        box.atEnd { _ = try? box("rm", "-f", "asked") }
        let run = try box.run(["run", "-d", "--name", "asked"] + flags + ["busybox", "sleep", "1000"])
        try #require(run.status == 0, "\(run)")
        return box
    }

    @Test func itIsStartingThenHealthyThenNot() throws {
        let box = try start(
            "--health-cmd", "echo asked; test ! -e /ill", "--health-interval", "100ms", "--health-retries", "2")
        #expect(status("asked") == "starting" || status("asked") == "healthy")
        #expect(Clock.wait { status("asked") == "healthy" })
        #expect(try box("inspect", "asked").output.contains("\"Output\": \"asked\\n\""))
        try box("exec", "asked", "touch", "/ill")
        #expect(Clock.wait { status("asked") == "unhealthy" })
        try box("exec", "asked", "rm", "/ill")
        #expect(Clock.wait { status("asked") == "healthy" })
    }

    @Test func anAnswerThatTakesTooLong() throws {
        let box = try start(
            "--health-cmd", "sleep 100", "--health-interval", "50ms", "--health-timeout", "200ms", "--health-retries",
            "1")
        #expect(Clock.wait { status("asked") == "unhealthy" })
        #expect(try box("inspect", "asked").output.contains("exceeded timeout (200ms)"))
    }

    @Test func theImageAsks() throws {
        let box = try box()
        let context = try box.directory("health")
        _ = try box.file(
            "health/Dockerfile", "FROM busybox\nHEALTHCHECK --interval=100ms CMD test -e /well\nCMD sleep 1000\n")
        try #require(try box("build", "-t", "health", context).status == 0)
        box.atEnd {
            _ = try? box("rm", "-f", "one", "two")
            _ = try? box("rmi", "-f", "health")
        }
        try box("run", "-d", "--name", "one", "health")
        try box("exec", "one", "touch", "/well")
        #expect(Clock.wait { status("one") == "healthy" })
        try box("run", "-d", "--name", "two", "--no-healthcheck", "health")
        #expect(status("two").isEmpty)
    }

    @Test func bothAtOnceAreRefused() throws {
        let refused = try box()("create", "--no-healthcheck", "--health-cmd", "true", "busybox")
        #expect(refused.status == 125 && refused.errors.contains("exclude each other"))
    }
}
