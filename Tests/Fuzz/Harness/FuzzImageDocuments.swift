// SPDX-License-Identifier: Apache-2.0
import Glibc
import Linux
import OCI

@testable import Images

/// The name of an image is read or refused, and both of its forms lead to the same image.
@Sendable func fuzzImageReference(_ bytes: [UInt8]) {
    guard let text = String(validating: bytes, as: UTF8.self), let reference = try? ImageReference(text) else { return }
    for form in [reference.canonical, reference.familiar] {
        guard let again = try? ImageReference(form) else {
            expect(false, "a form of a name is none: \(form)")
            return
        }
        expect(again.canonical == reference.canonical, "a form of a name is another's: \(form)")
        expect(form.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "a name has odd characters")
    }
    expect(!reference.path.isEmpty && !reference.host.isEmpty, "a name has no path or no host")
}

/// A manifest, or an index, is read or refused; what is written of it is the same one.
@Sendable func fuzzImageManifest(_ bytes: [UInt8]) {
    if let manifest = try? ImageManifest(parsing: bytes) {
        expect((try? ImageManifest(parsing: manifest.json.bytes())) == manifest, "a manifest is another after writing")
    }
    if let index = try? ImageIndex(parsing: bytes) {
        expect((try? ImageIndex(parsing: index.json.bytes())) == index, "an index is another after writing")
    }
}

/// The list of docker's archive, beside a configuration and two layers that it may name.
@Sendable func fuzzDockerList(_ bytes: [UInt8]) {
    let place = ImagePlace.shared
    place.put(bytes, at: "manifest.json")
    check { () throws(ImageError) in try place.reader(.current).dockerImages() }
}

/// The list of a layout, beside a manifest, an index of two machines, and an index that leads to itself.
@Sendable func fuzzLayout(_ bytes: [UInt8]) {
    let place = ImagePlace.shared
    place.put(bytes, at: "index.json")
    for platform in [Platform.current, Platform(os: "linux", architecture: "arm64")] {
        check { () throws(ImageError) in try place.reader(platform).images() }
        check { () throws(ImageError) in try place.reader(platform).images(only: platform) }
    }
}

private func check(_ read: () throws(ImageError) -> [ArchivedImage]) {
    do throws(ImageError) {
        for image in try read() {
            expect(image.layers.count == image.configuration.diffIDs.count, "an image has other layers than digests")
            expect(
                Digest(of: image.configurationBytes) == ImagePlace.shared.configuration, "an image came from nowhere")
            for name in image.names { expect(name.digest == nil, "an image is named by a digest") }
        }
    } catch {
        expect(!error.description.isEmpty, "an error says nothing")
    }
}

/// A folder with the files that lists name.
private struct ImagePlace: Sendable {
    static let shared = ImagePlace()

    private let path = "/tmp/minibox-fuzz-\(CurrentProcess.id)"
    let configuration: Digest

    private init() {
        unsafe atexit { system("rm -rf /tmp/minibox-fuzz-\(CurrentProcess.id)") }
        guard (try? Descriptor.makeDirectories("\(path)/blobs/sha256")) != nil else { fatalError("no folder in /tmp") }
        let layer = Digest(of: Array("layer".utf8))
        let document = ImageConfiguration(platform: .current, diffIDs: [layer]).json.bytes()
        configuration = Digest(of: document)
        put(document, at: "configuration")
        for name in ["one.tar", "two.tar"] { put(Array("layer".utf8), at: name) }
        put(Array(#"{"imageLayoutVersion": "1.0.0"}"#.utf8), at: "oci-layout")
        let described = blob(document, .configuration)
        let manifest = ImageManifest(configuration: described, layers: [blob(Array("layer".utf8), .layer)])
        var listed = blob(manifest.json.bytes(), .manifest)
        listed.platform = .current
        var other = listed
        other.platform = Platform(os: "linux", architecture: "arm64")
        let index = blob(ImageIndex(manifests: [other, listed]).json.bytes(), .index)
        _ = blob(ImageIndex(manifests: [index]).json.bytes(), .index)
    }

    func put(_ bytes: [UInt8], at name: String) {
        guard
            (try? Descriptor.open("\(path)/\(name)", [.writeOnly, .create, .truncate], mode: 0o600).write(bytes)) != nil
        else { fatalError("cannot write \(path)/\(name)") }
    }

    private func blob(_ bytes: [UInt8], _ type: MediaType) -> ContentDescriptor {
        let digest = Digest(of: bytes)
        put(bytes, at: "blobs/sha256/\(digest.hex)")
        return ContentDescriptor(mediaType: type, digest: digest, size: Int64(bytes.count))
    }

    func reader(_ platform: Platform) throws(ImageError) -> LayoutReader {
        LayoutReader(try BlobDirectory(path: path), platform: platform)
    }
}
