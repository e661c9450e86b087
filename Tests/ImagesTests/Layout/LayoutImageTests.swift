// SPDX-License-Identifier: Apache-2.0
import Compression
import Foundation
import Linux
import OCI
import Testing

@testable import Images

@Suite(.enabled(if: Fixture.isRoot, "needs root, to set the owners of files"))
struct LayoutImageTests {
    @Test func layersOfAnyCompressionAreTaken() throws {
        let fixture = try LayoutFixture()
        let layers = [
            try fixture.layer(["a": "1"], .none), try fixture.layer(["a": "2", "b/c": "3"], .gzip),
            try fixture.layer(["d": "4"], .zstd),
        ]
        let listed = fixture.image(layers)
        fixture.list([listed])
        let image = try fixture.take()
        #expect(image.reference == nil && image.manifestDigest == listed.digest)
        #expect(image.layers.map(\.diffID) == layers.map(\.diffID))
        #expect(image.layers.map(\.blob) == layers.map(\.blob))
        #expect(
            try image.layers.map { try fixture.shell("cat $(find \($0.path) -type f | sort)") } == ["1", "23", "4"])
        // Without a name, it is nobody's.
        #expect(fixture.entries("blobs/sha256").count == 3 && fixture.entries("staging").isEmpty)
        #expect(!fixture.entries("").contains("index.json"))
        for layer in image.layers {
            try fixture.store.readArchive(of: layer) { _ throws(ImageError) in }
            try fixture.store.readUncompressedArchive(of: layer) { _ throws(ImageError) in }
        }
    }

    @Test func dockersWordsAreUnderstood() throws {
        let fixture = try LayoutFixture()
        let type = MediaType(rawValue: "application/vnd.docker.image.rootfs.diff.tar.gzip")
        let layer = try fixture.layer(["a": "1"], .gzip, type: type)
        let manifest = fixture.image(
            [layer], type: MediaType(rawValue: "application/vnd.docker.distribution.manifest.v2+json"))
        let index = fixture.blob(
            ImageIndex(manifests: [manifest]).json.bytes(),
            MediaType(rawValue: "application/vnd.docker.distribution.manifest.list.v2+json"))
        fixture.list([index])
        let image = try fixture.take()
        #expect(image.layers[0].blob.mediaType == .gzipLayer && image.manifest.layers[0].mediaType == .gzipLayer)
    }

    @Test func theOneThatIsMeantIsFound() throws {
        let fixture = try LayoutFixture()
        let other = Platform(os: "linux", architecture: Platform.current.architecture == "arm64" ? "amd64" : "arm64")
        let one = fixture.image([try fixture.layer(["a": "1"], .none)])
        let two = fixture.image([try fixture.layer(["a": "2"], .none)])
        let foreign = fixture.image([try fixture.layer(["a": "3"], .none)], platform: other)
        var attestation = fixture.image([], platform: Platform(os: "unknown", architecture: "unknown"))
        attestation.annotations["vnd.docker.reference.type"] = "attestation-manifest"
        let index = fixture.blob(ImageIndex(manifests: [attestation, foreign, two]).json.bytes(), .index)

        fixture.list([fixture.named(one, "v1"), fixture.named(index, "docker.io/library/app:v2"), attestation])
        #expect(try fixture.take(":v1").manifestDigest == one.digest)
        #expect(try fixture.take(":v2").manifestDigest == two.digest)
        #expect(try fixture.take("@\(two.digest)").manifestDigest == two.digest)
        #expect(try fixture.take("@\(index.digest)").manifestDigest == two.digest)
        #expect(fixture.failure().contains("there are several images in it: write PATH:TAG or PATH@DIGEST"))
        #expect(fixture.failure().contains("there are docker.io/library/app:v2, v1"))
        #expect(fixture.failure(":v3").contains("there is no v3 in it, there are docker.io/library/app:v2, v1"))
        #expect(fixture.failure("@\(foreign.digest)").contains("it is for \(other), and not for \(Platform.current)"))

        fixture.list([fixture.named(one, "v1"), fixture.named(two, "latest")])
        #expect(try fixture.take().manifestDigest == two.digest, "latest goes without saying")
        fixture.list([foreign, attestation, one])
        #expect(try fixture.take().manifestDigest == one.digest)
        fixture.list([foreign])
        #expect(fixture.failure().contains("it is for \(other), and not for \(Platform.current)"))
        fixture.list([attestation])
        #expect(fixture.failure().contains("there is no image in it"))
    }

    @Test func whatIsHereIsNotReadAgain() throws {
        let fixture = try LayoutFixture()
        let layer = try fixture.layer(["a": "1"], .gzip)
        let listed = fixture.image([layer, layer])
        fixture.list([listed])
        let image = try fixture.take()
        let reference = try LayoutReference(fixture.layout)
        // Nobody but this layout says that the archive is the layer.
        #expect(try !fixture.store.has(LayoutImage(reference)))
        let staging = try fixture.store.makeBuildStaging()
        var configuration = image.configuration
        configuration.created = "2026-01-02T03:04:05Z"
        try staging.publish(
            layers: [],
            image: NewImage(configuration: configuration, names: [try ImageReference("built")], base: image.layers))
        #expect(try fixture.store.has(LayoutImage(reference)))
        try fixture.shell("rm layout/blobs/sha256/\(layer.blob.digest.hex)")
        #expect(try fixture.take().layers == image.layers)
        try fixture.shell("rm store/blobs/sha256/\(layer.blob.digest.hex)")
        #expect(fixture.failure().contains("\(layer.blob.digest.hex) is missing"))
    }

    @Test(
        arguments: [
            ("oci-layout://a", "a", nil, nil), ("oci-layout:///a/b:c", "/a/b", "c", nil), ("x:1/y", "x:1/y", nil, nil),
            ("a@b/c:d", "a@b/c", "d", nil), ("a@sha256:\(digest)", "a", nil, digest),
            ("a:b@sha256:\(digest)", "a", "b", digest), ("a:1/\u{301}b", "a:1/\u{301}b", nil, nil),
            ("a@b\u{600}/c", "a@b\u{600}/c", nil, nil),
        ] as [(String, String, String?, String?)])
    func aReferenceIsRead(text: String, path: String, tag: String?, digest: String?) throws {
        let reference = try LayoutReference(text)
        #expect(reference.path == path && reference.tag == tag && reference.digest?.hex == digest)
        #expect(try LayoutReference("\(reference)") == reference)
    }

    private static let digest = String(repeating: "ab", count: 32)

    @Test(arguments: ["oci-layout://", "oci-layout://a:", "a@sha256:1", "a@", ":b"])
    func otherTextsAreNone(text: String) {
        #expect(throws: ImageError.self) { try LayoutReference(text) }
    }
}
