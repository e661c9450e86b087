// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension StoreChecker {
    /// Reads a layer and its archives.
    func check(
        _ diffID: Digest, _ need: Need
    ) throws(ImageError) -> (directory: Directory, archives: [ContentDescriptor: Archive]) {
        result.layers += 1
        var archives: [ContentDescriptor: Archive] = [:]
        for archive in need.archives {
            // What was made here is made again of the directory; it has no archive unless it was imported too.
            if archive.digest == diffID, store.isMade(diffID), !store.hasBlob(diffID) { continue }
            archives[archive] = try check(archive, of: diffID)
        }
        let sound = archives.first { $0.value == .whole }?.key
        return (try checkDirectory(diffID, archive: sound), archives)
    }

    private func check(_ archive: ContentDescriptor, of diffID: Digest) throws(ImageError) -> Archive {
        guard store.hasBlob(archive.digest) else { return .missing }
        result.archives += 1
        let stored = RecordedSource(
            try store.blobSource(archive.digest) { ImageError(.damaged, "\(archive.digest)", "") })
        do throws(ImageError) {
            let plain = try RecordedSource(try DecompressedSource(stored)).drain()
            let digest = try stored.drain()
            result.bytes += stored.size
            return plain == diffID && digest == archive.digest ? .whole : .damaged
        } catch {
            guard error.code == .badArchive else { throw error }
            return .damaged
        }
    }

    /// Compares the directory with what the digest says: by making its archive, or where that is not the one it was
    /// unpacked from, with what the archive unpacks to.
    private func checkDirectory(_ diffID: Digest, archive: ContentDescriptor?) throws(ImageError) -> Directory {
        let place = "layers/\(diffID.hex)"
        guard (try? store.directory.status(of: place)) != nil else { return .missing }
        guard let record = store.record(of: diffID) else { return .damaged }
        let found: LayerDescription
        do throws(ImageError) { found = try LayerDescription(root: "\(store.path)/\(place)/root") } catch {
            guard error.code == .badEntry || error.code == .cannotRead else { throw error }
            return .damaged
        }
        result.bytes += found.size
        if found.diffID == diffID { return record.contents.agrees(with: found) ? .whole : .damaged }
        guard !store.isMade(diffID) else { return .damaged }
        // Once it was found to be what the archive unpacks to, that is known the next time.
        if let known = store.knownProof(of: diffID) {
            return known == (try store.proof(of: found, for: diffID)) ? .whole : .damaged
        }
        guard let archive else { return .damaged }
        let staging = try store.makeStaging()
        let source = RecordedSource(
            try DecompressedSource(
                try store.blobSource(archive.digest) { ImageError(.damaged, "\(archive.digest)", "") }))
        let (_, contents) = try store.unpack(source, in: staging)
        let expected = try LayerDescription(root: staging.path + "/layer/root")
        guard expected.diffID == found.diffID, record.contents.agrees(with: contents),
            try hasSameRoot(place, staging, contents)
        else { return .damaged }
        try store.keep(try store.proof(of: found, for: diffID), for: diffID)
        return .whole
    }

    private func hasSameRoot(
        _ place: String, _ staging: borrowing Staging, _ contents: LayerRecord.Contents
    ) throws(ImageError) -> Bool {
        try wrapping({ [path = store.path] in .read("\(path)/\(place)", $0) }) { () throws(SystemError) in
            let found = try store.directory.status(of: "\(place)/root")
            let expected = try staging.directory.status(of: "layer/root")
            return !contents.hasRoot
                || (found.mode, found.user, found.group) == (expected.mode, expected.user, expected.group)
        }
    }

    /// Mends a layer, or says what would.
    func mend(
        _ diffID: Digest, _ need: Need, _ directory: Directory, _ archives: [ContentDescriptor: Archive],
        records: [CacheRecord]
    ) throws(ImageError) {
        let users = need.images.sorted().joined(separator: ", ")
        let of = users.isEmpty ? "" : " of \(users)"
        let sound = archives.first { $0.value == .whole }?.key
        for (archive, state) in archives.sorted(by: { $0.key.digest < $1.key.digest }) where state != .whole {
            let words = "the archive \(archive.digest)\(of) is \(state == .missing ? "missing" : "damaged")"
            // The directory that is its layer is as good as an uncompressed archive.
            if archive.digest == diffID, directory == .whole, try canBeMade(diffID) {
                if repairs { try forget(archive: diffID) }
                let how = "makes it of the layer's directory when it is needed"
                result.add(
                    "\(archive.digest)", words,
                    repairs ? .mended("from now on it is made of the layer") : .mendable(how))
            } else {
                result.add(
                    "\(archive.digest)", words,
                    .open(
                        directory == .whole
                            ? "containers of it run, but to send it anywhere remove it and import it again"
                            : "remove the image and import it again"))
            }
        }
        guard directory != .whole else { return }
        let words = "the layer \(diffID)\(of) is \(directory == .missing ? "missing" : "damaged")"
        guard repairs else {
            if sound != nil { return result.add("\(diffID)", words, .mendable("unpacks it again from its archive")) }
            let made = records.contains { $0.diffID == diffID }
            return result.add(
                "\(diffID)", words,
                made
                    ? .mendable("makes the build cache forget it, so that the next build makes it again")
                    : .open(Self.advice(users)))
        }
        guard try store.takeAwayDamaged(diffID) else {
            return result.add("\(diffID)", words, .open("a container uses it: try again when it has ended"))
        }
        if let sound {
            _ = try store.restore(sound, diffID: diffID)
            return result.add("\(diffID)", words, .mended("unpacked again from its archive"))
        }
        let lost = records.filter { $0.diffID == diffID }
        for record in lost { try store.locked { () throws(ImageError) in try store.removeRecord(record.key) } }
        if lost.isEmpty { return result.add("\(diffID)", words, .open(Self.advice(users))) }
        let step = lost[0].step
        result.add(
            "\(diffID)", words,
            users.isEmpty
                ? .mended("the build cache has forgotten it, and the next build does again: \(step)")
                : .open("the build cache has forgotten it: build \(users) again, which does again: \(step)"))
    }

    private static func advice(_ users: String) -> String {
        "build \(users) again, or remove it and import it again"
    }

    /// Whether the archive of the layer comes out of its directory.
    private func canBeMade(_ diffID: Digest) throws(ImageError) -> Bool {
        try LayerDescription(root: "\(store.path)/layers/\(diffID.hex)/root").diffID == diffID
    }

    private func forget(archive: Digest) throws(ImageError) {
        try store.markMade(archive)
        let staging = try store.makeStaging()
        try store.locked { () throws(ImageError) in
            do throws(SystemError) {
                try store.directory.open("blobs/sha256", [.readOnly, .directory])
                    .rename(FileName(archive.hex), to: "damaged-archive", in: staging.directory)
            } catch {
                if error.errno != .noEntry { throw .write(store.blobName(archive), error) }
            }
        }
    }
}

extension ImageStore {
    func hasBlob(_ digest: Digest) -> Bool { (try? directory.status(of: blobName(digest))) != nil }

    /// Holds all layers and all archives.
    func holdAll(in hold: inout LayerHold) throws(ImageError) {
        try wrapping({ [path] in .read(path, $0) }) { () throws(SystemError) in
            try holdAllLayers(&hold)
            try holdArchives(&hold)
        }
    }

    /// Takes a damaged layer away; false where somebody uses it.
    func takeAwayDamaged(_ diffID: Digest) throws(ImageError) -> Bool {
        let staging = try makeStaging()
        return try locked { () throws(ImageError) in
            try wrapping({ [path] in .write("\(path)/layers/\(diffID.hex)", $0) }) { () throws(SystemError) in
                let layers = try directory.open("layers", [.readOnly, .directory])
                var patience = LockPatience()
                guard try patience.lock(layers) else { return false }
                do throws(SystemError) {
                    return try takeAway(layer: FileName(diffID.hex), of: layers, into: staging, &patience) != nil
                } catch {
                    if error.errno == .noEntry { return true }
                    throw error
                }
            }
        }
    }
}
