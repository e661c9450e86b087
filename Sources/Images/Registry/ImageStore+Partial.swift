// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// What has come of layers whose download was broken off: `partial/HEX`, by the digest of what it is to become. It is
/// nobody's word; whoever goes on with it proves the whole.
extension ImageStore {
    private static let partialName = "partial"
    /// What is kept at the most, of all together, and for how long.
    private static let mostPartialBytes: Int64 = 16 << 30
    private static let longestPartial: Int64 = 7 * 24 * 60 * 60

    private func partials() throws(SystemError) -> Descriptor {
        do throws(SystemError) { try directory.makeDirectory(Self.partialName, mode: 0o700) } catch {
            guard error.errno == .exists else { throw error }
        }
        return try directory.open(Self.partialName, [.readOnly, .directory, .noFollow])
    }

    /// Gives the fetching program what there is of the blob, if there is anything.
    func takePartial(_ digest: Digest, for fetch: FetchProcess, size: Int64) throws(ImageError) {
        guard let partials = try? partials(), let status = try? partials.status(of: digest.hex),
            status.kind == .regular, status.size <= size
        else { return }
        // Another pull may have it by now.
        do throws(ImageError) { try fetch.give(FileName(digest.hex), of: partials, as: digest.hex) } catch {
            if let cause = error.cause as? SystemError, cause.errno == .noEntry { return }
            throw error
        }
    }

    /// Keeps what a program that has ended has left of a blob.
    func keepPartial(_ blob: ContentDescriptor, of fetch: FetchProcess) {
        let name = blob.digest.hex
        guard let partials = try? partials(),
            let file = try? fetch.directory.open(
                name, [.readOnly, .noFollow, .nonBlocking], resolve: [.beneath, .noSymlinks]),
            let status = try? file.status(), status.kind == .regular, status.links == 1, status.size > 0,
            status.size <= blob.size
        else { return }
        do throws(SystemError) {
            try file.setOwner(user: 0, group: 0)
            try file.setPermissions(0o600)
            try fetch.directory.rename(FileName(name), to: FileName(name), in: partials)
        } catch {
            // It is as if it had not come.
        }
    }

    /// Removes what is older than a week, and the oldest of what is too much.
    func prunePartials() {
        guard let partials = try? directory.open(Self.partialName, [.readOnly, .directory, .noFollow]),
            let names = try? partials.names()
        else { return }
        let files = names.compactMap { name in
            (try? partials.status(of: name.description)).map { (name: name, status: $0) }
        }
        let oldest = Clock.wall.seconds - Self.longestPartial
        var size: Int64 = 0
        for file in files.sorted(by: { $0.status.modified > $1.status.modified }) {
            size += file.status.allocated
            if size > Self.mostPartialBytes || file.status.modified.seconds < oldest { try? partials.remove(file.name) }
        }
    }

    /// Removes all of it, and returns how many bytes that was.
    func removePartials() -> Int64 {
        guard let partials = try? directory.open(Self.partialName, [.readOnly, .directory, .noFollow]),
            let names = try? partials.names()
        else { return 0 }
        var size: Int64 = 0
        for name in names {
            let found = (try? partials.status(of: name.description))?.allocated ?? 0
            if (try? partials.remove(name)) != nil { size += found }
        }
        return size
    }
}
