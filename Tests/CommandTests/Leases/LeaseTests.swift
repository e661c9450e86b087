// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `--lease`: what was made under it goes when its owner ends, whatever way.
@Suite(.commands, .box) struct LeaseTests {
    private static let sleep = ["busybox", "sleep", "1000"]

    @Test(arguments: [SIGTERM, SIGKILL]) func theEndOfAProcessRemovesAll(_ signal: Int32) throws {
        let box = try box()
        let owner = try box.owner()
        let lease = "\(owner.process)"
        #expect(
            try box.run(["run", "-d", "--name", "ru", "--lease", lease, "-v", "data:/data"] + Self.sleep).status == 0)
        #expect(
            try box.run(["run", "-d", "--lease", lease, "--restart", "always", "-v", "/own"] + Self.sleep).status == 0)
        #expect(try box.run(["create", "--lease", "pid:" + lease] + Self.sleep).status == 0)
        #expect(try box("run", "--lease", lease, "busybox", "true").status == 0)
        #expect(try box("volume", "create", "--lease", lease, "alone").status == 0)
        #expect(try box("ps", "-aq").lines.count == 4)
        #expect(Clock.wait { box.keepers().count == 1 })
        owner.send(signal)
        _ = owner.wait()
        #expect(box.isEmptySoon(), "\(box.leasedThings())")
        #expect(try box("ps", "-aq").lines.isEmpty)
        #expect(try box("volume", "ls", "-q").lines.isEmpty)
    }

    @Test func twentyContainersGo() throws {
        let box = try box()
        let owner = try box.owner()
        let started = try box.shell(
            "for i in $(seq 20); do $MINIBOX run -d --lease \(owner.process) busybox sleep 1000 & done; wait",
            timeout: 60)
        #expect(started.lines.count == 20, "\(started)")
        #expect(Clock.wait { box.keepers().count == 1 })
        owner.stop()
        #expect(box.isEmptySoon(), "\(box.leasedThings())")
    }

    @Test func whatIsNotTheLeasesStays() throws {
        let box = try box()
        let owner = try box.owner()
        box.atEnd {
            _ = try? box("rm", "-f", "-v", "other")
            _ = try? box("volume", "rm", "before", "shared")
        }
        #expect(try box("volume", "create", "before").status == 0)
        let lease = ["--lease", "\(owner.process)"]
        #expect(try box.run(["run", "-d"] + lease + ["-v", "before:/b", "-v", "shared:/s"] + Self.sleep).status == 0)
        #expect(try box.run(["run", "-d", "--name", "other", "-v", "shared:/s"] + Self.sleep).status == 0)
        #expect(try box.run(["volume", "create"] + lease + ["before"]).status == 0)
        owner.stop()
        #expect(Clock.wait { (try? box("ps", "-q").lines.count) == 1 && box.keepers().isEmpty })
        #expect(try box("ps", "--format", "{{.Names}}").text == "other")
        #expect(try box("volume", "ls", "-q").lines == ["before", "shared"])
        #expect(
            try Clock.wait { try FileManager.default.contentsOfDirectory(atPath: box.root + "/leases").isEmpty })
    }

    @Test func theVariableCountsForCommandsThatMakeSomething() throws {
        let box = try box()
        let owner = try box.owner()
        let environment = ["MINIBOX_LEASE": "\(owner.process)"]
        #expect(try box.run(["run", "-d"] + Self.sleep, environment: environment).status == 0)
        #expect(try box.run(["volume", "create"], environment: environment).status == 0)
        // One that makes nothing does not look at it.
        #expect(try box.run(["ps"], environment: ["MINIBOX_LEASE": "nonsense"]).status == 0)
        let bad = try box.run(["run", "busybox", "true"], environment: ["MINIBOX_LEASE": "nonsense"])
        #expect(bad.status == 125 && bad.errors.contains("MINIBOX_LEASE: 'nonsense'"), "\(bad)")
        owner.stop()
        #expect(box.isEmptySoon(), "\(box.leasedThings())")
    }

    @Test func whatWasRemovedBeforeIsForgotten() throws {
        let box = try box()
        let owner = try box.owner()
        let lease = "\(owner.process)"
        for _ in 0..<3 { #expect(try box("run", "--rm", "--lease", lease, "busybox", "true").status == 0) }
        #expect(try box("run", "--name", "ended", "-v", "vol:/v", "--lease", lease, "busybox", "true").status == 0)
        #expect(try box("rm", "ended").status == 0 && box("volume", "rm", "vol").status == 0)
        let folder = try #require(
            FileManager.default.contentsOfDirectory(atPath: box.root + "/leases").first.map {
                box.root + "/leases/" + $0
            })
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["gate", "keeper"])
        owner.stop()
        #expect(box.isEmptySoon(), "\(box.leasedThings())")
    }

    @Test func aCommandInTheForegroundEndsWithItsContainer() throws {
        let box = try box()
        let owner = try box.owner()
        for flags in [["--rm"], []] {
            let command = try RunningProgram(
                [TestMachine.program, "run", "--lease", "\(owner.process)"] + flags + [
                    "busybox", "sh", "-c", "echo ready; sleep 1000",
                ], environment: box.environment)
            box.atEnd { command.stop() }
            #expect(command.waitForOutput("ready"))
            if flags.isEmpty { owner.stop() } else { continue }
            #expect(command.wait(seconds: 10).status == 137)
        }
        #expect(box.isEmptySoon(), "\(box.leasedThings())")
    }

    @Test func namesOfImagesGo() throws {
        let box = try box()
        let owner = try box.owner()
        box.atEnd { _ = try? box.run(["rmi", "before", "given:1"]) }
        let context = try box.directory("context")
        try box.file("context/Dockerfile", "FROM busybox\nRUN echo leased >/leased\n")
        try box.file("context/file", "x")
        let lease = ["--lease", "\(owner.process)"]
        #expect(try box("tag", "busybox", "before").status == 0)
        #expect(try box.run(["tag"] + lease + ["busybox", "before"]).status == 0)
        #expect(try box.run(["tag"] + lease + ["busybox", "tagged:1"]).status == 0)
        let built = try box.run(["build", "-q", "-t", "built"] + lease + [context], timeout: 60)
        #expect(built.status == 0, "\(built)")
        #expect(try box("tag", "built", "also:1").status == 0)
        #expect(try box("save", "-o", "\(box.folder)/loaded.tar", "also:1").status == 0)
        #expect(try box("rmi", "also:1").status == 0)
        #expect(try box.run(["load"] + lease + ["-i", "\(box.folder)/loaded.tar"]).text == "Loaded image: also:1")
        #expect(try box.run(["import"] + lease + [TestMachine.archive("busybox"), "local/imported"]).status == 0)
        #expect(try box.run(["create", "--name", "cc"] + lease + ["built", "true"]).status == 0)
        #expect(try box.run(["commit"] + lease + ["cc", "committed"]).status == 0)
        // What somebody else has given the name since is theirs.
        #expect(try box.run(["tag"] + lease + ["busybox", "given:1"]).status == 0)
        #expect(try box("tag", "built", "given:1").status == 0)
        owner.stop()
        #expect(box.isEmptySoon(), "\(box.leasedThings())")
        let names = try box("images", "--format", "{{.Repository}}").lines
        for gone in ["tagged", "built", "also", "local/imported", "committed"] {
            #expect(!names.contains(gone), "\(names)")
        }
        #expect(names.contains("before") && names.contains("busybox") && names.contains("given"))
    }

    @Test func aBuildEndsWithItsLease() throws {
        let box = try box()
        let owner = try box.owner()
        let context = try box.directory("context")
        try box.file("context/Dockerfile", "FROM busybox\nRUN echo begun; sleep 1000\n")
        let build = try box.start("build", "--progress", "plain", "-t", "never", "--lease", "\(owner.process)", context)
        #expect(build.waitForErrors("begun", seconds: 30), "\(build.errorsSoFar)")
        owner.stop()
        #expect(build.wait(seconds: 15).status != 0)
        #expect(box.isEmptySoon(), "\(box.leasedThings())")
    }
}
