// SPDX-License-Identifier: Apache-2.0
import Compression
import Foundation
import Linux
import OCI
import Testing

@testable import Images

/// Images out of archives and layouts, as others write them.
@Suite(.enabled(if: Fixture.isRoot, "needs root, to make layers"))
struct LoadTests {
    private static let files = [["a": "1", "same": "x"], ["b": "2"]]

    /// A layout with an image of two layers, one compressed, under a name.
    private func named(_ fixture: LayoutFixture, _ name: String = "docker.io/library/app:1") throws -> Digest {
        let descriptor = fixture.image([
            try fixture.layer(Self.files[0], .gzip), try fixture.layer(Self.files[1], .none),
        ])
        fixture.list([descriptor], names: [name])
        return descriptor.digest
    }

    private func text(_ image: Image, _ file: String) throws -> String {
        for layer in image.layers.reversed() {
            if let data = FileManager.default.contents(atPath: "\(layer.path)/\(file)") {
                return String(decoding: data, as: UTF8.self)
            }
        }
        return ""
    }

    private func load(_ fixture: LayoutFixture, _ file: String) throws -> [LoadedImage] {
        try fixture.store.load(from: .path("\(fixture.path)/\(file)"))
    }

    @Test(arguments: ["layout", "plain.tar", "packed.tar.gz", "dotted.tar"])
    func aLayoutIsTakenAsItStands(_ source: String) throws {
        let fixture = try LayoutFixture()
        let digest = try named(fixture)
        try fixture.shell(
            """
            tar -C layout -cf plain.tar oci-layout index.json blobs
            tar -C layout -czf packed.tar.gz blobs oci-layout index.json
            tar -C layout -cf dotted.tar .
            """)
        let loaded = try load(fixture, source)
        #expect(loaded.map(\.names) == [[try ImageReference("app:1")]])
        let image = try fixture.store.resolve("app:1")
        #expect(image.manifestDigest == digest && image.id == loaded[0].id)
        #expect(try text(image, "a") == "1" && text(image, "b") == "2")
        try fixture.store.verify(image)
        #expect(fixture.entries("staging").isEmpty)
        // Again, it is the same image.
        #expect(try load(fixture, source) == loaded)
        #expect(try fixture.store.list().count == 1)
    }

    @Test func severalImagesShareLayersAndNames() throws {
        let fixture = try LayoutFixture()
        let low = try fixture.layer(Self.files[0], .gzip)
        let one = fixture.image([low])
        let two = fixture.image([low, try fixture.layer(Self.files[1], .zstd)])
        fixture.list([one, one, two], names: ["localhost/one:1", "docker.io/library/also:2", "just-a-tag"])
        try fixture.shell("tar -C layout -cf images.tar .")
        let loaded = try load(fixture, "images.tar")
        #expect(loaded.map { $0.names.map(\.familiar) } == [["localhost/one:1", "also:2"], []])
        #expect(try fixture.store.list().map { $0.reference?.familiar } == ["also:2", "localhost/one:1", nil])
        #expect(try fixture.store.resolve("\(loaded[1].id)").layers.count == 2)
        #expect(fixture.entries("layers").count == 2)
    }

    @Test func whatDockerCallsOtherwiseIsTheSpecifications() throws {
        let fixture = try LayoutFixture()
        let type = "application/vnd.docker.image.rootfs.diff.tar.gzip"
        let layer = try fixture.layer(Self.files[0], .gzip, type: MediaType(rawValue: type))
        var descriptor = fixture.image([layer])
        let bytes = try #require(FileManager.default.contents(atPath: fixture.place(descriptor.digest)))
        let docker = "application/vnd.docker.distribution.manifest.v2+json"
        let written = String(decoding: bytes, as: UTF8.self).replacingOccurrences(
            of: "application/vnd.oci.image.manifest.v1+json", with: docker)
        descriptor = fixture.blob(Array(written.utf8), MediaType(rawValue: docker))
        fixture.list([descriptor], names: ["docker.io/library/app:1"])
        _ = try load(fixture, "layout")
        let image = try fixture.store.resolve("app:1")
        #expect(image.manifest.layers.map(\.mediaType) == [.gzipLayer] && image.manifestDigest != descriptor.digest)
        try fixture.store.verify(image)
    }

    /// What docker wrote before version 25, and podman writes: layers by links, no manifest.
    @Test(arguments: ["legacy", "podman"]) func dockersArchiveIsTaken(_ kind: String) throws {
        let fixture = try LayoutFixture()
        let layers = Self.files.map { LayoutFixture.archive($0) }
        let configuration = ImageConfiguration(platform: .current, diffIDs: layers.map { Digest(of: $0) })
        try fixture.shell("mkdir -p old/one old/two")
        func put(_ name: String, _ bytes: [UInt8]) {
            _ = FileManager.default.createFile(atPath: "\(fixture.path)/old/\(name)", contents: Data(bytes))
        }
        let id = Digest(of: configuration.json.bytes())
        put("\(id.hex).json", configuration.json.bytes())
        put("one/layer.tar", layers[0])
        let names: [String]
        if kind == "legacy" {
            put("two/layer.tar", layers[1])
            names = ["one/layer.tar", "two/layer.tar"]
        } else {
            put("second.tar", layers[1])
            try fixture.shell("ln -s ../second.tar old/two/layer.tar")
            names = ["one/layer.tar", "two/layer.tar"]
        }
        let list: JSON = [
            [
                "Config": .string("\(id.hex).json"), "RepoTags": ["old:1", "old:latest"], "Layers": JSON(names),
            ]
        ]
        put("manifest.json", list.bytes())
        try fixture.shell("tar -C old -cf old.tar .")
        let loaded = try load(fixture, "old.tar")
        #expect(
            loaded == [LoadedImage(id: id, names: [try ImageReference("old:1"), try ImageReference("old:latest")])])
        let image = try fixture.store.resolve("old")
        #expect(try text(image, "a") == "1" && text(image, "b") == "2")
        try fixture.store.verify(image)
    }

    @Test func aNameIsTheNewImagesAfterwards() throws {
        let fixture = try LayoutFixture()
        _ = try named(fixture)
        let first = try load(fixture, "layout")[0]
        fixture.list([fixture.image([try fixture.layer(["c": "3"], .none)])], names: ["docker.io/library/app:1"])
        let second = try load(fixture, "layout")[0]
        #expect(try fixture.store.resolve("app:1").id == second.id && first.id != second.id)
        #expect(try fixture.store.resolve("\(first.id)").reference == nil)
    }
}
