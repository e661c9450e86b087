// SPDX-License-Identifier: Apache-2.0
internal import OCI

/// What is in a directory of cached steps. Everything of a list that came from somewhere else is as it ought to be, or it
/// is not read at all.
struct CacheList: Sendable {
    /// By their keys.
    var records: [Digest: CacheRecord] = [:]
    /// The archives of layers, by diffID.
    var layers: [Digest: ContentDescriptor] = [:]
    /// By what they are called.
    var mounts: [String: Mount] = [:]

    /// A cache mount as it was when it was written.
    struct Mount: Hashable, Sendable {
        var archive: ContentDescriptor
        /// The digest of the uncompressed archive.
        var diffID: Digest
        /// Of the directory itself.
        var mode: UInt32
        var user: UInt32
        var group: UInt32
    }

    static let mediaType = MediaType(rawValue: "application/vnd.minibox.build-cache.v1+json")

    /// The annotation of an image's manifest that tells what its layers were made by.
    static let inlineKey = "minibox.build-cache"

    /// The archives that the list leads to.
    var archives: [ContentDescriptor] { Array(layers.values) + mounts.values.map(\.archive) }
}

extension CacheList {
    var json: JSON {
        [
            "records": .array(records.values.sorted { $0.key < $1.key }.map(\.exported)),
            "layers": .array(
                layers.sorted { $0.key < $1.key }.map {
                    ["diffID": .string("\($0.key)"), "archive": $0.value.json]
                }),
            "mounts": .array(
                mounts.sorted { $0.key < $1.key }.map {
                    [
                        "id": .string($0.key), "diffID": .string("\($0.value.diffID)"),
                        "archive": $0.value.archive.json, "mode": JSON($0.value.mode),
                        "user": JSON($0.value.user), "group": JSON($0.value.group),
                    ]
                }),
        ]
    }

    /// What an image tells of its own steps, in an annotation.
    static func inline(_ records: [CacheRecord]) -> String {
        let sorted = records.sorted { $0.key < $1.key }
        return String(decoding: (["records": .array(sorted.map(\.exported))] as JSON).bytes(), as: UTF8.self)
    }

    /// Reads what an image tells of its own steps: their layers are its own. nil where it is anything else.
    init?(inline text: String, of manifest: ImageManifest, _ configuration: ImageConfiguration) {
        guard let json = try? JSON(parsing: Array(text.utf8)), let records = json["records"]?.array,
            manifest.layers.count == configuration.diffIDs.count
        else { return nil }
        for (archive, diffID) in zip(manifest.layers, configuration.diffIDs) where archive.mediaType.isLayer {
            layers[diffID] = archive
        }
        for member in records {
            guard let record = CacheRecord(exported: member) else { return nil }
            if layers[record.diffID] != nil { self.records[record.key] = record }
        }
    }

    /// Reads a list; nil where the bytes are anything else.
    init?(_ bytes: [UInt8]) {
        guard let json = try? JSON(parsing: bytes), let records = json["records"]?.array,
            let layers = json["layers"]?.array, let mounts = json["mounts"]?.array
        else { return nil }
        for member in records {
            guard let record = CacheRecord(exported: member) else { return nil }
            self.records[record.key] = record
        }
        for member in layers {
            guard let diffID = Digest(in: member["diffID"]), let archive = Self.archive(in: member) else { return nil }
            self.layers[diffID] = archive
        }
        for member in mounts {
            guard let id = member["id"]?.string, let diffID = Digest(in: member["diffID"]),
                let archive = Self.archive(in: member), let mode = member["mode"]?.uint32, mode <= 0o7777,
                let user = member["user"]?.uint32,
                let group = member["group"]?.uint32
            else { return nil }
            self.mounts[id] = Mount(archive: archive, diffID: diffID, mode: mode, user: user, group: group)
        }
    }

    private static func archive(in member: JSON) -> ContentDescriptor? {
        member["archive"].flatMap { try? ContentDescriptor($0) }
    }
}

extension CacheRecord {
    /// What another store needs to know.
    fileprivate var exported: JSON {
        [
            "key": .string("\(key)"), "identity": .string("\(identity)"), "diffID": .string("\(diffID)"),
            "created": .string(created), "step": .string(step),
        ]
    }

    fileprivate init?(exported json: JSON) {
        guard let key = Digest(in: json["key"]), let identity = Digest(in: json["identity"]),
            let diffID = Digest(in: json["diffID"]), let created = json["created"]?.string,
            let step = json["step"]?.string, Self.isTime(created)
        else { return nil }
        self.init(key: key, identity: identity, diffID: diffID, created: created, step: Self.shown(step))
    }

    /// It becomes a part of images: `2026-01-02T03:04:05Z`, or nothing.
    private static func isTime(_ text: String) -> Bool {
        text.utf8.count <= 40
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "TZ:.+-".utf8.contains(byte)
            }
    }

    /// It is written to terminals.
    private static func shown(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? " " : $0 }))
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
    }
}

extension Digest {
    fileprivate init?(in json: JSON?) {
        guard let text = json?.string, let digest = try? Digest(text) else { return nil }
        self = digest
    }
}
