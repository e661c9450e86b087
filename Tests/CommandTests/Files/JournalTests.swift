// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `--log-driver journald`.
@Suite(.commands, .box) struct JournalTests {
    private static let journal = "/lib/systemd/systemd-journald"

    @Test func withoutAJournalItIsSaid() throws {
        guard !FileManager.default.fileExists(atPath: "/run/systemd/journal/socket") else { return }
        let refused = try box()("run", "-d", "--log-driver", "journald", "busybox", "true")
        #expect(refused.status == 125 && refused.errors.contains("there is no journal at /run/systemd"), "\(refused)")
        let options = try box()("create", "--log-driver", "journald", "--log-opt", "max-size=1m", "busybox", "true")
        #expect(options.errors.contains("journald.conf"))
    }

    /// The journal's own program, where it is installed; the test host has a /run of its own.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: journal))) func whatIsWrittenIsInTheJournal() throws
    {
        let box = try box()
        guard !FileManager.default.fileExists(atPath: "/run/systemd/journal/socket") else { return }
        let started = try box.shell(
            "mkdir -p /run/systemd/journal /run/log/journal; \(Self.journal) >/dev/null 2>&1 & echo $! >'\(box.folder)/pid'"
        )
        box.atEnd { _ = try? box.shell("kill $(cat '\(box.folder)/pid'); rm -rf /run/systemd /run/log/journal") }
        #expect(started.status == 0)
        guard Clock.wait(seconds: 5, until: { FileManager.default.fileExists(atPath: "/run/systemd/journal/socket") })
        else {
            return
        }
        let script = "echo out; echo err >&2; printf end; trap 'exit 0' TERM; while :; do sleep 0.1; done"
        let run = try box(
            "run", "-d", "--name", "noted", "--log-driver", "journald", "--log-opt", "tag={{.Name}}", "busybox", "sh",
            "-c",
            script)
        try #require(run.status == 0, "\(run)")
        box.atEnd { _ = try? box("rm", "-f", "noted") }
        #expect(
            Clock.wait {
                (try? box("logs", "noted").output) == "out\n" && (try? box("logs", "noted").errors) == "err\n"
            })
        let following = try box.start("logs", "-f", "noted")
        #expect(following.waitForOutput("out"))
        try box("stop", "-t", "1", "noted")
        #expect(following.wait().output == "out\nend")
        #expect(try box("logs", "-n", "1", "noted").output == "end")
        let field = try box.shell("journalctl -q -o cat --output-fields=CONTAINER_TAG CONTAINER_NAME=noted | head -1")
        #expect(field.text == "noted")
    }
}
