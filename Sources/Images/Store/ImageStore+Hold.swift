// SPDX-License-Identifier: Apache-2.0
internal import Linux
public import OCI

/// Layers that are in use: as long as this value lives, in this process or in one that was forked from it, no command
/// removes them.
public struct LayerHold: ~Copyable, Sendable {
    private var locks = DescriptorTable()
    /// Two hundred at most and seldom more than ten: a set would have to look up how layers are hashed, at every start.
    private var held: [Object] = []

    fileprivate enum Object: Equatable {
        case layer(Digest)
        case allLayers
        case archives
    }

    /// Holds nothing yet.
    public init() {}

    fileprivate var count: Int { held.count }

    fileprivate func holds(_ object: Object) -> Bool { held.contains(object) }

    fileprivate mutating func put(_ lock: consuming Descriptor, for object: Object) {
        locks.put(lock, in: held.count)
        held.append(object)
    }
}

/// Tries a lock again for a moment: a process that was just forked has its parent's locks until it runs its program.
struct LockPatience {
    /// Milliseconds, for all that one command tries.
    private var left: UInt32 = 30

    /// Whether what is open was locked, for this alone.
    mutating func lock(_ file: borrowing Descriptor) throws(SystemError) -> Bool {
        while try !file.lock(.exclusive, wait: false) {
            guard left > 0 else { return false }
            Clock.sleep(milliseconds: 1)
            left -= 1
        }
        return true
    }
}

extension ImageStore {
    private static let blobs = "blobs/sha256"
    /// Images of more layers than this hold all layers of the store with one lock: a process has a thousand descriptors
    /// to open, and a container's start needs one for each layer too.
    private static let mostLocks = 200

    /// Holds the layers of an image that was just resolved: a shared lock on each layer's record, which
    /// ``collect(_:into:)`` wants for itself before it takes a layer away. An image that was removed since is an error.
    public func hold(_ image: Image) throws(ImageError) -> LayerHold {
        var hold = LayerHold()
        try self.hold(image, in: &hold)
        return hold
    }

    /// Holds the layers of an image that was just resolved, too; with `archives`, all archives of the store as well,
    /// for who makes another image of them or sends them somewhere.
    ///
    /// What other commands remove meanwhile of archives is removed by a later one.
    public func hold(_ image: Image, archives: Bool = false, in hold: inout LayerHold) throws(ImageError) {
        do throws(SystemError) {
            if archives {
                try holdArchives(&hold)
                _ = try directory.status(of: blobName(image.manifestDigest))
            }
            if image.layers.count > Self.mostLocks { try holdAllLayers(&hold) }
            for layer in image.layers { try self.hold(layer.diffID, &hold) }
        } catch {
            let name = image.reference?.familiar ?? image.id.short
            throw ImageError(
                .cannotRead, name, "cannot use the image \(name): it was removed a moment ago", cause: error)
        }
    }

    /// Holds a layer, too. False where it is not there whole, or not any more.
    public func hold(layer: Digest, in hold: inout LayerHold) throws(ImageError) -> Bool {
        do throws(SystemError) {
            try self.hold(layer, &hold)
            return record(of: layer) != nil
        } catch {
            if error.errno == .noEntry { return false }
            throw .read("\(path)/layers/\(layer.hex)", error)
        }
    }

    func holdArchives(_ hold: inout LayerHold) throws(SystemError) {
        if hold.holds(.archives) { return }
        let blobs = try directory.open(Self.blobs, [.readOnly, .directory])
        _ = try blobs.lock(.shared)
        hold.put(blobs, for: .archives)
    }

    func holdAllLayers(_ hold: inout LayerHold) throws(SystemError) {
        if hold.holds(.allLayers) { return }
        let layers = try directory.open("layers", [.readOnly, .directory])
        _ = try layers.lock(.shared)
        hold.put(layers, for: .allLayers)
    }

    private func hold(_ layer: Digest, _ hold: inout LayerHold) throws(SystemError) {
        if hold.holds(.layer(layer)) { return }
        let name = "layers/\(layer.hex)/layer.json"
        if hold.count > Self.mostLocks { try holdAllLayers(&hold) }
        if hold.holds(.allLayers) {
            _ = try directory.status(of: name)
            return
        }
        let record = try directory.open(name, .readOnly)
        _ = try record.lock(.shared)
        // It may have been taken away between the two calls, and then the lock is on what is gone.
        guard try directory.status(of: name).isSameFile(as: try record.status()) else {
            throw SystemError("flock", .noEntry)
        }
        hold.put(record, for: .layer(layer))
    }

    /// Takes the layers that are not in `used` away into `staging`, unless somebody holds them: then a later command
    /// does. Returns how many bytes of contents they have, and whether somebody holds some.
    func takeAwayLayers(
        except used: Set<FileName>, into staging: borrowing Staging, _ patience: inout LockPatience
    ) throws(SystemError) -> (size: Int64, leaves: Bool) {
        let unpacked = try directory.open("layers", [.readOnly, .directory])
        let unused = try unpacked.names().filter { !used.contains($0) }
        guard !unused.isEmpty else { return (0, false) }
        guard try patience.lock(unpacked) else { return (0, true) }
        var result = (size: Int64(0), leaves: false)
        for name in unused {
            if let size = try takeAway(layer: name, of: unpacked, into: staging, &patience) {
                result.size += size
            } else {
                result.leaves = true
            }
        }
        return result
    }

    /// Takes a layer away into `staging`, unless somebody holds it, and returns how many bytes of contents it has; nil
    /// where it stays.
    func takeAway(
        layer name: FileName, of layers: borrowing Descriptor, into staging: borrowing Staging,
        _ patience: inout LockPatience
    ) throws(SystemError) -> Int64? {
        let size = Digest(hex: name.description).flatMap { self.record(of: $0)?.contents.size }
        // Held until it is renamed, so that nobody begins to use it meanwhile. One without a record cannot be used.
        let record = try? layers.open("\(name)/layer.json", .readOnly)
        if let record, try !patience.lock(record) { return nil }
        try layers.rename(name, to: FileName("unused-layer-\(name)"), in: staging.directory)
        return size ?? 0
    }

    /// Takes the blobs that are not in `used` away into `staging`, unless somebody holds them: then a later command
    /// does. Returns how many bytes they have, and whether somebody holds them.
    func takeAwayBlobs(
        except used: Set<FileName>, into staging: borrowing Staging, _ patience: inout LockPatience
    ) throws(SystemError) -> (size: Int64, leaves: Bool) {
        let stored = try directory.open(Self.blobs, [.readOnly, .directory])
        let unused = try stored.names().filter { !used.contains($0) }
        guard !unused.isEmpty else { return (0, false) }
        guard try patience.lock(stored) else { return (0, true) }
        var size: Int64 = 0
        for name in unused {
            size += try stored.status(of: name).size
            try stored.rename(name, to: FileName("unused-blob-\(name)"), in: staging.directory)
        }
        return (size, false)
    }
}
