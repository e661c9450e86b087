// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// What happens when the machine has no more: a line that says so, code 125, and nothing left.
@Suite(.commands, .box, .wholeStore) struct ResourceTests {
    /// A small file system at `path`, unmounted at the end.
    private func mount(_ name: String, _ options: String) throws -> String {
        let path = try box().directory(name)
        let outcome = try box().shell("mount -t tmpfs -o \(options),mode=755 tmpfs \(path)")
        try #require(outcome.status == 0, "\(outcome)")
        let box = try box()
        box.atEnd { _ = try? box.shell("umount -l \(path)") }
        return path
    }

    private func expectClean(_ places: [String], _ environment: [String: String]) throws {
        let outcome = try box().run(["ps", "-a"], environment: environment)
        #expect(outcome.status == 0 && outcome.lines.count == 1, "\(outcome)")
        for place in places {
            var left: Outcome?
            // Who cleans up may do so after the command has returned.
            let isClean = try Clock.wait(seconds: 60) {
                left = try box().shell(
                    "find \(place)/containers \(place)/ids \(place)/names \(place)/images/staging -mindepth 1 2>/dev/null | grep -v -e '\\.gate$' -e '\\.holders$'"
                )
                return left?.output.isEmpty == true
            }
            #expect(isClean, "\(String(describing: left))")
        }
    }

    @Test func ofDescriptorsThereAreTooFew() throws {
        for count in 4...30 {
            let outcome = try box().shell("ulimit -n \(count); $MINIBOX run --rm busybox true")
            #expect(outcome.status == 0 || outcome.status == 125, "\(count): \(outcome)")
            if outcome.status == 125 { #expect(outcome.errors.contains("too many open files"), "\(count): \(outcome)") }
            try expectClean([try box().runRoot], [:])
        }
    }

    @Test func ofDiskThereIsNone() throws {
        let root = try mount("small", "size=3m")
        let environment = ["MINIBOX_ROOT": root]
        #expect(
            try box().run(["import", TestMachine.archive("busybox"), "busybox"], environment: environment).status == 125
        )
        #expect(try box().run(["images", "-q"], environment: environment).lines.isEmpty)
        try expectClean([root], environment)
        _ = try box().shell("mount -o remount,size=8m \(root)")
        #expect(
            try box().run(["import", TestMachine.archive("busybox"), "busybox"], environment: environment).status == 0)
        let inside = try box().run(
            ["run", "--rm", "busybox", "sh", "-c", "head -c 20000000 /dev/zero >/big"], environment: environment)
        #expect(inside.status == 1 && inside.errors.contains("head: "), "\(inside)")
        _ = try box().shell("head -c 20000000 /dev/zero >\(root)/filler")
        for words in [["--rm"], ["--name", "none"]] {
            let outcome = try box().run(["run"] + words + ["busybox", "true"], environment: environment)
            #expect(outcome.status == 0 || outcome.status == 125, "\(outcome)")
            if outcome.status == 125 { #expect(outcome.errors.contains("no space left on device"), "\(outcome)") }
            _ = try box().run(["rm", "-f", "none"], environment: environment)
            try expectClean([root, try box().runRoot], environment)
        }
        try FileManager.default.removeItem(atPath: root + "/filler")
        #expect(try box().run(["run", "--rm", "busybox", "true"], environment: environment).status == 0)
    }

