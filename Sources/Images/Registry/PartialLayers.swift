// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// What has come of layers whose download was broken off: `partial/HEX` of the store, by the digest of what it is to become.
/// It is nobody's word; whoever goes on with it proves the whole.
struct PartialLayers: ~Copyable {
    private static let name: FileName = "partial"
    /// Of an archive that was taken from the fetching program, in a staging directory: before its hexadecimal digest.
    static let takenPrefix = "blob-"
    /// What is kept at the most, of all together, and for how long.
    private static let mostBytes: Int64 = 16 << 30
    private static let longest: Int64 = 7 * 24 * 60 * 60

    let directory: Descriptor

    /// Those of a store.
    /// - Parameter isMade: whether the directory is made where it is not there; it is nil then only where that failed.
    init?(of store: borrowing Descriptor, isMade: Bool) {
        if isMade { try? store.makeDirectory(Self.name, mode: 0o700) }
        guard let directory = try? store.open(Self.name, [.readOnly, .directory, .noFollow]) else { return nil }
        self.directory = directory
    }

    /// Keeps the file `name` of `place`, where it is one of `owner`'s alone.
    /// - Parameter size: how large it is to become, where that is known.
    borrowing func keep(
        _ name: FileName, of place: borrowing Descriptor, as digest: String, owner: UInt32, size: Int64? = nil
    ) {
        guard
            let file = try? place.open(
                name, [.readOnly, .noFollow, .nonBlocking], resolve: [.beneath, .noSymlinks, .noCrossDevice]),
            let status = try? file.status(), status.kind == .regular, status.links == 1, status.size > 0,
            status.user == owner, status.size <= size ?? .max
        else { return }
        do throws(SystemError) {
            try file.setOwner(user: 0, group: 0)
            try file.setPermissions(0o600)
            try place.rename(name, to: FileName(digest), in: directory)
        } catch {
            // It is as if it had not come.
        }
    }

    /// Keeps what is in the staging directory of a command that was killed: what came of layers, and what had come. Where that
    /// is nothing, the store stays as it was.
    static func rescue(from staging: borrowing Descriptor, in store: borrowing Descriptor) {
        let taken = ((try? staging.names()) ?? []).filter { digest(ofTaken: $0) != nil }
        let fetched = try? staging.open(FetchProcess.directoryName, [.readOnly, .directory, .noFollow])
        let coming = ((try? fetched?.names()) ?? []).filter { isDigest("\($0)"[...]) }
        guard !taken.isEmpty || !coming.isEmpty, let partials = PartialLayers(of: store, isMade: true) else { return }
        for name in taken {
            if let digest = digest(ofTaken: name) { partials.keep(name, of: staging, as: digest, owner: 0) }
        }
        if let fetched {
            for name in coming { partials.keep(name, of: fetched, as: "\(name)", owner: ConfinedProgram.user) }
        }
        partials.prune()
    }

    private static func digest(ofTaken name: FileName) -> String? {
        guard let digest = "\(name)".rest(after: takenPrefix), isDigest(digest) else { return nil }
        return String(digest)
    }

    private static func isDigest(_ text: Substring) -> Bool {
        text.utf8.count == 64
            && text.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
                default: false
                }
            }
    }

    /// Removes what is older than a week, and the oldest of what is too much.
    borrowing func prune(now: Int64 = Clock.wall.seconds) {
        guard let names = try? directory.names() else { return }
        let files = names.compactMap { name in (try? directory.status(of: name)).map { (name: name, status: $0) } }
        var size: Int64 = 0
        for file in files.sorted(by: { $0.status.modified > $1.status.modified }) {
            size += file.status.allocated
            if size > Self.mostBytes || file.status.modified.seconds < now - Self.longest {
                try? directory.remove(file.name)
            }
        }
    }

    /// Removes all of it, and returns how many bytes that was.
    borrowing func removeAll() -> Int64 {
        var size: Int64 = 0
        for name in (try? directory.names()) ?? [] {
            let found = (try? directory.status(of: name))?.allocated ?? 0
            if (try? directory.remove(name)) != nil { size += found }
        }
        return size
    }
}

extension PullWork {
    /// Gives the fetching program what there is of the blob, if there is anything.
    func takePartial(_ digest: Digest, size: Int64) throws(ImageError) {
        guard let partials = PartialLayers(of: store.directory, isMade: false),
            let status = try? partials.directory.status(of: digest.hex), status.kind == .regular, status.size <= size
        else { return }
        // Another pull may have it by now.
        do throws(ImageError) { try fetch.give(FileName(digest.hex), of: partials.directory, as: digest.hex) } catch {
            if let cause = error.cause as? SystemError, cause.errno == .noEntry { return }
            throw error
        }
    }
}
