// SPDX-License-Identifier: Apache-2.0
import Compression
import Foundation
import Linux
import OCI
import Testing

@testable import Images

@Suite(.enabled(if: Fixture.isRoot, "needs root, to set the owners of files"))
struct DamagedLayoutTests {
    private func write(_ bytes: [UInt8], _ file: String) {
        _ = FileManager.default.createFile(atPath: file, contents: Data(bytes))
    }

    /// Every file with other bytes, cut short and made longer: an error, or the image that was written.
    @Test func noDamageGivesAnotherImage() throws {
        let fixture = try LayoutFixture()
        let layers = [
            try fixture.layer(["a": "1"], .gzip), try fixture.layer(["b": String(repeating: "2", count: 600)], .zstd),
        ]
        fixture.list([fixture.named(fixture.image(layers), "latest")])
        let whole = try fixture.take().layers
        let blobs = try FileManager.default.contentsOfDirectory(atPath: fixture.layout + "/blobs/sha256")
        var random = SystemRandomNumberGenerator()
        var errors = 0
        for name in ["oci-layout", "index.json"] + blobs.map({ "blobs/sha256/" + $0 }) {
            let file = "\(fixture.layout)/\(name)"
            let bytes = try Descriptor.contents(of: file)
            var variants: [[UInt8]] = [0, 1, bytes.count / 2, bytes.count - 1].map { Array(bytes.prefix($0)) }
            variants.append(bytes + [0])
            for place in bytes.indices where place % 5 == Int.random(in: 0..<5, using: &random) {
                var damaged = bytes
                damaged[place] ^= UInt8.random(in: 1...255, using: &random)
                variants.append(damaged)
            }
            for variant in variants {
                // Nothing of it is here: everything has to be read.
                try FileManager.default.removeItem(atPath: fixture.path + "/store/layers")
                write(variant, file)
                do { #expect(try fixture.take().layers == whole, "\(name)") } catch {
                    #expect(error is ImageError)
                    errors += 1
                }
            }
            write(bytes, file)
        }
        #expect(errors > 100)
        #expect(fixture.entries("staging").isEmpty)
        #expect(try fixture.take().layers == whole)
    }

    @Test func whatIsMissingIsNamed() throws {
        let fixture = try LayoutFixture()
        let layer = try fixture.layer(["a": "1"], .gzip)
        let image = fixture.image([layer])
        fixture.list([image])
        #expect(try LayoutReference(fixture.layout + "x").path == fixture.layout + "x")
        #expect(fixture.failure("x").contains("cannot read \(fixture.layout)x"))
        for digest in [layer.blob.digest, image.digest] {
            try fixture.shell("mv \(fixture.place(digest)) saved")
            let failure = fixture.failure()
            #expect(failure.hasPrefix("cannot use oci-layout://\(fixture.layout): "), "\(failure)")
            #expect(failure.contains("\(fixture.place(digest)) is missing"), "\(failure)")
            for script in [
                "mkfifo", "mkdir", "ln -s \(fixture.path)/saved", "ln -s /dev/zero", "mknod -m 666 P c 1 5 #",
            ] {
                let place = fixture.place(digest)
                try fixture.shell(script.contains(" P ") ? "mknod \(place) c 1 5" : "\(script) \(place)")
                #expect(fixture.failure().contains(place), "\(script)")
                try fixture.shell("rm -rf \(place)")
            }
            try fixture.shell("mv saved \(fixture.place(digest))")
        }
        for name in ["oci-layout", "index.json"] {
            try fixture.shell("mv layout/\(name) saved")
            #expect(fixture.failure().contains(name))
            fixture.write("[1]", to: name)
            #expect(fixture.failure().contains(name))
            try fixture.shell("mv saved layout/\(name)")
        }
        fixture.write(#"{"imageLayoutVersion":"2.0.0"}"#, to: "oci-layout")
        #expect(fixture.failure().contains("version 1"))
    }

    @Test func documentsThatDoNotFitAreRefused() throws {
        let fixture = try LayoutFixture()
        let layer = try fixture.layer(["a": "1"], .gzip)
        let other = try fixture.layer(["a": "2"], .gzip)
        // An archive of something else, also where both are here.
        fixture.list([fixture.image([layer, other])])
        try fixture.take()
        fixture.list([fixture.image([(layer.blob, other.diffID)])])
        #expect(fixture.failure().contains("holds \(layer.diffID), and the configuration says \(other.diffID)"))
        // A size that is not the file's.
        var blob = layer.blob
        blob.size += 1
        fixture.list([fixture.image([(blob, layer.diffID)])])
        #expect(fixture.failure().contains("and \(blob.size) were written"))
        // Another kind of layer, and of image.
        blob = layer.blob
        blob.mediaType = MediaType(rawValue: "application/vnd.oci.image.layer.v1.tar+encrypted")
        fixture.list([fixture.image([(blob, layer.diffID)])])
        #expect(fixture.failure().contains("tar+encrypted, which is no layer of files"))
        fixture.list([fixture.image([layer], type: MediaType(rawValue: "text/html"))])
        #expect(fixture.failure().contains("text/html, which is no image"))
        // More layers than digests.
        let configuration = ImageConfiguration(platform: .current, diffIDs: [])
        let manifest = ImageManifest(
            configuration: fixture.blob(configuration.json.bytes(), .configuration), layers: [layer.blob])
        fixture.list([fixture.blob(manifest.json.bytes(), .manifest)])
        #expect(fixture.failure().contains("it has 1 layers and 0 digests"))
        // An index that leads to itself cannot be; one that leads on and on can.
        var descriptor = fixture.image([layer])
        for _ in 0..<6 {
            descriptor = fixture.blob(ImageIndex(manifests: [descriptor]).json.bytes(), .index)
        }
        fixture.list([descriptor])
        #expect(fixture.failure().contains("its indexes lead to other indexes"))
    }

    @Test func layersThatLeadOutAreRefused() throws {
        let fixture = try LayoutFixture()
        for name in ["../escape", "/../../escape"] {
            fixture.list([fixture.image([try fixture.layer([name: "1"], .gzip)])])
            #expect(fixture.failure().contains("lead out of the layer"))
        }
        let text = Array("no archive at all".utf8)
        fixture.list([fixture.image([(fixture.blob(text, .gzipLayer), Digest(of: text))])])
        #expect(fixture.failure().contains("cannot read its layer"))
        #expect(fixture.entries("layers").isEmpty && fixture.entries("staging").isEmpty)
    }
}
