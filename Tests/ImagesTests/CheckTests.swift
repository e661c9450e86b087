// SPDX-License-Identifier: Apache-2.0
import Foundation
import Linux
import OCI
import Testing

@testable import Images

/// `system check`, and what it mends.
@Suite(.enabled(if: Fixture.isRoot, "needs root, to set the owners of files"))
struct CheckTests {
    /// An imported image `base`, and `built` with one layer on top that the build cache knows.
    private func filled() throws -> (fixture: Fixture, base: Image, built: Image) {
        let fixture = try Fixture()
        try fixture.makeRoot()
        let base = try fixture.importImage("root", as: "base")
        return (fixture, base, try fixture.build("built", on: base, files: ["a": "A"]))
    }

    private func findings(_ fixture: Fixture, repairs: Bool = false) throws -> [String] {
        try fixture.store.check(repairs: repairs).findings.map { "\($0)" }
    }

    @Test func aStoreThatIsWholeHasNoFindings() throws {
        let (fixture, base, built) = try filled()
        for _ in 0..<2 {
            let check = try fixture.store.check(repairs: true)
            #expect(check.findings.isEmpty && check.isWhole)
            #expect(check.images == 2 && check.layers == 2 && check.archives == 1 && check.records == 1)
            #expect(check.bytes > base.layers[0].blob.size)
        }
        // The second time nothing was unpacked: the layer's own digest was written down.
        #expect(fixture.entries("layers/\(base.layers[0].diffID.hex)").contains("contents"))
        #expect(!fixture.entries("layers/\(built.layers[1].diffID.hex)").contains("contents"))
        let empty = try Fixture()
        #expect(try findings(empty).isEmpty)
    }

