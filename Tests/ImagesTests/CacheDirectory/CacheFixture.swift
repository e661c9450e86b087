// SPDX-License-Identifier: Apache-2.0
import Foundation
import Linux
import OCI

@testable import Images

/// A store with steps of a build, and a directory for a cache beside it.
final class CacheFixture {
    private let fixture: Fixture
    var store: ImageStore { fixture.store }
    var path: String { fixture.path }
    var cache: String { path + "/cache" }
    private var count = 0

    init() throws { fixture = try Fixture() }

    @discardableResult
    func shell(_ command: String) throws -> String { try fixture.shell(command) }

    static func digest(_ text: String) -> Digest { Digest(of: Array(text.utf8)) }

    /// A step whose layer is what `script` makes in an empty directory.
    func step(_ text: String, _ script: String) throws -> (layer: Image.Layer, record: CacheRecord) {
        let staging = try store.makeBuildStaging()
        let place = try staging.makeLayer(0)
        try shell("cd \(place)/upper; \(script)")
        try BuildStaging.sealLayer(place, clampTo: 1_000_000)
        let layer = BuiltLayer(directory: place, description: try BuildStaging.describeLayer(place))
        let record = CacheRecord(
            key: Self.digest(text), identity: Self.digest("of " + text), diffID: layer.description.diffID,
            created: "2026-01-02T03:04:05Z", step: text)
        try staging.publish(layers: [layer], cache: [record])
        guard let stored = store.layer(layer.description.diffID) else { throw Fixture.Failure(command: text) }
        return (stored, record)
    }

    /// Writes a cache of these, and tells how many archives were written.
    @discardableResult
    func write(_ layers: [Image.Layer], _ records: [CacheRecord]) throws -> Int {
        var writer = try CacheWriter.open(cache)
        for layer in layers { try writer.add(layer, of: store) }
        let written = writer.written
        try writer.finish(records)
        return written
    }

    /// Unpacks a layer of the cache to a place of its own, and tells which.
    @discardableResult
    func take(_ diffID: Digest, from reader: CacheReader) throws -> LayerDescription {
        count += 1
        let place = "\(path)/taken/\(count)"
        for name in ["upper", "work"] {
            try FileManager.default.createDirectory(atPath: "\(place)/\(name)", withIntermediateDirectories: true)
        }
        do {
            return try reader.unpackLayer(diffID, into: place)
        } catch {
            guard FileManager.default.subpaths(atPath: place)?.sorted() == ["upper", "work"] else {
                throw Fixture.Failure(command: "\(place) is not as it was")
            }
            throw error
        }
    }

    /// An empty store.
    func other() throws -> ImageStore { try ImageStore(root: path + "/other") }

    /// The names in the cache's directory.
    var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: cache))?.sorted() ?? [] }

    func blobs() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: cache + "/blobs/sha256").sorted()
    }

    /// The blob that is the list.
    var list: String {
        guard let bytes = try? Descriptor.contents(of: cache + "/cache.json"), let json = try? JSON(parsing: bytes),
            let descriptor = try? ContentDescriptor(json)
        else { return "" }
        return descriptor.digest.hex
    }

    /// The uncompressed archive in a blob, as text.
    func unpack(_ blob: String) throws -> String {
        let file = try Descriptor.open("\(cache)/blobs/sha256/\(blob)", .readOnly)
        let source = try DecompressedSource(FileSource(file, name: blob))
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = try source.read(into: &buffer)
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer[..<count]
        }
    }
}
