// SPDX-License-Identifier: Apache-2.0
import Foundation
import Images
import Linux
import OCI
import Testing

@Suite(.enabled(if: Fixture.isRoot, "needs root, to set the owners of files"))
struct StoreTests {
    private func filled() throws -> (Fixture, Image) {
        let fixture = try Fixture()
        try fixture.makeRoot()
        return (fixture, try fixture.importImage("root"))
    }

    private func nobody(_ id: Digest) -> String? { nil }

    @Test func findsAnImageByNameAndById() throws {
        let (fixture, image) = try filled()
        for text in [
            "test", "test:latest", "docker.io/library/test", image.id.hex, "\(image.id)", image.id.short,
            "test@\(image.manifestDigest)",
        ] {
            #expect(try fixture.store.resolve(text).id == image.id)
        }
        #expect(try fixture.store.resolve("test").reference?.familiar == "test:latest")
        #expect(try fixture.store.resolve(image.id.short).reference == nil)
        #expect(try ImageStore(root: fixture.path + "/store").resolve("test").layers == image.layers)
    }

    @Test func layersThatAreHeldStayUntilTheyAreNot() throws {
        let (fixture, image) = try filled()
        let path = image.layers[0].path
        let other = try ImageStore(root: fixture.path + "/store")
        let hold = try fixture.store.hold(image)
        #expect(try other.remove("test", user: nobody).deleted == image.id)
        #expect(FileManager.default.fileExists(atPath: path))
        _ = consume hold
        try other.recover()
        #expect(!FileManager.default.fileExists(atPath: path))
        let error = #expect(throws: ImageError.self) { _ = try fixture.store.hold(image) }
        #expect(error.map { "\($0)" }?.contains("removed a moment ago") == true)
    }

