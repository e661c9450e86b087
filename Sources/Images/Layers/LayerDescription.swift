// SPDX-License-Identifier: Apache-2.0
internal import Compression
public import OCI

/// What a layer is: its digest, and what is in it. It crosses a pipe as JSON, from the process that has hashed the layer
/// to the one that publishes it.
public struct LayerDescription: Hashable, Sendable {
    /// The digest of the uncompressed archive.
    public var diffID: Digest
    /// Bytes of that archive.
    public var archiveSize: Int64
    /// Bytes of file contents.
    public var size: Int64
    /// Entries of the archive.
    public var entries: Int
    /// The owners above 65535 that occur, sorted: a user namespace for the layer needs them too.
    public var highUsers: [UInt32]
    public var highGroups: [UInt32]

    /// Whether nothing was changed: the layer has the same files as what is below it.
    public var isEmpty: Bool { entries == 0 }

    public init(
        diffID: Digest, archiveSize: Int64, size: Int64, entries: Int, highUsers: [UInt32] = [],
        highGroups: [UInt32] = []
    ) {
        self.diffID = diffID
        self.archiveSize = archiveSize
        self.size = size
        self.entries = entries
        self.highUsers = highUsers
        self.highGroups = highGroups
    }

    /// Describes the layer whose root is the directory `path`: reads all of it once and hashes its archive.
    /// With `latest`, in seconds since 1970, as it will be when no time in it is later. Of a layer that is being filled,
    /// `progress` tells how far it is.
    init(
        root path: String, latest: Int64? = nil, following progress: (any LayerProgress)? = nil,
        alsoTo sink: LayerArchive.Sink = { _ throws(ImageError) in }
    ) throws(ImageError) {
        var hash = SHA256()
        let contents = try LayerArchive.write(path, latest: latest, following: progress) { bytes throws(ImageError) in
            hash.update(bytes)
            try sink(bytes)
        }
        self.init(
            diffID: Digest(sha256: hash.digest()), archiveSize: contents.archiveSize, size: contents.size,
            entries: contents.entries, highUsers: contents.highUsers.sorted(),
            highGroups: contents.highGroups.sorted())
    }

    public var json: JSON {
        [
            "diffID": .string("\(diffID)"), "archiveSize": JSON(archiveSize), "size": JSON(size),
            "entries": JSON(entries), "highUsers": .array(highUsers.map { JSON($0) }),
            "highGroups": .array(highGroups.map { JSON($0) }),
        ]
    }

    /// Reads what ``json`` gives; nil where it is anything else.
    public init?(_ json: JSON) {
        guard let text = json["diffID"]?.string, let diffID = try? Digest(text),
            let archiveSize = json["archiveSize"]?.int64, let size = json["size"]?.int64,
            let entries = json["entries"]?.int, let users = json["highUsers"]?.array,
            let groups = json["highGroups"]?.array
        else { return nil }
        self.init(
            diffID: diffID, archiveSize: archiveSize, size: size, entries: entries,
            highUsers: users.compactMap(\.uint32), highGroups: groups.compactMap(\.uint32))
    }
}
