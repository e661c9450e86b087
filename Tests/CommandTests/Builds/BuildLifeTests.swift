// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Builds that are interrupted, killed, or whose steps are: nothing is left, and the next one comes out right.
@Suite(.commands, .emptyBox) struct BuildLifeTests {
    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func aSignalEndsAStepThatHangs(_ signal: Int32) throws {
        let context = try BuildContext("FROM busybox\nRUN trap '' TERM INT HUP; echo ready; sleep 1000\n")
        let program = try context.start()
        #expect(program.waitForErrors(" ready\n"))
        program.send(signal)
        let outcome = program.wait(seconds: 10)
        #expect(outcome.status == 130, "\(outcome)")
        #expect(try !context.isBuilt)
        try context.expectWhole("signal \(signal)")
    }

    @Test func aSignalEndsStepsThatGoSideBySide() throws {
        let context = try BuildContext(
            """
            FROM busybox AS one
            RUN echo one; sleep 1000
            FROM busybox AS two
            RUN echo two; sleep 1001
            FROM busybox
            COPY --from=one / /one
            COPY --from=two / /two
            """)
        let program = try context.start()
        let bothRun = Clock.wait(seconds: 10) {
            _ = program.waitForErrors("never", seconds: 0.02)
            return (try? context.box.shell("pgrep -fc '^sleep 100[01]$'").text) == "2"
        }
        #expect(bothRun)
        program.send(SIGINT)
        #expect(program.wait(seconds: 10).status == 130)
        try context.expectWhole("side by side")
    }

    @Test func whatAStepLeavesRunningIsEnded() throws {
        let context = try BuildContext("FROM busybox\nRUN (sleep 4321 &) ; setsid sleep 4322 & echo started\n")
        try context.expectBuilt()
        try context.expectWhole("background")
        let processes = try context.box.shell("ps -e -o args= | grep -c '[s]leep 432' || true")
        #expect(processes.text == "0")
    }

    @Test func theRunnerOfAStepIsKilled() throws {
        let context = try BuildContext("FROM busybox\nRUN echo ready; sleep 1000\n")
        let program = try context.start()
        #expect(program.waitForErrors(" ready\n"))
        let runners = program.children
        #expect(!runners.isEmpty)
        for runner in runners { kill(runner, SIGKILL) }
        let outcome = program.wait(seconds: 10)
        #expect(outcome.status == 1 || outcome.status == 125, "\(outcome)")
        #expect(!outcome.errors.isEmpty)
        try context.expectWhole("runner")
        try context.write("Dockerfile", "FROM busybox\nRUN echo right >/file\n")
        try context.expectBuilt()
        #expect(try context.run("cat", "/file") == "right")
    }

    /// A build of each kind of step.
    private static let everything = """
        FROM busybox AS made
        WORKDIR /made
        RUN --mount=type=cache,target=/c echo made >/made/file && echo x >>/c/x
        FROM busybox
        COPY files /files
        RUN rm -r /home && echo changed >/etc/group
        COPY --from=made --chown=1:2 /made /made
        ADD a.txt /added
        RUN cat /made/file /files/1 >/both
        """

    private func context() throws -> BuildContext {
        let files = Dictionary(uniqueKeysWithValues: (1...50).map { ("files/\($0)", "file \($0)\n") })
        return try BuildContext(Self.everything, files: files.merging(["a.txt": "a"]) { $1 })
    }

    @Test func ofTheBuildAtAnyMomentLeavesTheStoreWhole() throws {
        let context = try context()
        let start = Clock.now
        try context.expectBuilt("--no-cache")
        let whole = Clock.now - start
        // From before the first step to after the last, more often where it is short.
        for moment in stride(from: 0.0, to: whole * 1.1, by: max(whole / 40, 0.002)) {
            try context.write("files/1", "file at \(moment)\n")
            let program = try context.start()
            usleep(useconds_t(moment * 1_000_000))
            program.stop()
            try context.expectWhole("killed after \(moment) s")
            #expect(try context.run("cat", "/made/file") == "made")
        }
        try context.expectBuilt()
        #expect(try context.run("cat", "/both").hasPrefix("made\nfile at"))
    }

    @Test func ofTheBuildInEachStepIsMadeUpForByTheNext() throws {
        for step in 1...5 {
            let lines = (1...5).map { number in
                number == step ? "RUN echo at-\(step); sleep 1000" : "RUN echo \(number) >>/order"
            }
            let context = try BuildContext((["FROM busybox"] + lines).joined(separator: "\n") + "\n")
            let program = try context.start()
            #expect(program.waitForErrors(" at-\(step)\n"))
            program.stop()
            try context.expectWhole("step \(step)")
            try context.write(
                "Dockerfile", (["FROM busybox"] + (1...5).map { "RUN echo \($0) >>/order" }).joined(separator: "\n"))
            try context.expectBuilt()
            #expect(try context.run("cat", "/order") == "1\n2\n3\n4\n5")
        }
    }
}
