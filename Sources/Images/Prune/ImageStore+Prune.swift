// SPDX-License-Identifier: Apache-2.0
public import Linux
public import OCI

/// What was removed to make room.
public struct Pruning: Hashable, Sendable {
    public var images: [ImageRemoval] = []
    /// What steps of builds came to.
    public var cache: [CacheRecord] = []
    /// Bytes of file contents and of archives.
    public var reclaimed: Int64 = 0
}

extension ImageStore {
    /// Removes the images that have no name, or with `all` every image; but none that `isUsed` says is used by a
    /// container.
    public func pruneImages(all: Bool = false, isUsed: (Digest) -> Bool) throws(ImageError) -> Pruning {
        let staging = try makeStaging()
        return try locked { () throws(ImageError) in
            var index = try readIndex()
            var result = Pruning()
            for group in Dictionary(grouping: index.manifests, by: \.digest).values.sorted(by: Self.isEarlier) {
                guard let descriptor = group.first, all || group.allSatisfy({ $0.imageName == nil }),
                    let id = try idIfWhole(descriptor), !isUsed(id)
                else { continue }
                index.manifests.removeAll { $0.digest == descriptor.digest }
                result.images.append(ImageRemoval(untagged: group.compactMap(\.imageName), deleted: id))
            }
            try beginLeaving()
            if !result.images.isEmpty { try writeIndex(index) }
            result.reclaimed =
                try collect(index, into: staging) + (PartialLayers(of: directory, isMade: false)?.removeAll() ?? 0)
            return result
        }
    }

    /// The id of an image; nil for a damaged one, which may be used.
    private func idIfWhole(_ descriptor: ContentDescriptor) throws(ImageError) -> Digest? {
        do throws(ImageError) { return try manifest(descriptor).configuration.digest } catch {
            if error.code == .damaged || error.code == .badImage { return nil }
            throw error
        }
    }

    private static func isEarlier(_ left: [ContentDescriptor], _ right: [ContentDescriptor]) -> Bool {
        (left.first?.imageName?.familiar ?? "", left.first?.digest.hex ?? "")
            < (right.first?.imageName?.familiar ?? "", right.first?.digest.hex ?? "")
    }

    /// Forgets what steps of builds came to, and removes the layers that no image has. Without `all`, steps whose layers
    /// an image has stay: nothing is gained by forgetting them.
    ///
    /// With `unusedSince` only what no build has asked for since then. With `keeping`, in bytes, those that were not asked
    /// for the longest go first, until what only the cache has takes no more than that.
    public func pruneCache(
        all: Bool = true, unusedSince: FileTime? = nil, keeping: Int64? = nil
    ) throws(ImageError) -> Pruning {
        let staging = try makeStaging()
        return try locked { () throws(ImageError) in
            let index = try readIndex()
            var result = Pruning()
            let records = try cacheRecords().sorted { ($0.used, $0.record.key) < ($1.used, $1.record.key) }
            var users = Dictionary(grouping: records, by: \.record.diffID).mapValues(\.count)
            for diffID in try layers(of: index) { users[diffID] = nil }
            var size = users.keys.reduce(Int64(0)) { $0 + (record(of: $1)?.contents.size ?? 0) }
            try beginLeaving()
            for (found, used) in records {
                if let unusedSince, used >= unusedSince { break }
                if let keeping, size <= keeping { break }
                guard all || users[found.diffID] != nil else { continue }
                try removeRecord(found.key)
                result.cache.append(found)
                guard let left = users[found.diffID] else { continue }
                users[found.diffID] = left - 1
                if left == 1 { size -= record(of: found.diffID)?.contents.size ?? 0 }
            }
            if all, keeping == nil { try removeNotes(before: unusedSince) }
            result.reclaimed = try collect(index, into: staging)
            return result
        }
    }

    /// The layers of all images that can be read.
    private func layers(of index: ImageIndex) throws(ImageError) -> Set<Digest> {
        var result: Set<Digest> = []
        for descriptor in index.manifests {
            guard let manifest = try? manifest(descriptor) else { continue }
            result.formUnion((try? configuration(manifest))?.diffIDs ?? [])
        }
        return result
    }

    /// Removes a record of the build cache, if it is there; only while ``locked(_:)``.
    func removeRecord(_ key: Digest) throws(ImageError) {
        do throws(SystemError) { try directory.remove("\(Self.cacheName)/\(key.hex)") } catch {
            if error.errno != .noEntry { throw .write("\(path)/\(Self.cacheName)/\(key.hex)", error) }
        }
    }

    private func removeNotes(before time: FileTime?) throws(ImageError) {
        try wrapping({ [path] in .write("\(path)/\(Self.stepsName)", $0) }) { () throws(SystemError) in
            let notes = try directory.open(Self.stepsName, [.readOnly, .directory, .noFollow])
            for name in try notes.names() {
                if let time, try notes.status(of: name).modified >= time { continue }
                try notes.removeTree(name)
            }
        }
    }
}