    @Test func theStoreIsAnImageLayout() throws {
        let (fixture, image) = try filled()
        #expect(try fixture.shell("cat store/oci-layout") == #"{"imageLayoutVersion":"1.0.0"}"#)
        #expect(
            try fixture.shell("cd store/blobs/sha256 && sha256sum -c <(for f in *; do echo \"$f  $f\"; done)").contains(
                "OK"))
        #expect(fixture.entries("blobs/sha256").count == 3)
        #expect(try fixture.shell("cat store/index.json").contains("\(image.manifestDigest)"))
    }

    @Test(arguments: [("tset", "test"), ("test:1", "test"), ("tesd", "test"), ("other", nil)])
    func namesTheNearestOfAnUnknownImage(_ text: String, _ nearest: String?) throws {
        let (fixture, _) = try filled()
        let error = #expect(throws: ImageError.self) { try fixture.store.resolve(text) }
        #expect(error?.code == .unknownImage(nearest: nearest))
        #expect(error?.description.contains("no image \(text) in the store") == true)
    }

    @Test func malformedReferenceSaysWhatToWrite() throws {
        let (fixture, _) = try filled()
        let error = #expect(throws: ImageError.self) { try fixture.store.resolve("Test") }
        #expect(error?.code == .badReference)
        #expect(error?.description.contains("write \"test\"") == true)
    }

    @Test func anEmptyStoreHasNoImages() throws {
        let fixture = try Fixture()
        #expect(try fixture.store.list().isEmpty)
        #expect(throws: ImageError.self) { try fixture.store.resolve("test") }
    }

    @Test func lastNameTakesTheImageWithIt() throws {
        let (fixture, image) = try filled()
        try fixture.store.tag("test", as: try ImageReference("other:1"))
        #expect(try fixture.store.list().map { $0.reference?.familiar } == ["other:1", "test:latest"])
        let byID = #expect(throws: ImageError.self) { try fixture.store.remove(image.id.short, user: nobody) }
        #expect(byID?.code == .hasSeveralNames)
        #expect(try fixture.store.remove("test", user: { _ in "box" }).deleted == nil)
        #expect(try fixture.store.resolve("other:1").id == image.id)
        let inUse = #expect(throws: ImageError.self) { try fixture.store.remove("other:1", user: { _ in "box" }) }
        #expect(inUse?.code == .inUse(container: "box"))
        let removal = try fixture.store.remove("other:1", user: nobody)
        #expect(removal.untagged.map(\.familiar) == ["other:1"])
        #expect(removal.deleted == image.id)
        for place in ["blobs/sha256", "layers", "staging"] { #expect(fixture.entries(place).isEmpty, "\(place)") }
    }

    @Test func whatAnotherImageUsesStays() throws {
        let (fixture, image) = try filled()
        let second = try fixture.importImage("root", as: "second", changes: ["CMD x"])
        #expect(second.id != image.id)
        _ = try fixture.store.remove("test", user: nobody)
        #expect(fixture.entries("layers") == [image.layers[0].diffID.hex])
        try fixture.store.verify(try fixture.store.resolve("second"))
        #expect(fixture.entries("blobs/sha256").count == 3)
    }

    @Test func aNewImageTakesTheNameOver() throws {
        let (fixture, image) = try filled()
        let second = try fixture.importImage("root", changes: ["CMD x"])
        #expect(try fixture.store.resolve("test").id == second.id)
        #expect(try fixture.store.list().map(\.reference?.familiar) == ["test:latest", nil])
        try fixture.store.tag(image.id.short, as: try ImageReference("old"))
        #expect(try fixture.store.list().map(\.reference?.familiar) == ["old:latest", "test:latest"])
        _ = try fixture.store.remove("\(second.id)", user: nobody)
        #expect(try fixture.store.list().map(\.reference?.familiar) == ["old:latest"])
    }

    @Test(arguments: [
        "rm store/layers/*/layer.json", "rm -r store/layers/*/root", "rm -r store/layers/*",
        "echo '{' > $(ls store/layers/*/layer.json)",
    ])
    func damagedLayerIsUnpackedAgain(_ damage: String) throws {
        let (fixture, image) = try filled()
        try fixture.shell(damage)
        #expect(try fixture.store.resolve("test").layers == image.layers)
        #expect(try fixture.shell("cat store/layers/*/root/bin/hello") == "hello\n")
        #expect(fixture.entries("staging").isEmpty)
    }

    @Test(arguments: [
        ("rm store/blobs/sha256/LAYER", "is missing"), ("truncate -s 100 store/blobs/sha256/LAYER", "too"),
        ("printf x | dd of=store/blobs/sha256/LAYER bs=1 seek=2 conv=notrunc status=none", "too"),
        ("printf x >> store/blobs/sha256/LAYER", "other contents"),
    ])
    func layerThatCannotBeRestoredSaysSo(_ damage: String, _ part: String) throws {
        let (fixture, image) = try filled()
        let digest = image.layers[0].diffID
        try fixture.shell(damage.replacingOccurrences(of: "LAYER", with: digest.hex) + "; rm store/layers/*/layer.json")
        let error = #expect(throws: ImageError.self) { try fixture.store.resolve("test") }
        #expect(error?.code == .damaged)
        let text = error?.description ?? ""
        #expect(text.contains("\(digest)") && text.contains(part) && text.contains("import it again"), "\(text)")
        #expect(fixture.entries("staging").isEmpty)
        #expect(throws: ImageError.self) { try fixture.store.verify(image) }
        // Importing it again is the way out, and it works.
        try fixture.importImage("root")
        try fixture.store.verify(try fixture.store.resolve("test"))
    }

    @Test func damagedDocumentSaysSo() throws {
        let (fixture, image) = try filled()
        try fixture.shell("printf ' ' >> store/blobs/sha256/\(image.id.hex)")
        let error = #expect(throws: ImageError.self) { try fixture.store.resolve("test") }
        #expect(error?.description.contains("configuration \(image.id) is damaged") == true)
        #expect(try fixture.store.remove("test", user: nobody).untagged.count == 1)
        #expect(fixture.entries("blobs/sha256").isEmpty)
        try fixture.shell("echo '[' > store/index.json")
        let index = #expect(throws: ImageError.self) { try fixture.store.list() }
        #expect(index?.code == .damaged)
    }

    @Test func whatACrashLeavesIsRemoved() throws {
        let (fixture, image) = try filled()
        try fixture.shell(
            """
            mkdir -p store/staging/dead/layer/root store/staging/half && touch store/staging/dead/lock
            mkdir store/layers/feed && echo x > store/blobs/sha256/beef
            """)
        try fixture.store.recover()
        #expect(fixture.entries("staging").isEmpty)
        #expect(fixture.entries("layers") == [image.layers[0].diffID.hex])
        #expect(fixture.entries("blobs/sha256").count == 3)
        try fixture.store.verify(try fixture.store.resolve("test"))
    }

    @Test func stagingThatIsHeldStays() throws {
        let (fixture, _) = try filled()
        try fixture.shell("mkdir store/staging/live && touch store/staging/live/lock")
        let held = try Descriptor.open(fixture.path + "/store/staging/live/lock", .readWrite)
        #expect(try held.lock(.exclusive, wait: false))
        try fixture.store.recover()
        #expect(fixture.entries("staging") == ["live"])
        try held.close()
        // A program that another test starts at this moment may hold it until its exec.
        for _ in 0..<6000 where !fixture.entries("staging").isEmpty {
            try fixture.store.recover()
            usleep(10_000)
        }
        #expect(fixture.entries("staging").isEmpty)
    }

    @Test func manyAtOnceAllSucceed() async throws {
        let (fixture, image) = try filled()
        let root = fixture.path + "/store"
        let source = fixture.path + "/root"
        try await withThrowingTaskGroup { group in
            for number in 0..<16 {
                group.addTask {
                    let store = try ImageStore(root: root)
                    try store.importImage(
                        from: .path(source), as: try ImageReference("many:\(number)"), changes: ["LABEL n=\(number)"],
                        created: Fixture.time)
                    try store.tag("test", as: try ImageReference("again:\(number)"))
                    if number.isMultiple(of: 2) { _ = try store.remove("again:\(number)") { _ in nil } }
                }
            }
            try await group.waitForAll()
        }
        #expect(try fixture.store.list().count == 1 + 16 + 8)
        #expect(fixture.entries("staging").isEmpty)
        #expect(fixture.entries("layers") == [image.layers[0].diffID.hex])
        for number in 0..<16 { try fixture.store.verify(try fixture.store.resolve("many:\(number)")) }
    }
}
