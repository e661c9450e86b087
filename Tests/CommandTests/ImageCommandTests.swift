// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// import, images, tag, rmi, image inspect.
@Suite(.commands, .emptyBox) struct ImageCommandTests {
    private func objects(_ outcome: Outcome) throws -> [[String: Any]] {
        try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]] ?? []
    }

    private func id(_ box: Box, _ name: String) throws -> String? {
        try objects(box("image", "inspect", name)).first?["Id"] as? String
    }

    @Test func theSameRootMakesTheSameImage() throws {
        let box = try box()
        let archive = TestMachine.archive("busybox")
        try box.shell(
            "gzip -k -c \(archive) >\(box.folder)/b.tar.gz; zstd -q -c \(archive) >\(box.folder)/b.tar.zst; mkdir \(box.folder)/tree; tar -xpf \(archive) -C \(box.folder)/tree"
        )
        #expect(try box("import", archive, "plain").status == 0)
        #expect(try box("import", box.folder + "/b.tar.gz", "gzip").status == 0)
        #expect(try box("import", box.folder + "/b.tar.zst", "zstd").status == 0)
        #expect(try box("import", box.folder + "/tree", "folder").status == 0)
        let piped = try box.shell("$MINIBOX import - piped <\(archive)")
        #expect(piped.status == 0, "\(piped)")
        #expect(try box("import", archive, "again").status == 0)
        func layers(_ name: String) throws -> [String]? {
            try (objects(box("image", "inspect", name)).first?["RootFS"] as? [String: Any])?["Layers"] as? [String]
        }
        let plain = try layers("plain")
        #expect(plain?.count == 1)
        for name in ["gzip", "zstd", "piped", "again"] { #expect(try layers(name) == plain, "\(name)") }
        for name in ["plain", "gzip", "zstd", "folder", "piped"] {
            #expect(try box("run", "--rm", name, "echo", "works").text == "works", "\(name)")
        }
    }

    @Test func theConfigurationComesFromChanges() throws {
        let box = try box()
        try box(
            "import", "--change", "ENV A=one B=\"two words\"", "--change", "USER app", "--change", "WORKDIR /tmp",
            "--change",
            "CMD [\"sh\", \"-c\", \"id -un; pwd; echo $A $B\"]", "--change", "LABEL of=test",
            TestMachine.archive("busybox"), "changed")
        #expect(try box("run", "--rm", "changed").lines == ["app", "/tmp", "one two words"])
        let config = try objects(box("image", "inspect", "changed")).first?["Config"] as? [String: Any]
        #expect((config?["Labels"] as? [String: String]) == ["of": "test"])
        #expect(try box("import", "--change", "NONSENSE x", TestMachine.archive("busybox"), "x").status == 125)
    }

    @Test func anImageHasNames() throws {
        let box = try box()
        try box("import", TestMachine.archive("busybox"), "first")
        #expect(try box("tag", "first", "second:v1").status == 0)
        #expect(try id(box, "first") == id(box, "second:v1"))
        let list = try box("images").output
        #expect(list.contains("first") && list.contains("latest") && list.contains("second") && list.contains("v1"))
        #expect(try box("rmi", "first").status == 0)
        #expect(try box("run", "--rm", "second:v1", "true").status == 0)
        let gone = try box("run", "--rm", "secnd:v1", "true")
        #expect(gone.status == 125 && gone.errors.contains("second"), "\(gone)")
        #expect(try box("rmi", "second:v1").status == 0)
        #expect(try box("images", "-q").text == "")
        #expect(try box("tag", "first", "third").status != 0)
    }

    @Test func anImageInUseIsKept() throws {
        let box = try box()
        try box("import", TestMachine.archive("busybox"), "used")
        try box("run", "--name", "user", "used", "true")
        let refused = try box("rmi", "used")
        #expect(refused.status != 0 && refused.errors.contains("user"), "\(refused)")
        #expect(try box("run", "--rm", "used", "true").status == 0)
        try box("rm", "user")
        #expect(try box("rmi", "used").status == 0)
    }

    @Test func whatIsRemovedLeavesTheDisk() throws {
        let box = try box()
        try box("import", TestMachine.archive("busybox"), "only")
        try box("rmi", "only")
        let size = try box.shell("du -s --apparent-size -k \(box.root) | cut -f1").text
        #expect(Int(size).map { $0 < 200 } == true, "\(size) KiB are left")
    }

    @Test func namesOfDeletionsAreNoFiles() throws {
        let box = try box()
        let imported = try box("import", TestMachine.archive("whiteouts"), "whiteouts")
        if imported.status == 0 {
            let names = try box(
                "run", "--rm", "whiteouts", "sh", "-c", "cat /etc/motd /opaque/kept; find / -xdev -name '.wh.*' | wc -l"
            )
            #expect(names.lines == ["kept", "kept", "0"], "\(names)")
        } else {
            #expect(imported.errors.contains(".wh."), "\(imported)")
        }
    }

    @Test func theStoreIsAnImageLayout() throws {
        let box = try box()
        try box("import", TestMachine.archive("busybox"), "layout")
        let images = box.root + "/images"
        let layout = try String(contentsOfFile: images + "/oci-layout", encoding: .utf8)
        #expect(layout.contains("imageLayoutVersion"))
        let wrong = try box.shell(
            "cd \(images)/blobs/sha256 && for f in *; do echo \"$f  $f\"; done | sha256sum -c --quiet")
        #expect(wrong.status == 0, "\(wrong)")
    }
}
