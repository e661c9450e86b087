// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Many at once, what hangs, what ends too early, and no room left.
@Suite(.runtimes, .runtime) struct RobustnessTests {
    @Test func manyAreCreatedAtOnce() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle()
        let ids = (0..<64).map { "many-\($0)" }
        let programs = try ids.map { try runtime.start(["create", "--bundle", bundle.path, $0]) }
        for program in programs {
            #expect(program.wait(seconds: 60, sharesStreams: true) == Outcome(status: 0, output: "", errors: ""))
        }
        #expect(Set(try runtime("list", "-q").lines) == Set(ids))
        let deletions = try ids.map { try runtime.start(["delete", $0]) }
        for program in deletions { #expect(program.wait(seconds: 60) == Outcome(status: 0, output: "", errors: "")) }
        #expect(try runtime("list", "-q").output == "")
    }

    @Test(.miniboxOnly) func ofManyWithOneIDOneIsCreated() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle()
        let programs = try (0..<8).map { _ in try runtime.start(["create", "--bundle", bundle.path, "same"]) }
        let outcomes = programs.map { $0.wait(sharesStreams: true) }
        #expect(outcomes.count { $0.status == 0 } == 1, "\(outcomes)")
        for outcome in outcomes where outcome.status != 0 {
            #expect(outcome.errors.contains("container with given ID already exists"), "\(outcome)")
        }
        #expect(try runtime("delete", "same").status == 0)
    }

    @Test func whatWasNeverFinishedIsDeletedByForce() throws {
        let runtime = try runtime()
        try FileManager.default.createDirectory(atPath: runtime.root + "/half", withIntermediateDirectories: true)
        chmod(runtime.root, 0o700)
        #expect(try runtime("delete", "--force", "half") == Outcome(status: 0, output: "", errors: ""))
        #expect(!FileManager.default.fileExists(atPath: runtime.root + "/half"))
    }

    @Test(.miniboxOnly) func aDamagedStateIsDeletedByForceAlone() throws {
        let runtime = try runtime()
        let container = try runtime.running()
        try "{".write(toFile: runtime.root + "/\(container.id)/state.json", atomically: false, encoding: .utf8)
        #expect(try runtime("delete", container.id).status == 1)
        #expect(try runtime("delete", "--force", container.id) == Outcome(status: 0, output: "", errors: ""))
    }

    @Test func aHookThatHangsIsEndedWhenItsTimeIsOver() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle {
            $0.hooks.createRuntime = [["path": "/bin/sleep", "args": ["sleep", "10000"], "timeout": 1]]
        }
        // Who waited for the hook would be killed, which is another status.
        let refused = try runtime("create", "--bundle", bundle.path, "hanging")
        #expect(refused.status == 1 && !refused.errors.isEmpty, "\(refused)")
        #expect(try runtime("list", "-q").output == "")
    }

    @Test(.miniboxOnly) func aCreateThatIsKilledInAHookThatHangsIsDeletedByForce() throws {
        let runtime = try runtime()
        let mark = runtime.folder + "/hook"
        let bundle = try runtime.bundle {
            $0.hooks.createRuntime = [
                ["path": "/bin/sh", "args": ["sh", "-c", .string("echo $$ >\(mark); exec sleep 10000")]]
            ]
        }
        let program = try runtime.start(["create", "--bundle", bundle.path, "hanging"])
        var hook: pid_t?
        #expect(
            Clock.wait {
                hook = runtime.contents(mark).flatMap { $0.hasSuffix("\n") ? pid_t($0.dropLast()) : nil }
                return hook != nil
            })
        #expect(FileManager.default.fileExists(atPath: runtime.root + "/hanging/journal"))
        kill(program.process, SIGKILL)
        _ = program.wait(sharesStreams: true)
        #expect(try runtime("delete", "--force", "hanging") == Outcome(status: 0, output: "", errors: ""))
        // The hook is the host's program, which nobody kills but us.
        if let hook { kill(hook, SIGKILL) }
    }

    @Test func poststopHooksRunAtTheDeletion() throws {
        let runtime = try runtime()
        let mark = runtime.folder + "/mark"
        let bundle = try runtime.bundle(script: "exit 0") {
            $0.hooks.poststop = [["path": "/bin/sh", "args": ["sh", "-c", .string("cat >\(mark)")]]]
        }
        let container = try runtime.create(bundle)
        let process = try container.process
        try container.start()
        #expect(container.exitCode(of: process) == 0)
        #expect(container.waits(for: "stopped"))
        #expect(runtime.contents(mark) == nil)
        #expect(try runtime("delete", container.id) == Outcome(status: 0, output: "", errors: ""))
        let state = try Document(text: try #require(runtime.contents(mark)))
        #expect(state.id == Document(container.id) && state.status == "stopped")
    }

    @Test(.miniboxOnly) func aFullStateDirectoryIsToldOfAndLeavesNothingBehind() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle()
        let place = runtime.folder + "/full"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        let mounted = try runtime.shell("mount -t tmpfs -o size=16k,mode=700 tmpfs \(place)")
        try #require(mounted.status == 0, "\(mounted)")
        runtime.atEnd { _ = try? runtime.shell("umount \(place)") }
        try runtime.shell("dd if=/dev/zero of=\(place)/.filler bs=4k count=100 2>/dev/null")
        let refused = try runtime("--root", place, "create", "--bundle", bundle.path, "none")
        #expect(refused.status == 1 && refused.errors.contains("no space left on device"), "\(refused)")
        #expect(try runtime("--root", place, "list", "-q").output == "")
    }

    @Test func aFrozenContainerIsDeletedInTime() throws {
        let runtime = try runtime()
        let container = try runtime.running(script: "for i in 1 2 3 4; do sleep 100 & done; wait") {
            $0.linux.namespaces.removeAll { $0.type == "pid" }
        }
        #expect(try runtime("pause", container.id).status == 0)
        // Who waited for them to thaw would be killed, which is another status.
        #expect(try runtime("delete", "--force", container.id) == Outcome(status: 0, output: "", errors: ""))
    }

    /// Neither a cgroup nor a pid namespace tells then which processes are the container's: its mount namespace does.
    @Test(.miniboxOnly, arguments: ["kill", "delete"])
    func withoutACgroupAndAPidNamespaceAllOfThemEnd(_ verb: String) throws {
        let runtime = try runtime()
        let id = runtime.newID()
        let bundle = try runtime.bundle(script: "sleep 300 & echo child $!; exec sleep 301") {
            $0.linux.namespaces.removeAll { $0.type == "pid" }
            $0.mounts = .array($0.mounts.array.filter { $0.type != "cgroup" })
        }
        let maker = try runtime.start(
            ["--cgroup-manager", "disabled", "run", "--detach", "--bundle", bundle.path, id])
        #expect(maker.waitForOutput("child"))
        #expect(maker.wait(sharesStreams: true).status == 0)
        let line = maker.outputSoFar.split(separator: "\n").first { $0.hasPrefix("child") }
        let child = try #require(line.flatMap { pid_t($0.dropFirst(6)) })
        let process = pid_t(try Document(text: runtime("state", id).output).pid.integer ?? 0)
        #expect(Clock.wait { runtime.contents("/proc/\(process)/cmdline") == "sleep\0301\0" })
        #expect(Clock.wait { runtime.contents("/proc/\(child)/cmdline") == "sleep\0300\0" })
        let ended = verb == "kill" ? try runtime("kill", id, "KILL") : try runtime("delete", "--force", id)
        #expect(ended == Outcome(status: 0, output: "", errors: ""))
        for process in [process, child] {
            // It is ours: its parents have ended.
            var word: Int32 = 0
            let isOver = Clock.wait(seconds: 10) { waitpid(process, &word, WNOHANG) == process }
            #expect(isOver && word & 0x7f == SIGKILL, "\(process)")
            if !isOver { kill(process, SIGKILL) }
        }
        #expect(try runtime("delete", "--force", id).status == 0)
    }

    @Test(.miniboxOnly, arguments: [true, false]) func runAdoptsOrphansUnlessItIsToldNotTo(_ adopts: Bool) throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle(script: "(sleep 10000 & echo orphan $!); sleep 10000") {
            $0.linux.namespaces.removeAll { $0.type == "pid" }
        }
        let program = try runtime.start(
            ["run"] + (adopts ? [] : ["--no-subreaper"]) + ["--bundle", bundle.path, "orphans"])
        #expect(program.waitForOutput("orphan"))
        let orphan = try #require(program.outputSoFar.split(separator: "\n").first?.dropFirst(7))
        let parent = adopts ? program.process : getpid()
        #expect(Clock.wait { runtime.contents("/proc/\(orphan)/status")?.contains("PPid:\t\(parent)\n") == true })
        let deleted = try runtime("delete", "--force", "orphans")
        #expect(deleted.status == 0, "\(deleted)")
        #expect(program.wait(sharesStreams: true).status == 137)
    }

    @Test(.miniboxOnly) func whatIsLeftAsideIsInTheLog() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle(script: "exit 0")
        let file = runtime.folder + "/log"
        let ended = try runtime("--log", file, "run", "--no-pivot", "--bundle", bundle.path, "aside")
        #expect(ended == Outcome(status: 0, output: "", errors: ""))
        #expect(runtime.contents(file)?.contains("level=warning msg=\"--no-pivot is left aside") == true)
    }
}
