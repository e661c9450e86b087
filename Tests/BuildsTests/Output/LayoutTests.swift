// SPDX-License-Identifier: Apache-2.0
import Builds
import Foundation
import Images
import Linux
import OCI
import Testing

@Suite(.enabled(if: OutputFixture.isRoot, "needs root, to make layers"))
struct LayoutTests {
    static let layers = [
        "mkdir bin etc && echo hello > bin/hello && chmod 4755 bin/hello && ln bin/hello bin/again && echo a > etc/a",
        "mkdir etc && WHITEOUT etc/a && echo b > etc/b",
    ]

    /// The digest and the size of every blob are what its name and its descriptor say.
    private func check(_ fixture: OutputFixture, _ layout: String) throws {
        try fixture.shell(
            """
            cd \(layout) && cd blobs/sha256
            for f in *; do [ "$(sha256sum < "$f" | cut -d' ' -f1)" = "$f" ]; done
            """)
    }

    @Test func `a directory is a layout whose blobs are what they are called`() throws {
        let fixture = try OutputFixture()
        let image = try fixture.build(Self.layers)
        let description = try #require(try fixture.write(image, "type=oci,tar=false,dest=out"))
        #expect(description.descriptor.digest == image.manifestDigest)
        #expect(description.configuration == image.id)
        #expect(fixture.entries("out") == ["blobs", "index.json", "oci-layout"])
        #expect(fixture.entries("out/blobs/sha256").count == 4)
        try check(fixture, "out")
        let manifest = try #require(try fixture.json("out/index.json")["manifests"]?[0])
        #expect(manifest["digest"]?.string == "\(image.manifestDigest)")
        #expect(manifest["platform"]?["architecture"]?.string == "amd64")
        #expect(manifest["annotations"]?["org.opencontainers.image.ref.name"]?.string == "1")
        #expect(manifest["annotations"]?["io.containerd.image.name"]?.string == "docker.io/library/test:1")
        #expect(try fixture.json("out/oci-layout")["imageLayoutVersion"]?.string == "1.0.0")
        #expect(fixture.entries() == ["out", "store"])
    }

    @Test func `an archive has the same blobs, and is the same each time`() throws {
        let fixture = try OutputFixture()
        let image = try fixture.build(Self.layers)
        try fixture.write(image, "type=oci,tar=false,dest=out")
        try fixture.write(image, "type=oci,dest=a.tar")
        try fixture.write(image, "type=oci,dest=sub/b.tar")
        try fixture.shell("cmp a.tar sub/b.tar && mkdir x && tar -xf a.tar -C x && diff -r out x")
        #expect(fixture.entries("sub") == ["b.tar"])
        #expect(fixture.entries("store/staging").isEmpty)
    }

