// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// The power is cut while containers start: those that were reported are there after the next boot, whole.
@Suite(.commands, .box, .enabled(if: Disk.obstacle == nil, Comment(rawValue: Disk.obstacle ?? "")))
struct ContainerCutTests {
    private static let count = 20

    /// What a cut of power ends besides the disk: every process, and what was in memory.
    private func endMachine(_ box: Box) throws {
        let ended = try box.shell(
            """
            # A supervisor has its name a moment after its command has returned, and until then the command's.
            while p=$(pgrep -f '^minibox: [c]ut-|[s]leep 98765'); do kill -9 $p 2>/dev/null; sleep 0.05; done
            while :; do
                for t in $(awk '$9 == "cgroup2" || $10 == "cgroup2" { print $5 }' /proc/self/mountinfo); do
                    find $t/minibox -mindepth 1 -depth -type d -exec rmdir {} + 2>/dev/null
                done
                [ -z "$(find $t/minibox -mindepth 1 -type d 2>/dev/null)" ] && break; sleep 0.05
            done
            rm -rf \(box.runRoot)/containers \(box.runRoot)/ids \(box.runRoot)/events*
            """, timeout: 60)
        try #require(ended.status == 0, "\(ended)")
    }

    @Test(.timeLimit(.minutes(15)), arguments: [0.2, 0.5, 0.9]) func ofTwenty(part: Double) throws {
        let box = try box()
        let disk = try Disk(box, mebibytes: 128)
        let environment = ["MINIBOX_ROOT": disk.path + "/root"]
        try #require(
            try box.run(["import", TestMachine.archive("busybox"), "busybox"], environment: environment).status == 0)
        func start(_ number: Int) throws -> Outcome {
            try box.run(
                ["run", "-d", "--restart", "always", "--name", "cut-\(number)", "busybox", "sleep", "98765"],
                environment: environment)
        }
        // How long one takes depends on what else the machine does.
        let begin = Date()
        try #require(try start(0).status == 0)
        let milliseconds = Date().timeIntervalSince(begin) * 1000 * Double(Self.count) * part
        var told: Set<String> = ["cut-0"]
        try disk.cut(afterMilliseconds: milliseconds) {
            guard told.count < Self.count else {
                usleep(10_000)
                return
            }
            let outcome = try start(told.count)
            // Whatever it says of a disk without power.
            // Nor of one that runs, and says that it cannot be written down that it is to come back.
            guard outcome.status == 0, outcome.errors.isEmpty else {
                throw Disk.Failure(words: "input/output error: \(outcome)")
            }
            told.insert("cut-\(told.count)")
        }
        try endMachine(box)
        try disk.restart()

        let list = try box.run(["ps", "-a", "--format", "{{.Names}} {{.State}}"], environment: environment)
        #expect(list.status == 0, "\(list)")
        let found = Dictionary(
            list.lines.map { $0.split(separator: " ").map(String.init) }.map { ($0[0], $0[1]) }
        ) { first, _ in first }
        for name in told { #expect(found[name] == "exited", "\(name), which was reported: \(list)") }
        #expect(found.count <= told.count + 1, "\(list)")
        #expect(try box.run(["system", "check"], environment: environment).status == 0)
        let back = try box.run(["system", "start"], environment: environment)
        #expect(back.status == 0, "\(back)")
        #expect(try box.run(["ps", "-q"], environment: environment).lines.count >= told.count)
        #expect(try box.run(["exec", "cut-0", "true"], environment: environment).status == 0)
        let removed = try box.run(["rm", "-f"] + found.keys.sorted(), timeout: 60, environment: environment)
        #expect(removed.status == 0, "\(removed)")
        for folder in ["containers", "names"] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(disk.path)/root/\(folder)")) ?? []
            #expect(names.isEmpty, "\(folder): \(names)")
        }
        #expect(try box.run(["run", "--rm", "busybox", "true"], environment: environment).status == 0)
    }
}
