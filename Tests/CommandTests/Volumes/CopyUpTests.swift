// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// An empty volume begins with what the image has at its place: once, whole, and as it was.
@Suite(.commands, .box) struct CopyUpTests {
    private static let listing =
        "cd /data; stat -c '%n %u:%g %a %h' file hard later sub; stat -c %Y file; readlink soft; readlink top; cat soft; ls -A"

    @Test(arguments: [[], ["--userns", "host"]]) func ownersModesTimesAndLinksAreTheImages(_ users: [String]) throws {
        let box = try box()
        let (image, name) = (try box.imageWithVolumes(), box.volumeName())
        let seen = try box.run(["run", "--rm"] + users + ["-v", "\(name):/data", image, "sh", "-c", Self.listing])
        #expect(
            seen.lines == [
                "file 1000:1001 644 2", "hard 1000:1001 644 2", "later 0:0 644 1", "sub 7:8 4755 2", "981173106",
                "file", "/", "first", "file", "hard", "later", "soft", "sub", "top",
            ], "\(seen)")
        // On disk they are what they are inside.
        let disk = try box.shell("cd \(box.root)/volumes/\(name)/_data && stat -c '%n %u:%g' file sub")
        #expect(disk.lines == ["file 1000:1001", "sub 7:8"])
    }

    @Test func extendedAttributesComeAlong() throws {
        let box = try box()
        let name = box.volumeName()
        // A file of the image's bin directory has a capability.
        let words = [
            "attributes", "sh", "-c", "ln -s /data/with-capability /tmp/grep; /tmp/grep CapEff /proc/self/status",
        ]
        let plain = try box.run(
            ["run", "--rm", "--user", "1000", "attributes", "sh", "-c"]
                + ["ln -s /bin/with-capability /tmp/grep; /tmp/grep CapEff /proc/self/status"])
        try #require(plain.status == 0, "\(plain)")
        _ = words
        let filled = try box.run(["run", "--rm", "-v", "\(name):/bin", "attributes", "true"])
        #expect(filled.status == 0, "\(filled)")
        let copied = try box.run(
            ["run", "--rm", "--user", "1000", "-v", "\(name):/data"] + words)
        #expect(copied.text == plain.text, "\(copied)")
    }

    @Test func theDirectoryItselfIsAsTheImages() throws {
        let box = try box()
        let (image, name) = (try box.imageWithVolumes(), box.volumeName())
        #expect(
            try box("run", "--rm", "-v", "\(name):/empty", image, "stat", "-c", "%u:%g %a", "/empty").text
                == "1000:1000 700")
    }

    @Test func aLinkOfTheImageIsFollowedInside() throws {
        let box = try box()
        let (image, name) = (try box.imageWithVolumes(), box.volumeName())
        #expect(try box("run", "--rm", "-v", "\(name):/linked", image, "cat", "/data/file").text == "first")
    }

    @Test func itHappensOnce() throws {
        let box = try box()
        let (image, name) = (try box.imageWithVolumes(), box.volumeName())
        let words = ["run", "--rm", "-v", "\(name):/data", image, "sh", "-c"]
        #expect(try box.run(words + ["cat /data/file; rm -r /data/*"]).text == "first")
        #expect(try box.run(words + ["ls /data"]).text.isEmpty)
    }

    @Test func whatHasFilesIsLeftAsItIs() throws {
        let box = try box()
        let (image, name) = (try box.imageWithVolumes(), box.volumeName())
        try box("run", "--rm", "-v", "\(name):/x", "busybox", "touch", "/x/own")
        #expect(try box("run", "--rm", "-v", "\(name):/data", image, "ls", "/data").text == "own")
    }

    @Test(arguments: [["-v", "NAME:/data:nocopy"], ["--mount", "src=NAME,dst=/data,volume-nocopy"]])
    func itCanBeLeftOut(_ words: [String]) throws {
        let box = try box()
        let (image, name) = (try box.imageWithVolumes(), box.volumeName())
        let flags = words.map { $0.replacingOccurrences(of: "NAME", with: name) }
        #expect(try box.run(["run", "--rm"] + flags + [image, "ls", "/data"]).text.isEmpty)
        #expect(try box("run", "--rm", "-v", "\(name):/data", image, "cat", "/data/file").text == "first")
    }

    /// The number of the step that fills the volume.
    private func fill(_ flags: [String], _ image: String) throws -> Int {
        let outcome = try box().run(["run"] + flags + ["--explain=json", "--dry-run", image])
        let plan = try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        let step = try #require(
            (plan["steps"] as? [[String: Any]])?.first { $0["step"] as? String == "fillVolume" }, "\(outcome)")
        return try #require(step["number"] as? Int)
    }

    @Test(arguments: 0...3) func aKillAroundItLeavesAVolumeThatIsFilledLater(_ after: Int) throws {
        let box = try box()
        let (image, name) = (try box.imageWithVolumes(), box.volumeName())
        let flags = ["--rm", "-v", "\(name):/data", "-v", "/another"]
        let before = Set(try box("volume", "ls", "-q").lines).union([name])
        let step = try fill(flags, image) + after
        let program = try RunningProgram(
            [TestMachine.program, "run"] + flags + ["--pause-before", "\(step)", image],
            environment: box.environment)
        box.atEnd { program.stop() }
        #expect(
            Clock.wait(seconds: 5) {
                (try? String(contentsOfFile: "/proc/\(program.process)/stat", encoding: .utf8))?.contains(") T ")
                    == true
            })
        program.stop()
        #expect(Set(try box("volume", "ls", "-q").lines) == before)
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(box.root)/volumes/\(name)")
        #expect(!names.contains { $0.hasPrefix(".filling") }, "\(names)")
        #expect(try box("run", "--rm", "-v", "\(name):/data", image, "cat", "/data/file").text == "first")
    }

    @Test func aWholeCopyThatWasNotPutInItsPlaceIsPutThere() throws {
        let box = try box()
        let (image, name) = (try box.imageWithVolumes(), box.volumeName())
        try box("volume", "create", name)
        // As a kill leaves it between two of its files.
        try box.shell(
            """
            cd \(box.root)/volumes/\(name) && mkdir .filled && echo one >_data/one && echo two >.filled/two \\
                && mkdir .filled/three && chown 5:6 .filled && chmod 710 .filled
            """)
        let seen = try box(
            "run", "--rm", "-v", "\(name):/data:nocopy", image, "sh", "-c", "ls /data; stat -c '%u:%g %a' /data")
        #expect(seen.lines == ["one", "three", "two", "5:6 710"], "\(seen)")
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(box.root)/volumes/\(name)")
        #expect(Set(names) == ["_data", "filled", "lock", "volume.json"])
    }
}
