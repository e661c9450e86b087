// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// The images of this machine: an OCI image layout (image-spec, image-layout.md), and each layer unpacked.
///
///     oci-layout, index.json         which images there are, and their names
///     attestations/HEX               what is said of the image with that manifest
///     blobs/sha256/HEX               manifests, configurations and the archives of unpacked layers
///     layers/HEX/{root, layer.json}  a layer unpacked or made in place, by its diffID
///     cache/HEX                      what a step of a build came to, by its key
///     cache/steps/HEX                what a step depended on when it last ran
///     partial/HEX                    what has come of a blob whose download was broken off; nobody's word
///     staging/RANDOM/                what is being made; held by a lock, and removed once nobody holds it
///     left                           there where there may be what nothing uses: a later command removes that
///     lock                           held by whoever changes any of the above but its own staging
///
/// Everything is made in `staging` and renamed into its place, so that a reader never sees half of anything, and a
/// crash at any moment leaves a consistent store. Readers take no lock.
public final class ImageStore: Sendable {
    /// The annotation of a manifest in the index that names it: the full reference (image-spec, annotations.md).
    static let nameKey = "org.opencontainers.image.ref.name"

    /// The annotation of a name that was given under a lease: which one. Who gives the name anew takes it away.
    static let leaseKey = "minibox.lease"

    let directory: Descriptor
    /// Absolute.
    let path: String
    /// Under which names are given; nil for none.
    let lease: String?

    /// Opens the store in the directory `root`, an absolute path, which is made where it is missing.
    public init(root: String, lease: String? = nil) throws(ImageError) {
        path = root
        self.lease = lease
        directory = try wrapping({ ImageError(.cannotRead, root, "cannot open the image store \(root)", cause: $0) }) {
            () throws(SystemError) in
            try Descriptor.makeDirectories(root, mode: 0o700)
        }
    }

    func blobName(_ digest: Digest) -> String { "blobs/sha256/\(digest.hex)" }

    /// Makes what a store consists of, where it is missing; only while ``locked(_:)``.
    func prepare() throws(ImageError) {
        try wrapping({ [path] in .write(path, $0) }) { () throws(SystemError) in
            for name in ["staging", "layers", "blobs", "blobs/sha256", Self.listsName, Self.cacheName, Self.stepsName] {
                do throws(SystemError) { try directory.makeDirectory(name, mode: 0o700) } catch {
                    guard error.errno == .exists else { throw error }
                }
            }
            do throws(SystemError) { _ = try directory.status(of: "oci-layout") } catch {
                guard error.errno == .noEntry else { throw error }
                let layout: JSON = ["imageLayoutVersion": "1.0.0"]
                try directory.replace("oci-layout", with: layout.bytes(), durable: true, alone: true)
            }
        }
    }

    /// Runs `body` while no other process changes the store.
    func locked<R: ~Copyable>(_ body: () throws(ImageError) -> R) throws(ImageError) -> R {
        let lock = try wrapping({ [path] in .write("\(path)/lock", $0) }) { () throws(SystemError) in
            let lock = try directory.open("lock", [.readWrite, .create, .noFollow], mode: 0o600)
            _ = try lock.lock(.exclusive)
            return lock
        }
        let result = try body()
        // Closing it is what releases the lock.
        _ = consume lock
        return result
    }

    /// The index; empty in a store that has none yet.
    func readIndex() throws(ImageError) -> ImageIndex {
        let name = "\(path)/index.json"
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try directory.contents(of: "index.json")
        } catch {
            if error.errno == .noEntry { return ImageIndex() }
            throw .read(name, error)
        }
        do throws(ImageFormatError) { return try ImageIndex(parsing: bytes) } catch {
            throw ImageError(.damaged, name, "the image store is damaged in \(name)", cause: error)
        }
    }

    /// Replaces the index; only while ``locked(_:)``.
    func writeIndex(_ index: ImageIndex) throws(ImageError) {
        try wrapping({ [path] in .write("\(path)/index.json", $0) }) { () throws(SystemError) in
            try directory.replace("index.json", with: index.json.bytes(), durable: true, alone: true)
        }
    }

    /// Removes what ``writeIndex(_:)`` leaves if it is killed, and would write over itself; only while ``locked(_:)``.
    func removeHalfIndex() { try? directory.remove(".index.json.new") }
}
