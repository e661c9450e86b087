// SPDX-License-Identifier: Apache-2.0
internal import OCI

/// What `layer.json` says about an unpacked layer. A layer without one was never finished.
struct LayerRecord: Hashable, Sendable {
    /// What unpacking found, or describing.
    struct Contents: Hashable, Sendable {
        /// Bytes of file contents.
        var size: Int64
        var entries: Int
        /// The owners above 65535, which a user namespace of the usual size does not have.
        var highUsers: [UInt32]
        var highGroups: [UInt32]
        /// Bytes of the uncompressed archive; nil in records of before it was written down.
        var archiveSize: Int64?
        /// Whether the layer says whose the root is and its mode. The root of one that does not is as it happened to be
        /// made.
        var hasRoot: Bool
    }

    var diffID: Digest
    var contents: Contents

    var json: JSON {
        var result: JSON = [
            "diffID": .string("\(diffID)"), "size": JSON(contents.size), "entries": JSON(contents.entries),
            "highUsers": .array(contents.highUsers.map { JSON($0) }),
            "highGroups": .array(contents.highGroups.map { JSON($0) }), "hasRoot": .bool(contents.hasRoot),
        ]
        if let archiveSize = contents.archiveSize { result["archiveSize"] = JSON(archiveSize) }
        return result
    }

    init(diffID: Digest, contents: Contents) {
        self.diffID = diffID
        self.contents = contents
    }

    /// The record of a layer that was made in place.
    init(_ description: LayerDescription) {
        self.init(
            diffID: description.diffID,
            contents: Contents(
                size: description.size, entries: description.entries, highUsers: description.highUsers,
                highGroups: description.highGroups, archiveSize: description.archiveSize, hasRoot: false))
    }

    /// Reads the record of the layer `diffID`; nil where the bytes are anything else, so that it is made anew.
    init?(_ bytes: [UInt8], of diffID: Digest) {
        guard let json = try? JSON(parsing: bytes), json["diffID"]?.string == "\(diffID)",
            let size = json["size"]?.int64, let entries = json["entries"]?.int,
            let users = json["highUsers"]?.array, let groups = json["highGroups"]?.array
        else { return nil }
        self.init(
            diffID: diffID,
            contents: Contents(
                size: size, entries: entries, highUsers: users.compactMap(\.uint32),
                highGroups: groups.compactMap(\.uint32), archiveSize: json["archiveSize"]?.int64,
                hasRoot: json["hasRoot"]?.bool ?? true))
    }
}
