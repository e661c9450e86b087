// SPDX-License-Identifier: Apache-2.0
import Compression
import Foundation
import Linux
import OCI
import Testing

@testable import Images

/// Archives that are damaged, or made to harm: each is an error, and the store is as it was.
@Suite(.enabled(if: Fixture.isRoot, "needs root, to make layers"))
struct HostileLoadTests {
    private func refuses(
        _ prepare: String, _ words: String, _ edit: (LayoutFixture, ContentDescriptor) throws -> Void = { _, _ in }
    ) throws {
        let fixture = try LayoutFixture()
        let descriptor = fixture.image([try fixture.layer(["a": "1"], .gzip)])
        fixture.list([descriptor], names: ["docker.io/library/app:1"])
        try edit(fixture, descriptor)
        try fixture.shell(prepare)
        let error = try #require(throws: ImageError.self) {
            try fixture.store.load(from: .path("\(fixture.path)/it.tar"))
        }
        #expect("\(error)".contains(words), "\(error)")
        #expect(try fixture.store.list().isEmpty)
        for name in ["staging", "layers", "blobs/sha256"] { #expect(fixture.entries(name).isEmpty, "\(name)") }
        #expect(!FileManager.default.fileExists(atPath: "/escaped"))
    }

    private static let whole = "tar -C layout -cf it.tar ."

    @Test(arguments: [
        ("head -c 700 /dev/urandom >it.tar", "damaged"),
        ("printf '' >it.tar", "truncated"),
        ("tar -C layout -cf all.tar .; head -c 3000 all.tar >it.tar", "truncated"),
        ("echo hello >hello; tar -cf it.tar hello", "neither an index.json nor a manifest.json"),
        ("rm layout/index.json; tar -C layout -cf it.tar .", "there is no index.json"),
        ("rm layout/blobs/sha256/*; tar -C layout -cf it.tar .", "is missing"),
        ("mkfifo layout/pipe; tar -C layout -cf it.tar .", "is a device or a pipe"),
        ("echo '[]' >manifest.json; tar -cf it.tar manifest.json", "there is no image in it"),
        ("echo '{}' >manifest.json; tar -cf it.tar manifest.json", "neither an index.json"),
        (
            #"echo '[{"Config":"c.json","Layers":[]}]' >manifest.json; tar -cf it.tar manifest.json"#,
            "names a configuration or layers that are not there"
        ),
        (
            #"echo '{}' >c.json; echo '[{"Config":"c.json","Layers":[]}]' >manifest.json; tar -cf it.tar manifest.json c.json"#,
            "its configuration is damaged"
        ),
        // Links that lead round and round, or out of the archive.
        (
            #"ln -s b a; ln -s a b; echo '[{"Config":"a","Layers":[]}]' >manifest.json; tar -cf it.tar manifest.json a b"#,
            "not there"
        ),
        (
            #"ln -s /etc/passwd c; echo '[{"Config":"c","Layers":[]}]' >manifest.json; tar -cf it.tar manifest.json c"#,
            "not there"
        ),
        // A name by a digest, which nothing could be found by, and many large configurations.
        (
            #"""
            printf '{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}' >c.json
            printf '[{"Config":"c.json","RepoTags":["a@sha256:%064d"],"Layers":[]}]' 0 >manifest.json
            tar -cf it.tar manifest.json c.json
            """#, "by a digest"
        ),
        (
            #"""
            for i in 1 2 3 4 5; do
                printf '{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]},"x":"' >$i.json
                head -c 15000000 /dev/zero | tr '\0' x >>$i.json; printf '"}' >>$i.json
                l="$l,{\"Config\":\"$i.json\",\"Layers\":[]}"
            done
            echo "[${l#,}]" >manifest.json; tar -cf it.tar *.json
            """#, "larger than 64 MiB together"
        ),
        ("truncate -s 20M layout/index.json; tar -C layout -cf it.tar .", "is larger than"),
    ]) func whatIsNoArchiveOfImagesIsRefused(_ prepare: String, _ words: String) throws {
        try refuses(prepare, words)
    }

    @Test func aLayerThatWasChangedIsRefused() throws {
        try refuses(Self.whole, "damaged") { fixture, descriptor in
            let manifest = try ImageManifest(
                parsing: Array(try #require(FileManager.default.contents(atPath: fixture.place(descriptor.digest)))))
            try fixture.shell(
                "printf x | dd of=\(fixture.place(manifest.layers[0].digest)) bs=1 seek=30 conv=notrunc 2>&1")
        }
    }

    @Test func aManifestThatWasChangedIsRefused() throws {
        try refuses(Self.whole, "has another digest") { fixture, descriptor in
            try fixture.shell("printf ' ' >>\(fixture.place(descriptor.digest))")
        }
    }

    @Test func aLayerThatHoldsSomethingElseIsRefused() throws {
        try refuses(Self.whole, "and the configuration says") { fixture, _ in
            let layer = try fixture.layer(["a": "1"], .gzip)
            let other = try fixture.layer(["a": "2"], .gzip)
            fixture.list([fixture.image([(layer.blob, other.diffID)])], names: ["docker.io/library/app:1"])
        }
    }

    /// A name of the archive's is never a name on this machine: what leads out is a file like any other.
    @Test func namesThatLeadOutLeadNowhere() throws {
        let fixture = try LayoutFixture()
        fixture.list(
            [fixture.image([try fixture.layer(["a": "1"], .gzip)])], names: ["docker.io/library/app:1"])
        try fixture.shell(
            """
            echo out >out; tar -C layout -cf it.tar .
            tar --absolute-names --transform 's|^out$|/escaped|' -rf it.tar out
            tar --absolute-names --transform 's|^out$|../../../../../../../escaped|' -rf it.tar out
            """)
        #expect(try fixture.store.load(from: .path("\(fixture.path)/it.tar")).count == 1)
        #expect(!FileManager.default.fileExists(atPath: "/escaped"))
        #expect(fixture.entries("staging").isEmpty)
    }
}
