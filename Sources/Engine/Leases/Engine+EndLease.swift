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
            if remove(lease) {
                try? Descriptor.open(leases.directory, [.directory]).removeTree(name)
                return
            }
            guard Clock.monotonic < end else { return }
            Clock.sleep(milliseconds: 20)
        }
    }

    /// Removes what can be removed now; false where something is left.
    private func remove(_ lease: borrowing KeptLease) -> Bool {
        var isWhole = true
        // Later kinds wait for earlier ones: a volume is in use as long as its container is there.
        var rank = 0
        for (link, entry) in lease.entries() where isWhole || entry.rank == rank {
            // Commands that make something for long do so before it is waited for what is in the making.
            if entry.rank > 0, rank == 0, !lease.isSettled() { return false }
            rank = entry.rank
            if remove(entry, of: lease.id) { try? lease.place.remove(link) } else { isWhole = false }
        }
        return isWhole && lease.isSettled() && lease.entries().isEmpty && endNames(of: lease.id)
    }

    /// Removes one thing of a lease; false where that is to be tried again.
    private func remove(_ entry: LeaseEntry, of lease: String) -> Bool {
        switch entry {
        case .command(let process, let start): endCommand(process, start: start)
        case .container(let id): endContainer(id)
        case .volume(let name): endVolume(name, of: lease)
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
        var isForeign = false
        do throws(EngineError) {
            let user = try volumes.remove(name) { () throws(EngineError) in
                // Asked while nobody else can remove it and make another one.
                isForeign = volumes.find(name)?.lease != lease
                return try isForeign ? "another" : usedVolumes()[name]
            }
            guard user != nil else {
                record(event: .volume(name: name, action: "destroy", attributes: ["driver": "local"]))
                return true
            }
            if isForeign { return true }
            return try usedVolumes()[name] != nil
        } catch {
            return error.code == .unknownVolume
        }
    }

    /// Takes the names of images away that were given under the lease, and by nobody since.
    private func endNames(of lease: String) -> Bool {
        do throws(ImageError) {
            for removal in try images().removeNames(under: lease, user: { user(ofImage: $0.description) }) {
                for reference in removal.untagged {
                    let name = reference.familiar
                    record(event: .image(id: name, action: "untag", attributes: ["name": name]))
                }
                if let id = removal.deleted { record(event: .image(id: "\(id)", action: "delete")) }
            }
            return true
        } catch {
            return false
        }
    }
}
