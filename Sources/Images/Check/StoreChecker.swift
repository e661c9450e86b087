// SPDX-License-Identifier: Apache-2.0
internal import Compression
internal import Linux
internal import OCI

/// Reads a store again, from the index to the last byte of each layer, and mends what it can.
///
/// Other commands go on meanwhile; what they add is not looked at.
final class StoreChecker {
    /// What the store has of a layer that something needs.
    struct Need {
        /// The archives that manifests name.
        var archives: Set<ContentDescriptor> = []
        /// Names of images, for messages.
        var images: Set<String> = []
    }

    /// What is wrong with a layer's directory.
    enum Directory: Hashable { case whole, missing, damaged }

    /// What is wrong with an archive.
    enum Archive: Hashable { case whole, missing, damaged }

    let store: ImageStore
    let repairs: Bool
    var result = StoreCheck()
    private var hasUnreadable = false

    init(_ store: ImageStore, repairs: Bool) {
        self.store = store
        self.repairs = repairs
    }

    func run() throws(ImageError) {
        try store.locked { () throws(ImageError) in try store.prepare() }
        // What is removed meanwhile stays until this has looked at it: so what the index names from here on is there.
        var hold = LayerHold()
        try store.holdAll(in: &hold)
        let index: ImageIndex
        do throws(ImageError) { index = try store.readIndex() } catch {
            guard error.code == .damaged else { throw error }
            result.add(
                error.subject, "\(error)",
                .open("nothing else can be found without it: remove the store and import or build the images again"))
            return
        }
        var needs = try readDocuments(of: index)
        let records = try checkRecords()
        for record in records { needs[record.diffID, default: Need()].images.formUnion([]) }
        var damaged: [(diffID: Digest, need: Need, directory: Directory, archives: [ContentDescriptor: Archive])] = []
        for (diffID, need) in needs.sorted(by: { $0.key < $1.key }) {
            let (directory, archives) = try check(diffID, need)
            if directory != .whole || archives.values.contains(where: { $0 != .whole }) {
                damaged.append((diffID, need, directory, archives))
            }
        }
        // To replace what nobody uses, this must not hold it itself.
        hold = LayerHold()
        for layer in damaged {
            try mend(layer.diffID, layer.need, layer.directory, layer.archives, records: records)
        }
        // What an image needs that cannot be read is not known.
        if !hasUnreadable { try checkLeftovers() }
    }

    /// The layers that the images of `index` need; a document that is not what its digest says is a finding.
    private func readDocuments(of index: ImageIndex) throws(ImageError) -> [Digest: Need] {
        var needs: [Digest: Need] = [:]
        let groups = Dictionary(grouping: index.manifests, by: \.digest)
        for (digest, group) in groups.sorted(by: { $0.key < $1.key }) {
            let names = Set(group.map { $0.imageName?.familiar ?? digest.short })
            result.images += 1
            do throws(ImageError) {
                let manifest = try store.manifest(group[0])
                let configuration = try store.configuration(manifest)
                guard manifest.layers.count == configuration.diffIDs.count else {
                    throw ImageError(
                        .badImage, "\(digest)", "\(digest) has other layers in its manifest than in its configuration")
                }
                for (archive, diffID) in zip(manifest.layers, configuration.diffIDs) {
                    var plain = archive
                    plain.annotations = [:]
                    needs[diffID, default: Need()].archives.insert(plain)
                    needs[diffID, default: Need()].images.formUnion(names)
                }
            } catch {
                guard [.damaged, .badImage].contains(error.code) else { throw error }
                hasUnreadable = true
                let name = names.sorted().joined(separator: ", ")
                result.add(name, "the image \(name) is damaged", .open("\(error)"))
            }
        }
        return needs
    }

    /// The records of the build cache that lead to a layer; others are findings.
    private func checkRecords() throws(ImageError) -> [CacheRecord] {
        var found: [CacheRecord] = []
        var useless: [FileName] = []
        try wrapping({ [path = store.path] in .read("\(path)/\(ImageStore.cacheName)", $0) }) {
            () throws(SystemError) in
            for name in try store.names(in: ImageStore.cacheName) where name != "steps" {
                result.records += 1
                if let key = Digest(hex: name.description),
                    let bytes = try? store.directory.contents(of: "\(ImageStore.cacheName)/\(key.hex)"),
                    let record = CacheRecord(bytes, key: key),
                    (try? store.directory.status(of: "layers/\(record.diffID.hex)")) != nil
                {
                    found.append(record)
                } else {
                    useless.append(name)
                }
            }
        }
        // One that a prune has removed since then is none.
        for name in useless where (try? store.directory.status(of: "\(ImageStore.cacheName)/\(name)")) != nil {
            let words = "the record \(name) of the build cache leads to nothing"
            guard repairs else {
                result.add("\(name)", words, .mendable("removes it, and the step is done again"))
                continue
            }
            try wrapping({ [path = store.path] in .write("\(path)/\(ImageStore.cacheName)/\(name)", $0) }) {
                () throws(SystemError) in
                try store.directory.removeTree(FileName(ImageStore.cacheName).appending(name))
            }
            result.add("\(name)", words, .mended("removed, and the step is done again"))
        }
        return found
    }

    /// Layers and blobs that nothing uses: what a killed command left before it had told of them.
    private func checkLeftovers() throws(ImageError) {
        let staging = try store.makeStaging()
        // While nobody publishes anything, of which the index does not tell yet.
        let unused = try store.locked { () throws(ImageError) -> Int64 in
            // What somebody held when it was to be removed, this may have been, goes now; or it is still held, and goes with
            // a later command.
            if store.hasLeft {
                try store.collect(try store.readIndex(), into: staging)
                if store.hasLeft { return 0 }
            }
            return try store.usage().unused
        }
        guard unused > 0 else { return }
        let words = "\(unused) bytes belong to no image"
        guard repairs else { return result.add(store.path, words, .mendable("removes them")) }
        let removed = try store.locked { () throws(ImageError) in
            try store.collect(try store.readIndex(), into: staging)
        }
        // A container may hold them, or an image that cannot be read may need them.
        if removed > 0 { result.add(store.path, words, .mended("removed \(removed) of them")) }
    }
}

extension ImageStore {
    /// Reads all of the store again: the documents and the archives of images against their digests, and each layer
    /// against its diffID. Takes as long as reading and hashing all of it.
    ///
    /// With `repairs`, a layer is unpacked again from its archive, or the build cache forgets it, so that the next build
    /// makes it again; what cannot be mended says what to do. A layer that a container uses is not replaced.
    public func check(repairs: Bool) throws(ImageError) -> StoreCheck {
        let checker = StoreChecker(self, repairs: repairs)
        try checker.run()
        return checker.result
    }
}