    /// A container that ended with the disk full is still there.
    @Test func ofDiskThereIsNoneAtTheEnd() throws {
        let root = try mount("filled", "size=8m")
        let environment = ["MINIBOX_ROOT": root]
        #expect(
            try box().run(["import", TestMachine.archive("busybox"), "busybox"], environment: environment).status == 0)
        let outcome = try box().run(
            ["run", "--name", "filler", "busybox", "sh", "-c", "head -c 20000000 /dev/zero >/big; exit 3"],
            environment: environment)
        #expect(outcome.status == 3, "\(outcome)")
        #expect(try box().run(["ps", "-a"], environment: environment).output.contains("filler"))
        let removed = try box().run(["rm", "filler"], environment: environment)
        #expect(removed.status == 0, "\(removed)")
        try expectClean([root, try box().runRoot], environment)
    }

    @Test(arguments: [
        "size=16k", "size=64k", "nr_inodes=3", "nr_inodes=6", "nr_inodes=8", "nr_inodes=10", "nr_inodes=12",
    ])
    func ofTheRunDirectoryThereIsNone(_ options: String) throws {
        let root = try mount("run", options)
        let environment = ["MINIBOX_RUN_ROOT": root]
        for _ in 0..<3 {
            let outcome = try box().run(["run", "--rm", "busybox", "true"], environment: environment)
            #expect(outcome.status == 0 || outcome.status == 125, "\(outcome)")
            if outcome.status == 125 { #expect(outcome.errors.contains("no space left on device"), "\(outcome)") }
            try expectClean([root], environment)
        }
    }

    @Test(arguments: [
        "size=16k", "size=64k", "size=128k", "nr_inodes=3", "nr_inodes=6", "nr_inodes=8", "nr_inodes=10",
        "nr_inodes=12",
        "nr_inodes=14",
    ])
    func ofTheRunDirectoryThereIsNoneForOneThatLivesOn(_ options: String) throws {
        let root = try mount("run", options)
        let environment = ["MINIBOX_RUN_ROOT": root]
        for _ in 0..<3 {
            let outcome = try box().run(
                ["run", "-d", "--name", "lives", "busybox", "sleep", "1000"], environment: environment)
            #expect(outcome.status == 0 || outcome.status == 125, "\(outcome)")
            if outcome.status == 125 { #expect(outcome.errors.contains("no space left on device"), "\(outcome)") }
            if outcome.status == 0 {
                #expect(try box().run(["exec", "lives", "true"], environment: environment).status == 0)
                let removed = try box().run(["rm", "-f", "lives"], environment: environment)
                #expect(removed.status == 0, "\(removed)")
            }
            try expectClean([root], environment)
        }
    }

    /// Containers that run when it is filled go on, and are asked and removed.
    @Test func theRunDirectoryFillsUp() throws {
        let root = try mount("run", "size=2m")
        let box = try box()
        let environment = ["MINIBOX_RUN_ROOT": root]
        let names = (1...4).map { "held-\($0)" }
        for name in names {
            let script = "trap 'exit 3' TERM; echo ready; while :; do sleep 0.05; done"
            try box.run(
                ["run", "-d", "--restart", "always", "--name", name, "busybox", "sh", "-c", script],
                environment: environment)
        }
        box.atEnd { _ = try? box.run(["rm", "-f"] + names, environment: environment) }
        #expect(
            Clock.wait {
                names.allSatisfy { (try? box.run(["logs", $0], environment: environment).text) == "ready" }
            })
        let filled = try box.shell("head -c 20000000 /dev/zero >\(root)/filler; df \(root) | tail -1")
        #expect(filled.output.contains("100%"), "\(filled)")
        let refused = try box.run(["run", "--rm", "busybox", "true"], environment: environment)
        #expect(refused.status == 125 && refused.errors.contains("no space left on device"), "\(refused)")
        #expect(try box.run(["ps", "-q"], environment: environment).lines.count == 4)
        #expect(try box.run(["logs", "held-1"], environment: environment).text == "ready")
        #expect(try box.run(["exec", "held-1", "echo", "in"], environment: environment).text == "in")
        #expect(try box.run(["stop", "held-1"], environment: environment).status == 0)
        #expect(
            try box.run(["inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", "held-1"], environment: environment)
                .text == "exited 3")
        #expect(try box.run(["rm", "held-1"], environment: environment).status == 0)
        #expect(try box.run(["rm", "-f", "held-2"], environment: environment).status == 0)
        // A supervisor that is killed there has left nothing that the next command cannot find.
        let ended = try box.shell(
            "until pkill -9 -xf 'minibox: held-3'; do sleep 0.05; done; while pgrep -xf 'minibox: held-3'; do sleep 0.05; done"
        )
        #expect(ended.status == 0, "\(ended)")
        #expect(try box.run(["ps", "-a"], environment: environment).status == 0)
        try FileManager.default.removeItem(atPath: root + "/filler")
        #expect(try box.run(["rm", "-f", "held-3", "held-4"], environment: environment).status == 0)
        try expectClean([root], environment)
        #expect(try box.run(["run", "--rm", "busybox", "true"], environment: environment).status == 0)
    }
}
