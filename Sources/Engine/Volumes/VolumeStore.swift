// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// The volumes of a machine, on disk: a directory each, with `volume.json` and the files below `_data`.
///
/// One is made under another name and renamed, so that who finds it finds it whole; of several that make the same one,
/// the first does and the others find it. Who is about to use one has a shared lock on its directory until a record
/// says so; who removes one, an exclusive lock.
struct VolumeStore: Sendable {
    let places: Engine.Places
    /// What a volume that is made belongs to; nil for no lease.
    var lease: String?

    var directory: String { places.root + "/volumes" }
    /// Where volumes are while they are made and while they are removed. What is there and locked by nobody was left.
    private var stagingDirectory: String { directory + "/.staging" }

    /// How a volume is kept on disk.
    enum Durability: Sendable {
        /// It outlives a cut of power.
        case durable
        /// It ends with a container that does not.
        case temporary
    }

    /// The volume of that name, made where it is missing.
    func create(
        _ name: VolumeName, labels: [String: String] = [:], options: [String: String] = [:],
        _ durability: Durability = .durable
    ) throws(EngineError) -> Volume {
        if let found = find(name.description) { return found }
        var volume = Volume(
            name: name.description, created: Clock.wall.rfc3339, labels: labels, options: options, in: directory)
        // A lease that ends now waits until the volume can be seen.
        var gate: LeaseGate?
        if let lease {
            volume.lease = lease
            gate = try LeaseStore(places: places).enter(.volume(volume.name), of: lease)
        }
        defer { withExtendedLifetime(gate) {} }
        do throws(SystemError) {
            return try make(volume, durability) ? volume : find(volume.name) ?? volume
        } catch {
            throw EngineError(.store, "cannot make the volume \(name) in \(directory)", cause: error)
        }
    }

    /// Makes it; false where another one was first.
    private func make(_ volume: Volume, _ durability: Durability) throws(SystemError) -> Bool {
        let parent = try Descriptor.makeDirectories(directory, mode: 0o700)
        let staging = try Descriptor.makeDirectories(stagingDirectory, mode: 0o700)
        var attempts = 0
        while true {
            let temporary = FileName(VolumeName.anonymous().description)
            do throws(SystemError) {
                try staging.makeDirectory(temporary, mode: 0o700)
                let place = try staging.open(temporary, [.readOnly, .directory])
                // Whoever cleans up between the two calls takes it away, and then it is made once more.
                guard try place.lock(.exclusive, wait: false) else { throw SystemError("flock", .noEntry) }
                try place.makeDirectory("_data", mode: 0o755)
                // The caller's umask may have taken bits away.
                try place.setPermissions(0o755, of: "_data")
                let file = try place.open(
                    "volume.json", [.writeOnly, .create, .exclusive, .noFollow], mode: 0o600)
                try file.write(volume.document.bytes())
                // The rename needs none of its own: every file system with a journal keeps it with the first thing in
                // the volume that is made durable.
                if durability == .durable { try file.synchronize() }
                return try show(temporary, of: staging, as: FileName(volume.name), in: parent)
            } catch {
                try? staging.removeTree(temporary)
                attempts += 1
                guard error.errno == .noEntry, attempts < 16 else { throw error }
            }
        }
    }

    private func show(
        _ temporary: FileName, of staging: borrowing Descriptor, as name: FileName, in parent: borrowing Descriptor
    ) throws(SystemError) -> Bool {
        do throws(SystemError) {
            try staging.rename(temporary, to: name, in: parent)
            return true
        } catch {
            // A directory takes the place of an empty one alone, which a volume never is: rename(2).
            guard [.exists, .notEmpty].contains(error.errno) else { throw error }
            try? staging.removeTree(temporary)
            return false
        }
    }

    /// The volume of that name; nil where there is none.
    func find(_ name: String) -> Volume? {
        guard !name.hasPrefix("."), !name.contains("/"), !name.isEmpty,
            let bytes = try? Descriptor.contents(of: "\(directory)/\(name)/volume.json"),
            let json = try? JSON(parsing: bytes)
        else { return nil }
        return Volume(json, name: name, in: directory)
    }

    /// Every volume, by name.
    func all() throws(EngineError) -> [Volume] {
        do throws(SystemError) {
            return try Descriptor.open(directory, [.directory]).entries().sorted().compactMap(find)
        } catch {
            if error.errno == .noEntry { return [] }
            throw EngineError(.store, "cannot list the volumes in \(directory)", cause: error)
        }
    }

    /// Opens a volume for use: until the descriptor is closed, nobody removes it. Nil where there is none.
    func hold(_ name: String) throws(SystemError) -> Descriptor? {
        do throws(SystemError) {
            let path = "\(directory)/\(name)"
            let place = try Descriptor.open(path, [.readOnly, .directory, .noFollow])
            _ = try place.lock(.shared)
            // It may have been taken away between the two calls, and then the lock is on what is gone.
            let now = try Descriptor.open(path, [.path, .directory, .noFollow]).status()
            guard try now.isSameFile(as: place.status()) else { return nil }
            return consume place
        } catch {
            if error.errno == .noEntry { return nil }
            throw error
        }
    }

    /// Removes a volume, unless somebody is about to use it.
    /// - Returns: nil where it is gone; otherwise who uses it.
    func remove(_ name: String, unless usedBy: () throws(EngineError) -> String?) throws(EngineError) -> String? {
        guard let place = try lock(name) else { return "a container that starts" }
        // Whoever is about to use it waits for the lock, and then finds that it is gone.
        if let user = try usedBy() { return user }
        do throws(SystemError) {
            let staging = try Descriptor.makeDirectories(stagingDirectory, mode: 0o700)
            let temporary = FileName(VolumeName.anonymous().description)
            try Descriptor.open(directory, [.directory]).rename(FileName(name), to: temporary, in: staging)
            try staging.removeTree(temporary)
            try place.close()
            LeaseStore(places: places).forget(.volume(name))
            return nil
        } catch {
            throw EngineError(.store, "cannot remove the volume \(name)", cause: error)
        }
    }

    /// Opens a volume for this process alone; nil where somebody is about to use it.
    private func lock(_ name: String) throws(EngineError) -> Descriptor? {
        do throws(SystemError) {
            let place = try Descriptor.open("\(directory)/\(name)", [.readOnly, .directory, .noFollow])
            guard try Self.isLocked(place) else { return nil }
            return consume place
        } catch {
            if error.errno == .noEntry { throw EngineError(.unknownVolume, "there is no volume \(name)") }
            throw EngineError(.store, "cannot remove the volume \(name)", cause: error)
        }
    }

    /// A process that was just forked has its parent's locks until it runs its program, so the lock is tried for a while.
    private static func isLocked(_ place: borrowing Descriptor) throws(SystemError) -> Bool {
        for _ in 0..<30 {
            if try place.lock(.exclusive, wait: false) { return true }
            Clock.sleep(milliseconds: 2)
        }
        return false
    }

    /// Takes away what was left in the making, or while it was removed. Every command does it first: where nothing is
    /// wrong it reads one empty directory.
    func reap() {
        guard let staging = try? Descriptor.open(stagingDirectory, [.directory]), let names = try? staging.names()
        else { return }
        for name in names {
            guard let place = try? staging.open(name, [.readOnly, .directory, .noFollow]),
                (try? place.lock(.exclusive, wait: false)) == true
            else { continue }
            try? staging.removeTree(name)
        }
    }
}
