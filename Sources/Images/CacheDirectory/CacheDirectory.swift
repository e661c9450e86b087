// SPDX-License-Identifier: Apache-2.0
internal import Compression
internal import Linux
internal import OCI

/// A directory in which a build leaves what its steps came to, for builds that have another store:
///
///     cache.json          leads to the list; whoever replaces it replaces the cache
///     blobs/sha256/HEX    the list (``CacheList``), and the archives of layers and cache mounts
///     new-N               what is being written
///
/// One build at a time writes, and holds an exclusive lock on the directory. Whoever reads holds a shared one on
/// `blobs/sha256`, without which nothing is removed there.
///
/// What is read proves itself: the list by its digest, a layer by what comes out when it is unpacked and archived again.
/// That a key leads to that layer is believed, as it is of an image that it is what its name says: a cache has to come
/// from somebody who may also say what is built.
enum CacheDirectory {
    static let fileName = "cache.json"
    /// More than the lists of some ten thousand steps.
    static let mostBytes = 64 << 20

    /// Whether it is the name of something that is not finished.
    static func isDraft(_ name: FileName) -> Bool {
        ["new-", ".\(fileName)."].contains { name.bytes.starts(with: Array($0.utf8)) }
    }

    /// The list of the directory; nil where there is none, as in one that is empty.
    static func list(in blobs: borrowing BlobDirectory) throws(ImageError) -> CacheList? {
        guard let bytes = try blobs.contents(of: fileName, limit: 1 << 16) else { return nil }
        let place = "\(blobs.path)/\(fileName)"
        guard let json = try? JSON(parsing: bytes), let descriptor = try? ContentDescriptor(json) else {
            throw ImageError(.damaged, place, "\(place) is damaged")
        }
        guard descriptor.mediaType == CacheList.mediaType else {
            throw ImageError(
                .damaged, place, "\(place) is of the kind \(descriptor.mediaType), which is not known here")
        }
        guard let list = CacheList(try blobs.document(descriptor, limit: mostBytes)) else {
            let name = "\(blobs.path)/\(BlobDirectory.name(descriptor.digest))"
            throw ImageError(.damaged, name, "\(name) is no list of cached steps")
        }
        return list
    }
}
