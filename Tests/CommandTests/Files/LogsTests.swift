// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `logs` of containers that run and of those that have ended.
@Suite(.commands, .box) struct LogsTests {
    /// A container that has written two lines and an error, and has ended.
    private func ended(_ flags: String...) throws -> Box {
        let box = try box()
        try box.run(
            ["run", "-d", "--name", "told"] + flags + [
                "busybox", "sh", "-c", "echo one; echo two; sleep 0.1; echo bad >&2",
            ])
        box.atEnd { _ = try? box("rm", "-f", "told") }
        #expect(try box("wait", "told").text == "0")
        return box
    }

    @Test func eachStreamGoesWhereItCameFrom() throws {
        let box = try ended()
        let logs = try box("logs", "told")
        #expect(logs.status == 0 && logs.output == "one\ntwo\n" && logs.errors == "bad\n", "\(logs)")
        #expect(try box("container", "logs", "told").output == "one\ntwo\n")
        #expect(try box("logs", "--tail", "2", "told").output == "two\n")
        #expect(try box("logs", "-n", "1", "told").output == "")
        #expect(try box("logs", "--tail", "all", "told").output == "one\ntwo\n")
        #expect(try box("logs", "--since", "1h", "told").output == "one\ntwo\n")
        #expect(try box("logs", "--until", "1h", "told").output == "")
        let stamped = try box("logs", "-t", "told").lines
        #expect(stamped.count == 2 && stamped.allSatisfy { $0.dropFirst(29).first == "Z" }, "\(stamped)")
        #expect(try box("logs", "none").errors.contains("there is no container none"))
    }

    @Test func aTerminalsOutputIsOneStream() throws {
        let box = try ended("-t")
        #expect(try box("logs", "told").output == "one\r\ntwo\r\nbad\r\n")
    }

    @Test func followingEndsWithTheContainer() throws {
        let box = try box()
        try box("run", "-d", "--name", "slow", "busybox", "sh", "-c", "for i in 1 2 3; do echo $i; sleep 0.3; done")
        box.atEnd { _ = try? box("rm", "-f", "slow") }
        let program = try box.start("logs", "-f", "slow")
        #expect(program.waitForOutput("1\n"))
        let all = program.wait(seconds: 10)
        #expect(all.status == 0 && all.output == "1\n2\n3\n", "\(all)")
    }

    @Test func followingGoesOnAcrossRotation() throws {
        let box = try box()
        let folder = try box.directory("seen")
        // It goes on when what it has written was seen: files that are rotated away cannot be read any more.
        try box(
            "run", "-d", "--name", "much", "-v", folder + ":/seen:ro", "--log-opt", "max-size=2k", "--log-opt",
            "max-file=3", "busybox", "sh", "-c",
            """
            i=0; while [ $i -lt 200 ]; do
            echo line $i; i=$((i+1)); [ $((i % 20)) = 0 ] && until [ -e /seen/$i ]; do sleep 0.02; done
            done; true
            """)
        box.atEnd { _ = try? box("rm", "-f", "much") }
        let follower = try box.start("logs", "--follow", "much")
        for count in stride(from: 20, through: 200, by: 20) {
            #expect(follower.waitForOutput("line \(count - 1)\n"))
            try "".write(toFile: "\(folder)/\(count)", atomically: false, encoding: .utf8)
        }
        let all = follower.wait(seconds: 20)
        #expect(all.output == (0..<200).map { "line \($0)\n" }.joined(), "\(all.output.count)")
        let kept = try box("logs", "much").lines
        #expect(kept.last == "line 199" && kept.count < 100)
    }

    @Test func aRestartIsFollowed() throws {
        let box = try box()
        try box(
            "run", "-d", "--name", "again", "--restart", "on-failure:1", "busybox", "sh", "-c", "echo here; exit 1")
        box.atEnd { _ = try? box("rm", "-f", "again") }
        #expect(try box.start("logs", "-f", "again").wait(seconds: 10).output == "here\nhere\n")
    }

    @Test func withoutADriverThereIsNothingToRead() throws {
        let box = try ended("--log-driver", "none")
        let refused = try box("logs", "told")
        #expect(refused.status != 0 && refused.errors.contains("configured logging driver does not support reading"))
    }

    @Test func detailsAreThoseOfTheOptions() throws {
        let box = try ended(
            "--label", "a=1", "-e", "B=2", "--log-opt", "labels=a", "--log-opt", "env=B", "--log-opt", "tag={{.Name}}")
        #expect(try box("logs", "--details", "told").lines == ["B=2,a=1,tag=told one", "B=2,a=1,tag=told two"])
    }

    @Test func whatWasNeverStartedHasWrittenNothing() throws {
        let box = try box()
        try box("create", "--name", "made", "busybox", "true")
        box.atEnd { _ = try? box("rm", "made") }
        let logs = try box("logs", "-f", "made")
        #expect(logs.status == 0 && logs.output == "" && logs.errors == "")
    }
}
