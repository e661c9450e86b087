// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// A container that has ended, and whose supervisor is not done yet.
@Suite(
    .commands, .box, .wholeStore,
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/strace"), "needs strace: run scripts/setup"))
struct CleanUpTests {
    @Test func aRemovalWaitsForIt() throws {
        let box = try box()
        box.atEnd { _ = try? box("rm", "-f", "ended") }
        let script = "while [ ! -e /go ]; do sleep 0.05; done; exit 3"
        try #require(try box("run", "-d", "--name", "ended", "busybox", "sh", "-c", script).status == 0)
        var supervisor: pid_t = 0
        // It has its name a moment after the command has returned.
        try #require(
            Clock.wait {
                supervisor = (try? box.shell("pgrep -xf 'minibox: ended'").text).flatMap { pid_t($0) } ?? 0
                return supervisor > 0
            })
        let tracer = try RunningProgram(
            [
                "/usr/bin/strace", "-p", "\(supervisor)", "-o", box.folder + "/strace", "-e", "trace=unlinkat", "-e",
                "inject=unlinkat:delay_enter=600000000:when=1",
            ], environment: box.environment)
        box.atEnd { tracer.stop() }
        try #require(tracer.waitForErrors("attached", seconds: 60), "\(tracer.errorsSoFar)")
        // It may be killed before it has ended: with its file the container ends.
        try box("exec", "ended", "touch", "/go")
        // Held before the first thing that it takes away.
        try #require(
            Clock.wait(seconds: 60) {
                CallUnderWay(of: supervisor) == .unlinkat && ProcessState(of: supervisor) == .held
            })
        let removing = try box.start("rm", "ended")
        #expect(
            Clock.wait(seconds: 60) {
                CallUnderWay(of: removing.process) == .clockNanosleep || ProcessState.hasEnded(removing.process)
            })
        tracer.stop()
        let removed = removing.wait()
        #expect(removed.status == 0, "\(removed)")
        #expect(try box("ps", "-aq").text.isEmpty)
    }
}
