// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Folders that hand the host over are shown to those alone for whom it was said.
@Suite(.commands, .box) struct SensitiveBindTests {
    static let places = [
        "/", "/etc", "/etc/", "/etc/../", "/proc", "/proc/sys", "/proc/1/root", "/sys", "/dev", "/run", "/var/run",
    ]

    @Test(arguments: places) func aPlaceThatHandsTheHostOverIsRefused(_ path: String) throws {
        let refused = try box()("run", "--rm", "--userns", "host", "-v", "\(path):/host:ro", "busybox", "echo", "ran")
        #expect(refused.status == 125 && refused.output == "", "\(refused)")
        #expect(refused.errors.contains("of the host is not shown at /host: "), "\(refused)")
        #expect(refused.errors.contains("--allow-sensitive"), "\(refused)")
    }

    @Test func everyWayOfNamingOneIsRefused() throws {
        let box = try box()
        try FileManager.default.createSymbolicLink(atPath: box.folder + "/link", withDestinationPath: "/etc")
        let name = box.volumeName()
        try box("volume", "create", "--opt", "o=bind", "--opt", "device=/", name)
        for flags in [
            ["-v", "\(box.folder)/link:/x"], ["--mount", "type=bind,src=/etc,dst=/x"], ["-v", "\(name):/x"],
            ["--mount", "type=volume,dst=/x,volume-opt=o=bind,volume-opt=device=/etc"],
            ["--mount", "type=volume,src=\(name),dst=/x,volume-subpath=etc"], ["--privileged", "-v", "/etc:/x"],
        ] {
            let refused = try box.run(["run", "--rm"] + flags + ["busybox", "true"])
            #expect(refused.status == 125 && refused.errors.contains("--allow-sensitive"), "\(flags): \(refused)")
        }
    }

    @Test func theStoreIsPartOfTheHost() throws {
        let box = try box()
        box.removeContainersAtEnd()
        try box("create", "--name", "some", "busybox", "true")
        for path in [box.root, box.root + "/images", box.root + "/volumes", box.runRoot, box.folder] {
            let refused = try box("run", "--rm", "-v", "\(path):/x", "busybox", "true")
            #expect(refused.status == 125 && refused.errors.contains("--allow-sensitive"), "\(path): \(refused)")
        }
        let name = box.volumeName()
        try box("volume", "create", name)
        #expect(try box("run", "--rm", "-v", "\(box.root)/volumes/\(name)/_data:/x", "busybox", "true").status == 0)
    }

    @Test func socketsOfEnginesAreRefusedByName() throws {
        let box = try box()
        let folder = try box.directory("made")
        for (name, isRefused) in [("docker.sock", true), ("own.sock", false)] {
            try box.shell("python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"\(folder)/\(name)\")'")
            let outcome = try box("run", "--rm", "-v", "\(folder)/\(name):/s", "busybox", "test", "-S", "/s")
            #expect((outcome.status == 125) == isRefused && (outcome.status == 0) != isRefused, "\(outcome)")
        }
    }

    @Test func whatLiesInOneIsNotMeant() throws {
        let words = [
            "-v", "/etc/passwd:/seen:ro", "-v", "/proc/self/status:/status:ro", "-v", "/sys/fs/cgroup:/groups:ro",
        ]
        let shown = try box().run(
            ["run", "--rm", "--userns", "host"] + words + ["busybox", "grep", "-c", "^root:", "/seen"])
        #expect(shown.status == 0 && shown.text == "1", "\(shown)")
    }

    @Test func whoSaysItIsShownIt() throws {
        let box = try box()
        box.removeContainersAtEnd()
        let flags = ["--allow-sensitive", "--userns", "host", "-v", "/etc:/host:ro"]
        try box.run(["create", "--name", "shown"] + flags + ["busybox", "grep", "-c", "^root:", "/host/passwd"])
        let started = try box("start", "-a", "shown")
        #expect(started.status == 0 && started.text == "1", "\(started)")
        let said = try box("inspect", "--format", "{{.HostConfig.AllowSensitive}}", "shown")
        #expect(said.text == "true", "\(said)")
        // It is said for each container.
        let taken = try box("run", "--rm", "--volumes-from", "shown", "busybox", "true")
        #expect(taken.status == 125 && taken.errors.contains("--allow-sensitive"), "\(taken)")
    }

    @Test func aLinkThatLeadsThereLaterIsRefused() throws {
        let box = try box()
        box.removeContainersAtEnd()
        let (folder, link) = (try box.directory("made"), box.folder + "/late")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder)
        try box("create", "--name", "later", "-v", "\(link):/x", "busybox", "true")
        #expect(try box("start", "-a", "later").status == 0)
        try FileManager.default.removeItem(atPath: link)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/etc")
        let refused = try box("start", "-a", "later")
        #expect(refused.status != 0 && refused.errors.contains("--allow-sensitive"), "\(refused)")
    }

    @Test func nothingIsMadeForWhatIsRefused() throws {
        let box = try box()
        let (name, missing) = (box.volumeName(), box.folder + "/missing")
        let refused = try box(
            "create", "-v", "\(name):/data", "-v", "\(missing):/made", "-v", "/etc:/x", "busybox", "true")
        #expect(refused.status != 0 && refused.errors.contains("--allow-sensitive"), "\(refused)")
        #expect(!FileManager.default.fileExists(atPath: missing))
        #expect(try !box("volume", "ls", "-q").lines.contains(name))
    }
}
