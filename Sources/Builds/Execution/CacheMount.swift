// SPDX-License-Identifier: Apache-2.0
internal import Compression
internal import Images
internal import Linux
internal import OCI

/// The directory behind `RUN --mount=type=cache`: it outlives builds and is part of no layer.
///
///     ROOT/cache-mounts/HEX/id          what the mount is called
///     ROOT/cache-mounts/HEX/N/lock      held while a step has the directory
///     ROOT/cache-mounts/HEX/N/data      what the step sees; N is 0, and more where steps wanted one each at once
struct CacheMount: ~Copyable {
    /// Absolute.
    let path: String
    /// Whether it was made just now, so that it has to be filled.
    let isNew: Bool
    private let lock: Descriptor

    /// The directory of all of them.
    static func directory(below root: String) -> String { root + "/cache-mounts" }

    /// Takes the directory of the mount `id`; where it has to be alone with it, waits (`locked`) or takes another
    /// (`private`). It is given back with this value, or when the process ends.
    init(_ id: String, sharing: RunMount.Sharing, below root: String) throws(SystemError) {
        let place = Self.place(of: id, below: root)
        let directory = try Descriptor.makeDirectories(place, mode: 0o700)
        if (try? directory.status(of: "id")) == nil {
            try directory.replace("id", with: Array(id.utf8), mode: 0o600, durable: false)
        }
        var number = 0
        while true {
            do throws(SystemError) { try directory.makeDirectory("\(number)", mode: 0o700) } catch {
                guard error.errno == .exists else { throw error }
            }
            let own = try directory.open("\(number)", [.readOnly, .directory, .noFollow])
            let lock = try own.open("lock", [.readWrite, .create, .noFollow], mode: 0o600)
            let isMine =
                switch sharing {
                case .shared: try lock.lock(.shared, wait: false)
                case .locked: try lock.lock(.exclusive)
                case .private: try lock.lock(.exclusive, wait: false)
                }
            // One that another step has to itself: a shared mount waits for it, a private one goes elsewhere.
            if !isMine {
                if sharing == .private {
                    number += 1
                    continue
                }
                _ = try lock.lock(.shared)
            }
            path = "\(place)/\(number)/data"
            isNew = (try? own.status(of: "data")) == nil
            self.lock = lock
            return
        }
    }

    /// Gives the files of the mount `id` to `body`, if there are any, while nobody writes to them. False where somebody
    /// does. Of several directories it is the first.
    static func withFiles(
        of id: String, below root: String, _ body: (String) throws(ImageError) -> Void
    ) throws(BuildError) -> Bool {
        let place = "\(place(of: id, below: root))/0"
        guard let own = try? Descriptor.open(place, [.readOnly, .directory]), (try? own.status(of: "data")) != nil
        else {
            return true
        }
        let lock: Descriptor
        do throws(SystemError) {
            lock = try own.open("lock", [.readWrite, .create, .noFollow], mode: 0o600)
        } catch {
            throw BuildError(.file, "cannot lock \(place)", cause: error)
        }
        guard (try? lock.lock(.exclusive, wait: false)) == true else { return false }
        do throws(ImageError) { try body("\(place)/data") } catch { throw BuildError(error) }
        // Closing it is what releases the lock.
        _ = consume lock
        return true
    }

    private static func place(of id: String, below root: String) -> String {
        "\(directory(below: root))/\(Digest(sha256: SHA256.digest(of: Array(id.utf8))).hex)"
    }

    /// Shows what was made in `draft`, a directory on the same file system, as the mount's. Another step may have been
    /// first: then its directory is used.
    borrowing func publish(_ draft: String) throws(SystemError) {
        let from = try Descriptor.open(draft.parentDirectory, [.readOnly, .directory])
        let to = try Descriptor.open(path.parentDirectory, [.readOnly, .directory])
        // A rename would take the place of an empty directory that another step has mounted by now.
        let filling = try to.open("filling", [.readWrite, .create, .noFollow], mode: 0o600)
        _ = try filling.lock(.exclusive)
        if (try? to.status(of: "data")) != nil { return }
        do throws(SystemError) {
            try from.rename(FileName(draft.lastPart), to: FileName(path.lastPart), in: to)
        } catch {
            guard error.errno == .exists || error.errno == .notEmpty else { throw error }
        }
    }
}

extension String {
    /// `/a/b` of `/a/b/c`.
    var parentDirectory: String {
        "/" + pathParts.dropLast().joined(separator: "/")
    }
    /// `c` of `/a/b/c`.
    var lastPart: String { pathParts.last.map(String.init) ?? "" }
}
