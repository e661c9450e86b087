// SPDX-License-Identifier: Apache-2.0
import Compression
import Foundation
import Linux
import OCI

@testable import Images

/// An OCI image layout in a directory, made document by document, and an empty store beside it.
final class LayoutFixture {
    private let fixture: Fixture
    var store: ImageStore { fixture.store }
    var path: String { fixture.path }
    var layout: String { path + "/layout" }
    private var hold = LayerHold()

    init() throws {
        fixture = try Fixture()
        try FileManager.default.createDirectory(atPath: layout + "/blobs/sha256", withIntermediateDirectories: true)
        write(#"{"imageLayoutVersion":"1.0.0"}"#, to: "oci-layout")
    }

    @discardableResult
    func shell(_ command: String) throws -> String { try fixture.shell(command) }

    func entries(_ name: String) -> [String] { fixture.entries(name) }

    func write(_ text: String, to name: String) {
        _ = FileManager.default.createFile(atPath: "\(layout)/\(name)", contents: Data(text.utf8))
    }

    func blob(_ bytes: [UInt8], _ type: MediaType) -> ContentDescriptor {
        let digest = Digest(of: bytes)
        _ = FileManager.default.createFile(atPath: place(digest), contents: Data(bytes))
        return ContentDescriptor(mediaType: type, digest: digest, size: Int64(bytes.count))
    }

    func place(_ digest: Digest) -> String { "\(layout)/blobs/sha256/\(digest.hex)" }

    /// An archive of files with these texts.
    static func archive(_ files: [String: String]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (name, text) in files.sorted(by: { $0.key < $1.key }) {
            var entry = TarEntry(name: Array(name.utf8), kind: .regular)
            entry.mode = 0o644
            entry.dataSize = Int64(text.utf8.count)
            bytes += TarWriter.header(entry) + Array(text.utf8) + TarWriter.padding(after: entry.dataSize)
        }
        return bytes + TarWriter.end
    }

    func compress(_ bytes: [UInt8], _ format: CompressionFormat) throws -> [UInt8] {
        guard let compressor = try format.blockCompressor() else { return bytes }
        return try compressor.compress(bytes[...])
    }

    /// A layer of these files, compressed.
    func layer(
        _ files: [String: String], _ format: CompressionFormat, type: MediaType? = nil
    ) throws -> (blob: ContentDescriptor, diffID: Digest) {
        let bytes = Self.archive(files)
        let usual: MediaType =
            switch format {
            case .gzip: .gzipLayer
            case .zstd: .zstdLayer
            default: .layer
            }
        return (blob(try compress(bytes, format), type ?? usual), Digest(of: bytes))
    }

    /// The manifest of an image of these layers.
    func image(
        _ layers: [(blob: ContentDescriptor, diffID: Digest)], platform: Platform = .current,
        type: MediaType = .manifest
    ) -> ContentDescriptor {
        let configuration = ImageConfiguration(platform: platform, diffIDs: layers.map(\.diffID))
        let manifest = ImageManifest(
            configuration: blob(configuration.json.bytes(), .configuration), layers: layers.map(\.blob))
        var descriptor = blob(manifest.json.bytes(), type)
        descriptor.platform = platform
        return descriptor
    }

    func list(_ images: [ContentDescriptor]) {
        write(ImageIndex(manifests: images).json.description, to: "index.json")
    }

    func list(_ images: [ContentDescriptor], names: [String]) { list(zip(images, names).map { named($0, $1) }) }

    func named(_ descriptor: ContentDescriptor, _ name: String) -> ContentDescriptor {
        var named = descriptor
        named.annotations["org.opencontainers.image.ref.name"] = name
        return named
    }

    /// Reads the image behind the path, and what follows it, and takes it into the store.
    @discardableResult
    func take(_ rest: String = "") throws -> Image {
        try store.holdEverything(in: &hold)
        let image = try LayoutImage(LayoutReference("oci-layout://\(layout)\(rest)"))
        try store.take(image)
        return try store.image(of: image)
    }

    /// What is wrong with it.
    func failure(_ rest: String = "") -> String {
        do {
            try take(rest)
            return ""
        } catch {
            return "\(error)"
        }
    }
}
