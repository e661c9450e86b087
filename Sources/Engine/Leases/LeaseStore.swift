// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// The leases of a machine, on disk: a directory each, with a link for each thing that was made under it.
///
///     leases/pid-812-60421-9d3c11ab/   keeper   locked by the process that waits for the owner's end
///                                      gate     shared by who makes something, until it can be seen
///                                      container-ID, volume-NAME, image-NAME, command-PID-START
///     leases/.ended-ID/                one whose owner has ended: nobody makes anything under it any more
///
/// A link is there before what it names is, so a kill at any moment leaves nothing that no lease knows of. A link whose
/// thing never came to be is nothing.
struct LeaseStore: Sendable {
    let places: Engine.Places

    var directory: String { places.root + "/leases" }
    static let endedPrefix = ".ended-"

    /// Makes the directory of a lease, where it is missing.
    func make(_ id: String) throws(EngineError) {
        do throws(SystemError) {
            let lease = try Descriptor.makeDirectories("\(directory)/\(id)", mode: 0o700)
            for name in ["keeper", "gate"] { _ = try lease.open(name, [.readWrite, .create, .noFollow], mode: 0o600) }
        } catch {
            throw EngineError(.store, "cannot write a lease down in \(directory)", cause: error)
        }
    }

    /// The names of all, those that have ended included.
    func names() -> [String] {
        guard let parent = try? Descriptor.open(directory, [.directory]) else { return [] }
        return (try? parent.entries()) ?? []
    }

    /// Whether a process waits for the end of this lease's owner, or ends it.
    func isKept(_ name: String) -> Bool {
        guard let file = try? Descriptor.open("\(directory)/\(name)/keeper", [.readWrite, .noFollow]) else {
            return false
        }
        return (try? file.isLockedByProcess()) == true
    }

    /// Makes this process the keeper of a lease; nil where it has one, or is no more.
    func keep(_ name: String) -> KeptLease? {
        guard let place = try? Descriptor.open("\(directory)/\(name)", [.directory, .noFollow]),
            let lock = try? place.open("keeper", [.readWrite, .create, .noFollow], mode: 0o600),
            (try? lock.lockForProcess()) == true,
            // Another one may have ended it since it was opened.
            let now = try? Descriptor.open("\(directory)/\(name)", [.path, .directory, .noFollow]).status(),
            let status = try? place.status(), status.isSameFile(as: now)
        else { return nil }
        return KeptLease(name: name, place: place, lock: lock)
    }

    /// Writes down that something is about to be made under a lease. It is the lease's from here on.
    /// - Returns: what is to be given up when the thing can be seen: a lease that ends waits for it.
    func enter(_ entry: LeaseEntry, of id: String) throws(EngineError) -> LeaseGate {
        do throws(SystemError) {
            let path = "\(directory)/\(id)"
            let place = try Descriptor.open(path, [.directory, .noFollow])
            let gate = try place.open("gate", [.readWrite, .create, .noFollow], mode: 0o600)
            _ = try gate.lock(.shared)
            // It may have ended since it was opened.
            let now = try Descriptor.open(path, [.path, .directory, .noFollow]).status()
            guard try now.isSameFile(as: place.status()) else { throw SystemError("open", .noEntry) }
            do throws(SystemError) { try place.makeSymbolicLink(entry.linkName, to: entry.target) } catch {
                // What is known of it from the first time counts.
                guard error.errno == .exists else { throw error }
            }
            return LeaseGate(lock: gate)
        } catch {
            if error.errno == .noEntry {
                throw EngineError(.missing, "--lease: its owner has ended, and all that was made under it is removed")
            }
            throw EngineError(.store, "cannot write down in \(directory) what is made under the lease", cause: error)
        }
    }

    /// Takes something that is no more out of whatever lease it was made under.
    func forget(_ entry: LeaseEntry) {
        for name in names() { try? Descriptor.open("\(directory)/\(name)", [.directory]).remove(entry.linkName) }
    }
}

/// A lease that is open for something which is in the making.
struct LeaseGate: ~Copyable {
    fileprivate let lock: Descriptor
}

/// A lease that this process keeps: it is locked until this is given up.
struct KeptLease: ~Copyable {
    let name: String
    let place: Descriptor
    fileprivate let lock: Descriptor

    /// The lease's own name, whether it has ended or not.
    var id: String {
        guard name.hasPrefix(LeaseStore.endedPrefix) else { return name }
        return name.dropFirst(LeaseStore.endedPrefix.count).split(separator: "-").dropLast().joined(separator: "-")
    }

    /// What was made under it, in the order in which it goes.
    borrowing func entries() -> [(link: String, entry: LeaseEntry)] {
        var result: [(link: String, entry: LeaseEntry)] = []
        for link in (try? place.entries()) ?? [] {
            guard let target = try? place.readLink(link), let entry = LeaseEntry(target: target) else { continue }
            result.append((link, entry))
        }
        return result.sorted { ($0.entry.rank, $0.link) < ($1.entry.rank, $1.link) }
    }

    /// Closes it for good: nobody begins to make anything under it from here on.
    /// - Returns: what it is called now.
    borrowing func retire(in directory: String) throws(SystemError) -> String {
        var ended = name
        if !name.hasPrefix(LeaseStore.endedPrefix) {
            // The same owner cannot end twice, but who comes too late may have made a directory for it again.
            ended = "\(LeaseStore.endedPrefix)\(name)-\(Clock.monotonic)"
            try Descriptor.open(directory, [.directory]).rename(name, to: ended)
        }
        return ended
    }

    /// Whether all that was in the making when it was closed can be seen, or came to nothing.
    borrowing func isSettled() -> Bool {
        guard let gate = try? place.open("gate", [.readWrite, .create, .noFollow], mode: 0o600) else { return false }
        return (try? gate.lock(.exclusive, wait: false)) == true
    }
}
