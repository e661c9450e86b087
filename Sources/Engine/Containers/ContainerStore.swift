// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux
internal import OCI

/// The containers of a machine, on disk.
///
/// A container is a directory under the run root for as long as it runs, held by its supervisor's lock, and one under
/// the root for as long as its files are kept. A run directory whose lock is free belongs to a supervisor that was
/// killed: ``reap(adopt:)`` carries out its journal.
struct ContainerStore: Sendable {
    let places: Engine.Places
    /// What a container that is made belongs to; nil for no lease.
    var lease: String?

    var runDirectory: String { places.runRoot + "/containers" }
    var directory: String { places.root + "/containers" }
    var namesDirectory: String { places.root + "/names" }

    /// Claims an id and a name: the run directory exists, is locked, and nobody else's from here on. One that is not
    /// named is for a process that nobody looks up, as a step of a build.
    func claim(name wanted: ContainerName?, isNamed: Bool = true) throws(EngineError) -> ClaimedContainer {
        let id = Self.newID()
        // A lease that ends now waits until the container can be seen.
        var gate: LeaseGate?
        if let lease, isNamed { gate = try LeaseStore(places: places).enter(.container(id), of: lease) }
        defer { withExtendedLifetime(gate) {} }
        var mark: LifeMark?
        do throws(SystemError) {
            let parent = try Descriptor.makeDirectories(runDirectory, mode: 0o700)
            // Between the directory and its lock a container looks dead: the gate keeps reapers away from it.
            let gate = try parent.open(".gate", [.readWrite, .create], mode: 0o600)
            _ = try gate.lock(.shared)
            mark = try Holders.add(id, in: parent)
            try parent.makeDirectory(id, mode: 0o700)
            if mark == nil { try? Holders.addUnknown(in: parent) }
            let run = try parent.open(id, [.directory])
            let lock = try run.open("lock", [.readWrite, .create], mode: 0o600)
            // The process's own, not the open file's, which the container's process would hold with its supervisor dead.
            _ = try lock.lockForProcess()
            try gate.close()
            return ClaimedContainer(
                id: id, name: isNamed ? try claimName(wanted?.description, id: id) : "", places: places, run: run,
                lock: lock, mark: mark)
        } catch {
            if removeRun(id) { mark?.clear() }
            forget(id)
            if error.errno == .exists, let wanted { throw nameTaken(wanted.description) }
            throw EngineError(.store, "cannot make a container in \(runDirectory)", cause: error)
        }
    }

    /// Claims a container that exists and does not run: its run directory exists, is locked, and nobody else's from here on.
    /// nil where another supervisor has it.
    func reclaim(_ record: ContainerRecord) throws(EngineError) -> ClaimedContainer? {
        do throws(SystemError) {
            let parent = try Descriptor.makeDirectories(runDirectory, mode: 0o700)
            // Between the directory and its lock a container looks dead: the gate keeps reapers away from it.
            let gate = try parent.open(".gate", [.readWrite, .create], mode: 0o600)
            _ = try gate.lock(.shared)
            let mark = try Holders.add(record.id, in: parent)
            do throws(SystemError) { try parent.makeDirectory(record.id, mode: 0o700) } catch {
                if error.errno != .exists { throw error }
            }
            if mark == nil { try? Holders.addUnknown(in: parent) }
            let run = try parent.open(record.id, [.directory])
            let lock = try run.open("lock", [.readWrite, .create], mode: 0o600)
            // Whoever had it may have taken it away since it was opened.
            guard try lock.lockForProcess(), let now = try? parent.status(of: record.id),
                now.inode == (try run.status().inode)
            else {
                mark?.clear()
                return nil
            }
            return ClaimedContainer(
                id: record.id, name: record.name, places: places, run: run, lock: lock, mark: mark)
        } catch {
            throw EngineError(.store, "cannot hold the container \(record.name)", cause: error)
        }
    }

    func nameTaken(_ name: String) -> EngineError {
        let owner = (try? Descriptor.open(namesDirectory, [.directory]).readLink(name)) ?? "another container"
        return EngineError(
            .nameTaken,
            "the name \(name) is taken by \(owner.prefix(12)): remove it with 'minibox rm \(name)', or choose another")
    }

