// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Images
internal import Linux
internal import OCI

extension Engine {
    /// How long what cannot be removed at once is tried again: ten seconds. After that the next command goes on.
    private static var patience: UInt64 { 10_000_000_000 }

    /// Removes all that was made under a lease, and the lease.
    func end(_ lease: borrowing KeptLease) {
        guard let name = try? lease.retire(in: leases.directory) else { return }
        let end = Clock.monotonic + Self.patience
        while true {
            var isWhole = true
            // Later kinds wait for earlier ones: a volume is in use as long as its container is there.
            var rank = 0
            for (link, entry) in lease.entries() where isWhole || entry.rank == rank {
                rank = entry.rank
                if remove(entry, of: lease.id) { try? lease.place.remove(link) } else { isWhole = false }
            }
            if isWhole {
                try? Descriptor.open(leases.directory, [.directory]).removeTree(name)
                return
            }
            guard Clock.monotonic < end else { return }
            Clock.sleep(milliseconds: 20)
        }
    }

    /// Removes one thing of a lease; false where that is to be tried again.
    private func remove(_ entry: LeaseEntry, of lease: String) -> Bool {
        switch entry {
        case .command(let process, let start): endCommand(process, start: start)
        case .container(let id): endContainer(id)
        case .volume(let name): endVolume(name, of: lease)
        case .image(let name, let former): endName(name, former: former)
        }
    }

    private func endCommand(_ process: Int32, start: UInt64) -> Bool {
        guard let command = try? Process(opening: process), ProcessTimes.start(of: process) == start,
            (try? command.hasEnded()) == false
        else { return true }
        // It takes away what it was making.
        try? command.send(.terminate)
        var set = PollSet()
        let end = set.add(command.handle, .reading)
        try? set.wait(milliseconds: 5000)
        if !set.isReady(end) { try? command.send(.kill) }
        return set.isReady(end)
    }

    private func endContainer(_ id: String) -> Bool {
        guard containers.exists(id) else { return true }
        guard containers.record(of: id) != nil else {
            // It is in the making, and can be removed when it is there, or what was left of it is taken away.
            reap()
            return !containers.exists(id)
        }
        do throws(EngineError) { try remove(id, force: true, volumes: true) } catch {
            return error.code == .unknownContainer
        }
        return true
    }

    /// A volume that another one made first is not the lease's, and one that a container uses which is not, stays.
    private func endVolume(_ name: String, of lease: String) -> Bool {
        guard let volume = volumes.find(name), volume.lease == lease else { return true }
        do throws(EngineError) {
            let user = try volumes.remove(name) { () throws(EngineError) in try usedVolumes()[name] }
            guard user != nil else {
                record(event: .volume(name: name, action: "destroy", attributes: ["driver": "local"]))
                return true
            }
            return try usedVolumes()[name] != nil
        } catch {
            return error.code == .unknownVolume
        }
    }

    /// A name that still means what it meant before was not given under the lease.
    private func endName(_ name: String, former: String?) -> Bool {
        do throws(ImageError) {
            let store = try images()
            guard let image = try? store.resolve(name), "\(image.id)" != former else { return true }
            let removal = try store.remove(name) { user(ofImage: $0.description) }
            for reference in removal.untagged {
                let name = reference.familiar
                record(event: .image(id: name, action: "untag", attributes: ["name": name]))
            }
            if let id = removal.deleted { record(event: .image(id: "\(id)", action: "delete")) }
            return true
        } catch {
            // A container that is not the lease's keeps it.
            if case .inUse = error.code { return true }
            return false
        }
    }
}