    @Test(arguments: ["gzip", "zstd", "gzip,compression-level=9"])
    func `layers are compressed, and are the same when they are not any more`(_ compression: String) throws {
        let fixture = try OutputFixture()
        let image = try fixture.build(Self.layers)
        let description = try #require(
            try fixture.write(image, "type=oci,tar=false,dest=out,compression=\(compression)"))
        #expect(description.descriptor.digest != image.manifestDigest)
        #expect(description.configuration == image.id)
        try check(fixture, "out")
        let manifest = try fixture.json("out/blobs/sha256/\(description.descriptor.digest.hex)")
        let format = compression.hasPrefix("gzip") ? "gzip" : "zstd"
        for (place, diffID) in image.configuration.diffIDs.enumerated() {
            let layer = try #require(manifest["layers"]?[place])
            #expect(layer["mediaType"]?.string == "application/vnd.oci.image.layer.v1.tar+\(format)")
            let hex = try #require(layer["digest"]?.string?.dropFirst(7))
            #expect(try fixture.shell("\(format) -dc < out/blobs/sha256/\(hex) | sha256sum").hasPrefix(diffID.hex))
        }
        // And each time the same.
        let again = try fixture.write(image, "type=oci,tar=false,dest=again,compression=\(compression)")
        #expect(again == description)
    }

    @Test func `a layer that came compressed stays so, unless another form is forced`() throws {
        let fixture = try OutputFixture()
        let image = try fixture.build(Self.layers)
        // Nothing else fills a store with compressed layers yet: a layout is one, but for the names in its list.
        try fixture.write(image, "type=oci,tar=false,dest=other,compression=gzip")
        try fixture.shell(
            "sed -i 's|\"org.opencontainers.image.ref.name\":\"1\"|'"
                + "'\"org.opencontainers.image.ref.name\":\"docker.io/library/test:1\"|' other/index.json")
        let store = try ImageStore(root: fixture.path + "/other")
        try store.recover()
        let base = try store.resolve("test:1")
        #expect(base.layers.allSatisfy { $0.blob.mediaType == .gzipLayer })
        func layers(_ compression: String) throws -> [ContentDescriptor] {
            let export = ImageExport(store: store, image: base, names: [])
            let text = "type=oci,tar=false,dest=\(fixture.path)/out,\(compression)"
            let description = try #require(try export.write(OutputChoice(parsing: text)))
            try check(fixture, "out")
            let bytes = try fixture.json("out/blobs/sha256/\(description.descriptor.digest.hex)").bytes()
            try fixture.shell("rm -r out")
            return try ImageManifest(parsing: bytes).layers
        }
        #expect(try layers("compression=zstd") == base.manifest.layers)
        #expect(try layers("compression=uncompressed") == base.manifest.layers)
        #expect(try layers("compression=gzip,force-compression=true") == base.manifest.layers)
        let zstd = try layers("compression=zstd,force-compression=true")
        #expect(zstd.allSatisfy { $0.mediaType == .zstdLayer })
        #expect(try layers("compression=gzip,compression-level=0,force-compression=true") != base.manifest.layers)
        #expect(
            try layers("compression=uncompressed,force-compression=true").map(\.digest) == image.configuration.diffIDs)
    }

    @Test func `annotations are where they were asked for`() throws {
        let fixture = try OutputFixture()
        let image = try fixture.build(Self.layers)
        let description = try #require(
            try fixture.write(
                image,
                "type=oci,tar=false,dest=out,annotation.a=1,annotation-index.b=2,annotation-manifest-descriptor.c=3"
                    + ",annotation-index-descriptor.d=4"))
        let listed = try #require(try fixture.json("out/index.json")["manifests"]?[0])
        #expect(listed["mediaType"]?.string == "application/vnd.oci.image.index.v1+json")
        #expect(listed["annotations"]?["d"]?.string == "4")
        let index = try fixture.json("out/blobs/sha256/\(description.descriptor.digest.hex)")
        #expect(index["annotations"]?["b"]?.string == "2")
        let entry = try #require(index["manifests"]?[0])
        #expect(entry["annotations"]?["c"]?.string == "3")
        let manifest = try fixture.json("out/blobs/sha256/\(entry["digest"]?.string?.dropFirst(7) ?? "")")
        #expect(manifest["annotations"]?["a"]?.string == "1")
    }

    @Test func `the time of the source is in the list`() throws {
        let fixture = try OutputFixture()
        let image = try fixture.build(Self.layers)
        try fixture.write(image, "type=oci,tar=false,dest=out", epoch: 1_700_000_000)
        let listed = try fixture.json("out/index.json")["manifests"]?[0]?["annotations"]
        #expect(listed?["org.opencontainers.image.created"]?.string == "2023-11-14T22:13:20Z")
    }

    @Test func `an image is added to a layout, and replaces one of its name`() throws {
        let fixture = try OutputFixture()
        let first = try fixture.build([Self.layers[0]], as: ["one:1"])
        let second = try fixture.build(Self.layers, as: ["two:1"])
        try fixture.write(first, "type=oci,tar=false,dest=out")
        try fixture.write(second, "type=oci,tar=false,dest=out")
        #expect(try fixture.json("out/index.json")["manifests"]?.array?.count == 2)
        let third = try fixture.build(["echo 3 > three"], as: ["one:1"])
        try fixture.write(third, "type=oci,tar=false,dest=out")
        let listed = try fixture.json("out/index.json")["manifests"]?.array ?? []
        #expect(listed.count == 2)
        #expect(listed.last?["digest"]?.string == "\(third.manifestDigest)")
        try check(fixture, "out")
        #expect(fixture.entries("out") == ["blobs", "index.json", "oci-layout"])
    }

    @Test func `a directory with other things in it is left alone`() throws {
        let fixture = try OutputFixture()
        let image = try fixture.build(Self.layers)
        try fixture.shell("mkdir out && echo mine > out/file && echo mine > file")
        let error = #expect(throws: BuildError.self) { try fixture.write(image, "type=oci,tar=false,dest=out") }
        #expect(error?.description.contains("other things in it") == true)
        #expect(fixture.entries("out") == ["file"])
        let other = #expect(throws: BuildError.self) { try fixture.write(image, "type=oci,tar=false,dest=file") }
        #expect(other?.description.contains("it is no directory") == true)
        let third = #expect(throws: BuildError.self) { try fixture.write(image, "type=oci,dest=out") }
        #expect(third?.description.contains("it is a directory") == true)
    }

    @Test func `an archive for docker names layers and tags`() throws {
        let fixture = try OutputFixture()
        let image = try fixture.build(Self.layers, as: ["test:1", "localhost:5000/other"])
        var export = fixture.export(image)
        export.names = [try ImageReference("test:1"), try ImageReference("localhost:5000/other")]
        _ = try export.write(OutputChoice(parsing: "type=docker,dest=\(fixture.path)/d.tar"))
        try fixture.shell("mkdir d && tar -xf d.tar -C d")
        let manifest = try #require(try fixture.json("d/manifest.json")[0])
        #expect(manifest["RepoTags"]?.strings == ["test:1", "localhost:5000/other:latest"])
        #expect(manifest["Config"]?.string == "blobs/sha256/\(image.id.hex)")
        #expect(manifest["Layers"]?.strings == image.configuration.diffIDs.map { "blobs/sha256/\($0.hex)" })
        let top = try #require(image.configuration.diffIDs.last?.hex)
        #expect(
            try fixture.json("d/repositories")
                == ["test": ["1": .string(top)], "localhost:5000/other": ["latest": .string(top)]])
        try check(fixture, "d")
        let error = #expect(throws: BuildError.self) {
            try fixture.write(
                image, "type=docker,dest=e.tar",
                attestations: [Attestation(predicateType: "x", predicate: [:], fileName: "x")])
        }
        #expect(error?.description.contains("write type=oci") == true)
        #expect(fixture.entries() == ["d", "d.tar", "store"])
    }

    @Test func `attestations are in an index beside the image`() throws {
        let fixture = try OutputFixture()
        let image = try fixture.build(Self.layers)
        let attestation = Attestation(
            predicateType: Attestation.provenanceType, predicate: ["answer": 42], fileName: "provenance.json")
        let description = try #require(
            try fixture.write(image, "type=oci,tar=false,dest=out", attestations: [attestation]))
        try check(fixture, "out")
        let index = try fixture.json("out/blobs/sha256/\(description.descriptor.digest.hex)")
        #expect(index["manifests"]?[0]?["digest"]?.string == "\(image.manifestDigest)")
        let entry = try #require(index["manifests"]?[1])
        #expect(entry["platform"] == ["architecture": "unknown", "os": "unknown"])
        #expect(entry["annotations"]?["vnd.docker.reference.type"]?.string == "attestation-manifest")
        #expect(entry["annotations"]?["vnd.docker.reference.digest"]?.string == "\(image.manifestDigest)")
        let manifest = try fixture.json("out/blobs/sha256/\(entry["digest"]?.string?.dropFirst(7) ?? "")")
        #expect(manifest["artifactType"]?.string == "application/vnd.docker.attestation.manifest.v1+json")
        #expect(manifest["subject"]?["digest"]?.string == "\(image.manifestDigest)")
        #expect(
            manifest["config"]?["digest"]?.string
                == "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")
        let layer = try #require(manifest["layers"]?[0])
        #expect(layer["annotations"]?["in-toto.io/predicate-type"]?.string == Attestation.provenanceType)
        let statement = try fixture.json("out/blobs/sha256/\(layer["digest"]?.string?.dropFirst(7) ?? "")")
        #expect(statement["_type"]?.string == "https://in-toto.io/Statement/v1")
        #expect(statement["subject"]?[0]?["name"]?.string == "pkg:docker/test@1?platform=linux%2Famd64")
        #expect(statement["subject"]?[0]?["digest"]?["sha256"]?.string == image.manifestDigest.hex)
        #expect(statement["predicate"] == ["answer": 42])
    }

    @Test func `a damaged layer is noticed, and nothing is written`() throws {
        let fixture = try OutputFixture()
        let image = try fixture.build(Self.layers)
        try fixture.shell("echo other > store/layers/\(image.layers[0].diffID.hex)/root/etc/a")
        for output in ["type=oci,dest=a.tar", "type=oci,tar=false,dest=out", "type=docker,dest=d.tar,compression=zstd"]
        {
            let error = #expect(throws: BuildError.self) { try fixture.write(image, output) }
            #expect(error?.description.contains("is damaged in the store") == true)
        }
        #expect(fixture.entries() == ["store"])
    }
}