    /// A link from the name to the id: made or refused in one step by the kernel.
    func claimName(_ wanted: String?, id: String) throws(SystemError) -> String {
        let names = try Descriptor.makeDirectories(namesDirectory, mode: 0o700)
        if let wanted {
            do { try names.makeSymbolicLink(wanted, to: id) } catch {
                guard error.errno == .exists, let owner = try? names.readLink(wanted), !exists(owner) else {
                    throw error
                }
                // Left by a container that no longer is: a cut of power between its files and its name. Of several that
                // find it so, the first takes it, and the others find that one's.
                _ = try names.lock(.exclusive)
                if let now = try? names.readLink(wanted), exists(now) { throw error }
                try? names.remove(wanted)
                try names.makeSymbolicLink(wanted, to: id)
            }
            return wanted
        }
        var attempt = 0
        while true {
            let name = FriendlyName.name(for: id, attempt: attempt)
            do {
                try names.makeSymbolicLink(name, to: id)
                return name
            } catch {
                attempt += 1
                guard error.errno == .exists, attempt < 64 else { throw error }
            }
        }
    }

    /// Gives a name back, if it still is this container's.
    func removeName(_ name: String, of id: String) {
        guard !name.isEmpty, let names = try? Descriptor.open(namesDirectory, [.directory]),
            (try? names.readLink(name)) == id
        else { return }
        try? names.remove(name)
    }

    /// Takes a container that is no more out of its lease.
    func forget(_ id: String) { LeaseStore(places: places).forget(.container(id)) }

    /// Whether a supervisor holds the container.
    func isSupervised(_ id: String) -> Bool {
        guard let run = try? Descriptor.open("\(runDirectory)/\(id)", [.directory]) else { return false }
        return isHeld(run)
    }

    /// Whether the container has any directory.
    func exists(_ id: String) -> Bool {
        (try? Descriptor.open("\(directory)/\(id)", .path)) != nil
            || (try? Descriptor.open("\(runDirectory)/\(id)", .path)) != nil
    }

    static func newID() -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in Randomness.bytes(32) {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}

/// A container that this process supervises.
struct ClaimedContainer: ~Copyable {
    let id: String
    var name: String
    let places: Engine.Places
    /// Under the run root.
    let run: Descriptor
    /// Held until the supervisor ends, however it ends.
    let lock: Descriptor
    /// What tells others that this process lives, without their asking for the lock.
    let mark: LifeMark?
    /// What it is about to use.
    let held = HeldVolumes()

    var runPath: String { "\(places.runRoot)/containers/\(id)" }
    var path: String { "\(places.root)/containers/\(id)" }

    /// Writes down how what is about to be made is taken away, the last first.
    borrowing func write(journal: [Undo]) throws(SystemError) {
        try Journal.write(journal, in: run)
    }

    /// Puts the record of the run where ``publish()`` makes it seen: to be done while the container is being set up.
    borrowing func stage(_ record: ContainerRecord) throws(SystemError) {
        try run.open(".record.json", [.writeOnly, .create, .truncate, .noFollow], mode: 0o600).write(
            record.json.bytes())
    }

    /// Shows the staged record: from here on other commands find the container, and may enter it.
    borrowing func publish() throws(SystemError) { try run.rename(".record.json", to: "record.json") }

    /// Writes the record: in the run directory, and where it outlives the run, in the container's own.
    borrowing func write(_ record: ContainerRecord, durable: Bool) throws(SystemError) {
        let bytes = record.json.bytes()
        try run.replace("record.json", with: bytes, mode: 0o600, durable: false)
        if durable {
            try Descriptor.open(path, [.directory]).replace("record.json", with: bytes, mode: 0o600, durable: true)
        }
    }

    /// Writes down that it runs, for after a boot: what is in the run directory is gone then.
    borrowing func keep(_ record: ContainerRecord) throws(SystemError) {
        try Descriptor.open(path, [.directory]).replace(
            "record.json", with: record.json.bytes(), mode: 0o600, durable: true)
    }

    /// Removes the name and the run directory: the container no longer runs, and if `completely`, no longer is.
    borrowing func release(completely: Bool) {
        held.drop()
        let store = ContainerStore(places: places)
        if completely {
            store.removeName(name, of: id)
            store.removeOwnVolumes(namedIn: run, of: id)
        }
        // What could not be removed is the next command's to find, and its lease's.
        guard store.removeRun(id), !completely || !store.exists(id) else { return }
        if completely { store.forget(id) }
        mark?.clear()
    }
}
