// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux
internal import Networks
internal import OCI

extension ContainerStore {
    /// Takes away what supervisors left that were killed. Every command calls it first; where nothing is wrong it
    /// reads one file.
    ///
    /// A container that goes on without its supervisor is given another by `adopt`, which says whether it was.
    func reap(adopt: (String) -> Bool) {
        if let parent = try? Descriptor.open(runDirectory, [.directory]), Holders(in: parent)?.areAlive == true {
            return
        }
        reapAll(adopt: adopt)
        guard let parent = try? Descriptor.open(runDirectory, [.directory]) else { return }
        Holders.forgetGone(in: parent) {
            var names = (try? parent.entries()) ?? []
            // What was renamed to be removed, and files without a record, which could not be.
            names += names.filter { $0.hasPrefix(".gone-") }.map { String($0.dropFirst(6)) }
            guard let own = try? Descriptor.open(directory, [.directory]), let ids = try? own.entries() else {
                return names
            }
            return names + ids.filter { (try? own.status(of: "\($0)/record.json")) == nil }
        }
    }

    /// Looks at each container there is: whether somebody holds its lock.
    private func reapAll(adopt: (String) -> Bool) {
        removeRemains()
        guard let parent = try? Descriptor.open(runDirectory, [.directory]), let names = try? parent.entries() else {
            return
        }
        for name in names where name.hasPrefix(".gone-") {
            try? Undo.removeTree(path: "\(runDirectory)/\(name)").perform()
        }
        for id in names where !id.hasPrefix(".") {
            guard let run = try? parent.open(id, [.directory]) else { continue }
            if isHeld(run) || adopt(id) { continue }
            // It may be in the making: with the gate held by nobody, it is not.
            guard let gate = try? parent.open(".gate", [.readWrite, .create], mode: 0o600),
                (try? gate.lock(.exclusive)) == true,
                let lock = try? run.open("lock", [.readWrite, .create], mode: 0o600),
                (try? lock.lockForProcess()) == true
            else { continue }
            // Its own supervisor may have removed it since it was listed.
            guard (try? run.status(of: "lock")) != nil else { continue }
            try? gate.close()
            remove(deadRun: run, id: id)
        }
    }

    func isHeld(_ run: borrowing Descriptor) -> Bool {
        guard let lock = try? run.open("lock", [.readWrite]) else { return false }
        return (try? lock.isLockedByProcess()) == true
    }

    /// Removes the files of containers that neither run nor have a record: a cut of power took their journal, or
    /// `rm` was killed.
    private func removeRemains() {
        guard let parent = try? Descriptor.open(directory, [.directory]), let ids = try? parent.entries() else {
            return
        }
        for id in ids where (try? parent.status(of: "\(id)/record.json")) == nil {
            // A run directory is there before the container's own, and goes after it.
            if (try? Descriptor.open("\(runDirectory)/\(id)", .path)) != nil { continue }
            // It may have ended, and kept its record, since it was looked for.
            if (try? parent.status(of: "\(id)/record.json")) != nil { continue }
            removeNames(of: id)
            if let own = try? parent.open(id, [.directory]) { removeOwnVolumes(namedIn: own, of: id) }
            try? Undo.removeTree(path: "\(directory)/\(id)").perform()
            forget(id)
        }
    }

    private func removeNames(of id: String) {
        guard let names = try? Descriptor.open(namesDirectory, [.directory]) else { return }
        for name in (try? names.entries()) ?? [] where (try? names.readLink(name)) == id { try? names.remove(name) }
    }

    /// Gives back the ids, addresses and ports that were taken before the journal knew of them.
    func releaseClaims(of id: String) {
        let networks = places.runRoot + "/networks"
        var folders = [places.runRoot + "/ids", places.runRoot + "/ports"]
        for network in (try? Descriptor.open(networks, [.directory]).entries()) ?? [] where network != "walls" {
            folders.append("\(networks)/\(network)/addresses")
            for name in [id, ".\(id)"] {
                try? Undo.removeFile(path: "\(networks)/\(network)/names/\(name)").perform()
            }
        }
        for folder in folders {
            guard let links = try? Descriptor.open(folder, [.directory]) else { continue }
            for link in (try? links.entries()) ?? [] where (try? links.readLink(link)) == id { try? links.remove(link) }
        }
        for name in [id, ".\(id).new"] { try? Undo.removeFile(path: "\(networks)/walls/\(name)").perform() }
    }

    /// Lets no port of the host lead to a container any more that has ended and could not say so itself.
    func takeBackPorts(of id: String) {
        try? NetworkStore(root: places.root, runRoot: places.runRoot).takeBackPorts(of: id)
    }

    private static func state(in run: borrowing Descriptor) -> ContainerRecord.State? {
        guard let bytes = try? run.contents(of: "record.json"), let json = try? JSON(parsing: bytes) else { return nil }
        return ContainerRecord(json)?.state
    }

    /// Takes a run directory away that this process has locked. It is out of sight before it is emptied: without its lock it
    /// would look dead, and be somebody else's.
    /// - Returns: whether nothing is left of it.
    @discardableResult
    func removeRun(_ id: String) -> Bool {
        let gone = ".gone-\(id)-\(Clock.monotonic)"
        guard let parent = try? Descriptor.open(runDirectory, [.directory]),
            (try? parent.rename(id, to: gone)) != nil
        else { return false }
        return (try? Undo.removeTree(path: "\(runDirectory)/\(gone)").perform()) != nil
    }

    private func remove(deadRun run: borrowing Descriptor, id: String) {
        let record = record(of: id)
        if case .running(let process, let startTime, _)? = record?.state, ProcessTimes.start(of: process) == startTime,
            let leftover = try? Process(opening: process)
        {
            try? leftover.send(.kill)
        }
        takeBackPorts(of: id)
        // What cannot be taken away now stays in the journal's care.
        guard Journal.carryOut(in: run) == nil else { return }
        releaseClaims(of: id)
        let own = "\(directory)/\(id)"
        if var record, let place = try? Descriptor.open(own, [.directory]),
            (try? place.status(of: "record.json")) != nil
        {
            // What the run's own record says: one that has none was held for a moment, or did not come to run.
            switch Self.state(in: run) {
            // What became of it nobody saw: as after a kill.
            case .running?:
                let now = Clock.wall.rfc3339
                record.state = .exited(code: 137, finished: now, outOfMemory: false)
                record.ending = ContainerEnding(code: 137, finished: now, unseen: .supervisor)
            case .restarting?: record.endRun()
            // Its supervisor has written down the end, here at least, before it could take this directory away.
            case .exited?: break
            case .created?, nil:
                removeRun(id)
                return
            }
            guard (try? place.replace("record.json", with: record.json.bytes(), mode: 0o600, durable: true)) != nil
            else { return }
            // The end that nobody saw. One that its supervisor has written down it has told of as well.
            if record.ending?.unseen == .supervisor {
                EventLog(directory: places.runRoot).append(
                    .container(record, "die", attributes: ["exitCode": "137"]))
            }
        } else {
            removeNames(of: id)
            removeOwnVolumes(namedIn: run, of: id)
            try? Undo.removeTree(path: own).perform()
            forget(id)
        }
        removeRun(id)
    }
}
