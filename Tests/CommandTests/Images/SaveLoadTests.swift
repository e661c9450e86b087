// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Images that leave and come back: `save` and `load`.
@Suite(.commands, .emptyBox) struct SaveLoadTests {
    /// An image of three layers with a deleted file, a link, a set-id bit and an empty directory.
    private func built(_ box: Box, _ name: String = "app:1") throws -> String {
        let context = try box.context(
            """
            FROM busybox
            RUN echo one >/one; mkdir /empty; ln -s one /link; cp /bin/busybox /bin/other; chmod 4711 /bin/other
            RUN rm /one; echo two >/two
            CMD ["cat", "/two"]

            """)
        #expect(try box("build", "-t", name, context).status == 0)
        return try id(box, name)
    }

    private func id(_ box: Box, _ name: String) throws -> String {
        try box("image", "inspect", "-f", "{{.Id}}", name).text
    }

    @Test(arguments: ["docker-archive", "oci-archive", "oci-dir"]) func whatIsSavedIsLoaded(_ format: String) throws {
        let box = try box()
        let former = try built(box)
        #expect(try box("tag", "app:1", "registry.example/team/app:2").status == 0)
        let place = "\(box.folder)/saved"
        let saved = try box("save", "--format", format, "-o", place, "app", "registry.example/team/app:2", "busybox")
        #expect(saved.status == 0 && saved.output.isEmpty, "\(saved)")
        #expect(try box("rmi", "-f", "app:1", "registry.example/team/app:2", "busybox").status == 0)
        #expect(try box("images", "-q").output.isEmpty)
        let loaded = try box("load", "-i", place)
        #expect(
            loaded.lines.sorted() == [
                "Loaded image: app:1", "Loaded image: busybox:latest", "Loaded image: registry.example/team/app:2",
            ], "\(loaded)")
        #expect(try id(box, "app:1") == former)
        #expect(try box("run", "--rm", "app:1").output == "two\n")
        let shown = try box(
            "run", "--rm", "app:1", "sh", "-c", "ls -d /one /empty; readlink /link; stat -c %a /bin/other")
        #expect(shown.output == "/empty\none\n4711\n", "\(shown)")
        #expect(try box("system", "check").status == 0)
    }

    @Test func aPipeCarriesImages() throws {
        let box = try box()
        let former = try built(box)
        let piped = try box.shell(
            "$MINIBOX save --compression gzip app:1 | tee \(box.folder)/a.tar | MINIBOX_ROOT=\(box.folder)/other $MINIBOX load"
        )
        #expect(piped.output == "Loaded image: app:1\n", "\(piped)")
        let there = try box.shell("MINIBOX_ROOT=\(box.folder)/other $MINIBOX image inspect -f '{{.Id}}' app:1")
        #expect(there.text == former)
        // Another digest of the same files, since they are compressed: the image is the same by its id.
        #expect(try box.shell("tar -xOf \(box.folder)/a.tar manifest.json").output.contains("\"RepoTags\":[\"app:1\"]"))
        #expect(try box("events", "--since", "1h", "--until", "0s", "--format", "{{.Action}}").lines.contains("save"))
        #expect(try box("rmi", "app:1").status == 0)
    }

    @Test func anImageByItsIdHasNoName() throws {
        let box = try box()
        let former = try built(box)
        #expect(try box("save", "-o", "\(box.folder)/it.tar", former).status == 0)
        #expect(try box("rmi", "app:1").status == 0)
        #expect(try box("load", "-q", "-i", "\(box.folder)/it.tar").output == "Loaded image ID: \(former)\n")
        #expect(try box("run", "--rm", former).output == "two\n")
    }

    @Test(arguments: [false, true]) func aTerminalShowsHowFarItIs(_ isQuiet: Bool) throws {
        let box = try box()
        _ = try built(box)
        #expect(try box("save", "-o", "\(box.folder)/it.tar", "app:1").status == 0)
        let terminal = try Pseudoterminal()
        let words = ["load", "-i", "\(box.folder)/it.tar"] + (isQuiet ? ["-q"] : [])
        let program = try box.start(words, on: terminal)
        #expect(program.wait().status == 0)
        #expect(terminal.waitFor("Loaded image: app:1"), "\(terminal.shown)")
        #expect(terminal.shown.contains("layer 1 of 3") != isQuiet, "\(terminal.shown)")
    }

    @Test func whatCannotBeIsRefused() throws {
        let box = try box()
        for (words, reason) in [
            (["save", "nothing"], "no image nothing"), (["save", "--format", "zip", "x"], "is no form of an archive"),
            (["save", "--format", "oci-dir", "busybox"], "write --output DIR"), (["load", "-i", "/none"], "/none"),
            (["load", "-i", "/etc/passwd"], "cannot load /etc/passwd"),
        ] {
            if words.contains("busybox") { _ = try built(box) }
            let refused = try box.run(words)
            #expect(refused.status == 125 && refused.errors.contains(reason), "\(refused)")
        }
    }

    @Test(
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/skopeo"), "needs skopeo"),
        arguments: [
            ("docker-archive:it.tar:app:1", "docker-archive"), ("oci-archive:it.tar:app:1", "oci-archive"),
            ("oci:it.tar:app:1", "oci-dir"),
        ]) func skopeoAndMiniboxReadEachOther(_ place: String, _ format: String) throws
    {
        let box = try box()
        let former = try built(box)
        let skopeo = "cd \(box.folder) && skopeo --insecure-policy --tmpdir ."
        #expect(try box("save", "--format", format, "-o", "\(box.folder)/first", "app:1").status == 0)
        let kind = place.split(separator: ":")[0]
        let source = format == "docker-archive" ? "\(kind):first" : "\(kind):first:docker.io/library/app:1"
        #expect(try box.shell("\(skopeo) copy -q \(source) \(place) 2>&1").status == 0)
        #expect(try box("rmi", "app:1").status == 0)
        let loaded = try box("load", "-i", "\(box.folder)/it.tar")
        #expect(loaded.output == "Loaded image: app:1\n", "\(loaded)")
        #expect(try id(box, "app:1") == former)
        #expect(try box("run", "--rm", "app:1").output == "two\n")
    }
}
