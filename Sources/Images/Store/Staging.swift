// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// A directory in which something of the store is being made. It goes when this does, and what was renamed out of it
/// stays; if the process is killed, a later one removes it, since the lock of a dead process is free.
struct Staging: ~Copyable {
    private static let lockName: FileName = "lock"

    let directory: Descriptor
    private let above: Descriptor
    private let lock: Descriptor
    private let name: FileName
    /// For messages.
    let path: String

    /// Makes a new one, and removes those that nobody holds. Only while the store is locked, so that nobody takes a
    /// directory for abandoned before its lock is held.
    init(in store: ImageStore) throws(ImageError) {
        let text = Randomness.bytes(8).map { String($0, radix: 16) }.joined()
        let place = "\(store.path)/staging"
        do throws(SystemError) {
            let above = try store.directory.open("staging", [.readOnly, .directory, .noFollow])
            try Self.removeAbandoned(in: above, of: store.directory)
            try above.makeDirectory(text, mode: 0o700)
            let directory = try above.open(text, [.readOnly, .directory, .noFollow])
            let lock = try directory.open(Self.lockName, [.readWrite, .create], mode: 0o600)
            _ = try lock.lock(.exclusive, wait: false)
            self.above = above
            self.directory = directory
            self.lock = lock
        } catch {
            throw .write(place, error)
        }
        name = FileName(text)
        path = "\(place)/\(text)"
    }

    deinit { try? above.removeTree(name) }

    /// The lock, for a process that makes things here too: nobody takes the directory for abandoned while it lives.
    borrowing func duplicateLock() throws(SystemError) -> Descriptor { try lock.duplicate() }

    fileprivate static func removeAbandoned(
        in above: borrowing Descriptor, of store: borrowing Descriptor
    ) throws(SystemError) {
        for name in try above.names() where try !isHeld(name, in: above) {
            if let staging = try? above.open(name, [.readOnly, .directory, .noFollow]) {
                PartialLayers.rescue(from: staging, in: store)
            }
            try above.removeTree(name)
        }
    }

    private static func isHeld(_ name: FileName, in above: borrowing Descriptor) throws(SystemError) -> Bool {
        do throws(SystemError) {
            let lock = try above.open(name.appending(lockName), [.readWrite, .noFollow])
            return try !lock.lock(.exclusive, wait: false)
        } catch {
            // Its maker died before it had a lock, or its owner is just removing it.
            if error.errno == .noEntry || error.errno == .notDirectory { return false }
            throw error
        }
    }

    /// Writes a file of this directory.
    func write(_ bytes: [UInt8], to file: String) throws(ImageError) {
        try wrapping({ [path] in .write("\(path)/\(file)", $0) }) { () throws(SystemError) in
            let opened = try directory.open(file, [.writeOnly, .create, .exclusive], mode: 0o644)
            try opened.write(bytes)
        }
    }
}

extension ImageStore {
    /// A new place to make things in.
    func makeStaging() throws(ImageError) -> Staging {
        try locked { () throws(ImageError) in
            try prepare()
            return try Staging(in: self)
        }
    }

    /// Removes what killed processes were making in the store at `root`, if there is one, and what they had put in its place
    /// before the index told of it. Where another process is just changing the store, it is left to a later one: nobody waits
    /// for that.
    public static func removeAbandoned(in root: String) {
        guard let store = try? Descriptor.open(root, [.readOnly, .directory]),
            let staging = try? store.open("staging", [.readOnly, .directory, .noFollow]),
            let names = try? staging.names(), !names.isEmpty,
            let lock = try? store.open("lock", [.readWrite, .noFollow]),
            (try? lock.lock(.exclusive, wait: false)) == true
        else { return }
        try? Staging.removeAbandoned(in: staging, of: store)
        collectLeft(in: root)
        // Closing it is what releases the lock.
        _ = consume lock
    }

    /// Takes away what nothing uses, if there may be something. Only while the store is locked.
    private static func collectLeft(in root: String) {
        guard let store = try? ImageStore(root: root), store.hasLeft else { return }
        store.removeHalfIndex()
        guard let index = try? store.readIndex(), let staging = try? Staging(in: store) else { return }
        _ = try? store.collect(index, into: staging)
    }
}