    @Test(arguments: [
        "printf x >> root/bin/hello", "rm root/etc/link", "chmod 700 root/etc", "touch root/etc/new",
        "touch -d @1700000001 root/bin/hello", "chown 9 root/etc/pipe", "setfattr -n user.x -v y root/bin",
        "rm layer.json",
        "rm -r root", "chmod 711 root", "sed -i s/size/sise/ layer.json",
        "sed -i 's/highUsers\":\\[/&99999,/; s/,]/]/' layer.json",
    ])
    func anUnpackedLayerIsUnpackedAgain(_ damage: String) throws {
        for wasChecked in [false, true] {
            let (fixture, base, _) = try filled()
            if wasChecked { _ = try fixture.store.check(repairs: false) }
            // With the digest written down, the root itself is not compared.
            if wasChecked, damage == "chmod 711 root" { continue }
            try fixture.shell("cd store/layers/\(base.layers[0].diffID.hex) && \(damage)")
            let words = "the layer \(base.layers[0].diffID) of base:latest, built:latest is damaged: "
            #expect(
                try findings(fixture)
                    == [words + "'minibox system check --repair' unpacks it again from its archive"])
            #expect(try findings(fixture, repairs: true) == [words + "unpacked again from its archive"])
            #expect(try findings(fixture).isEmpty)
            try fixture.store.verify(try fixture.store.resolve("base"))
        }
    }

    @Test func aBuiltLayerIsForgottenAndMadeAgain() throws {
        let (fixture, base, built) = try filled()
        let layer = built.layers[1]
        try fixture.shell("printf x > \(layer.path)/a")
        #expect(try findings(fixture).first?.contains("makes the build cache forget it") == true)
        #expect(fixture.entries("cache").count == 2)
        let found = try fixture.store.check(repairs: true)
        #expect(
            found.findings.map { "\($0)" } == [
                "the layer \(layer.diffID) of built:latest is damaged: the build cache has forgotten it: build "
                    + "built:latest again, which does again: RUN built"
            ])
        #expect(!found.isWhole)
        #expect(fixture.entries("cache") == ["steps"])
        #expect(throws: ImageError.self) { try fixture.store.resolve("built") }
        _ = try fixture.build("built", on: base, files: ["a": "A"])
        #expect(try fixture.store.resolve("built").layers == built.layers)
        #expect(try findings(fixture).isEmpty)
    }

    @Test func aLayerThatIsUsedIsNotReplaced() throws {
        let (fixture, base, _) = try filled()
        try fixture.shell("rm \(base.layers[0].path)/etc/link")
        let hold = try fixture.store.hold(base)
        #expect(try findings(fixture, repairs: true).first?.contains("a container uses it") == true)
        _ = consume hold
        #expect(try findings(fixture, repairs: true).first?.contains("unpacked again") == true)
    }

    @Test(arguments: ["rm", "printf x >>"])
    func anArchiveThatTheLayerStandsForIsNotNeeded(_ damage: String) throws {
        let fixture = try Fixture()
        // What comes out of a build elsewhere has no entry for the root.
        try fixture.shell("mkdir root; echo text > root/file; tar -C root -cf layer.tar --numeric-owner file")
        let staging = try fixture.store.makeBuildStaging()
        let path = try staging.makeLayer(0)
        try fixture.shell("cp -a root/. \(path)/upper")
        let description = try LayerDescription(root: path + "/upper") { bytes throws(ImageError) in
            do throws(SystemError) {
                try Descriptor.open(fixture.path + "/made.tar", [.writeOnly, .create, .append], mode: 0o600).write(
                    bytes)
            } catch { throw .write("made.tar", error) }
        }
        let image = try fixture.importImage("made.tar", as: "x")
        #expect(image.layers[0].diffID == description.diffID)
        try fixture.shell("\(damage) store/blobs/sha256/\(description.diffID.hex)")
        #expect(try findings(fixture).first?.contains("makes it of the layer's directory") == true)
        #expect(try findings(fixture, repairs: true).first?.contains("from now on it is made of the layer") == true)
        #expect(try findings(fixture).isEmpty)
        try fixture.store.verify(try fixture.store.resolve("x"))
    }

    @Test func whatCannotBeMendedSaysWhatToDo() throws {
        let (fixture, base, _) = try filled()
        let layer = base.layers[0]
        try fixture.shell("rm store/blobs/sha256/\(layer.blob.digest.hex)")
        // The archive alone: its contents are not those of the directory's own archive, so it cannot be told.
        _ = try findings(fixture, repairs: false)
        try fixture.shell("rm -rf store/layers/\(layer.diffID.hex)")
        let found = try findings(fixture, repairs: true)
        #expect(
            found.contains { $0.contains("is missing: build base:latest, built:latest again, or remove it and import") }
        )
        #expect(found.contains { $0.contains("the archive") && $0.contains("remove the image and import it again") })
    }

    @Test func documentsAreRead() throws {
        let (fixture, base, _) = try filled()
        try fixture.shell("printf x >> store/blobs/sha256/\(base.id.hex)")
        let found = try fixture.store.check(repairs: true)
        #expect(found.findings.count == 1 && !found.isWhole)
        #expect(found.findings[0].description.hasPrefix("the image base:latest is damaged: the configuration "))
        try fixture.shell("echo '{' > store/index.json")
        #expect(try findings(fixture).first?.contains("remove the store and import or build") == true)
    }

    @Test func recordsAndLeftoversAreTidied() throws {
        let (fixture, _, built) = try filled()
        let name = String(repeating: "0", count: 64)
        try fixture.shell(
            """
            echo x > store/cache/\(name); echo y > store/blobs/sha256/\(name)
            mkdir store/layers/\(name)
            """)
        #expect(try findings(fixture).count == 2)
        let mended = try fixture.store.check(repairs: true)
        #expect(mended.isWhole && mended.findings.count == 2)
        #expect(try findings(fixture).isEmpty)
        #expect(fixture.entries("layers").count == 2 && fixture.entries("cache").count == 2)
        try fixture.store.verify(built)
    }
}
