// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// A job or a service that is ended by its cgroup does not take containers along.
@Suite(.commands, .box, .wholeStore) struct CgroupKillTests {
    private func tree() throws -> String {
        try #require(
            ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].first {
                FileManager.default.fileExists(atPath: $0 + "/cgroup.procs")
            })
    }

    @Test func aSupervisorIsNotOfTheCommandsCgroup() throws {
        let box = try box()
        let job = try tree() + "/job-of-a-test"
        try FileManager.default.createDirectory(atPath: job, withIntermediateDirectories: false)
        box.atEnd { rmdir(job) }
        box.atEnd { _ = try? box("rm", "-f", "survives") }
        let outcome = try box.shell(
            """
            echo 0 >\(job)/cgroup.procs
            $MINIBOX run -d --name survives busybox sleep 1000
            $MINIBOX exec -d survives sleep 500
            cat \(job)/cgroup.procs
            """)
        #expect(outcome.status == 0, "\(outcome)")
        // It has its name a moment after the command has returned.
        #expect(Clock.wait { (try? box.shell("pgrep -xf 'minibox: survives'").lines.count) == 1 })
        #expect(try String(contentsOfFile: job + "/cgroup.procs", encoding: .utf8).isEmpty)
        try "1".write(toFile: job + "/cgroup.kill", atomically: false, encoding: .utf8)
        usleep(200_000)
        #expect(try box.shell("pgrep -xf 'minibox: survives'").lines.count == 1)
        #expect(try box("stop", "-t", "0", "survives").status == 0)
        #expect(try box("inspect", "-f", "{{.State.ExitCode}}", "survives").text == "137")
    }
}
