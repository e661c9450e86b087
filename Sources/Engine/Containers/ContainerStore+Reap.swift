// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux
internal import OCI

extension ContainerStore {
    /// Takes away what supervisors left that were killed. Every command calls it first; where nothing is wrong it
    /// reads one directory and tries one lock a container.
    ///
    /// A container that goes on without its supervisor is given another by `adopt`, which says whether it was.
    func reap(adopt: (String) -> Bool) {
        removeRemains()
        guard let parent = try? Descriptor.open(runDirectory, [.directory]), let names = try? parent.entries() else {
            return
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
        }
    }

    private func removeNames(of id: String) {
        guard let names = try? Descriptor.open(namesDirectory, [.directory]) else { return }
        for name in (try? names.entries()) ?? [] where (try? names.readLink(name)) == id { try? names.remove(name) }
    }

    /// Gives back the ids that were taken before the journal knew of them.
    private func releaseIDs(of id: String) {
        guard let blocks = try? Descriptor.open(places.runRoot + "/ids", [.directory]) else { return }
        for block in (try? blocks.entries()) ?? [] where (try? blocks.readLink(block)) == id {
            try? blocks.remove(block)
        }
    }

    private static func tellsTheEnd(_ place: borrowing Descriptor) -> Bool {
        guard let bytes = try? place.contents(of: "record.json"), let json = try? JSON(parsing: bytes),
            case .exited? = ContainerRecord(json)?.state
        else { return false }
        return true
    }

    private func remove(deadRun run: borrowing Descriptor, id: String) {
        let record = record(of: id)
        if case .running(let process, let startTime, _)? = record?.state, ProcessTimes.start(of: process) == startTime,
            let leftover = try? Process(opening: process)
        {
            try? leftover.send(.kill)
        }
        // What cannot be taken away now stays in the journal's care.
        guard Journal.carryOut(in: run) == nil else { return }
        releaseIDs(of: id)
        let own = "\(directory)/\(id)"
        if var record, let place = try? Descriptor.open(own, [.directory]),
            (try? place.status(of: "record.json")) != nil
        {
            // Its supervisor may have written down the end, and then been killed before it took this directory away.
            // One that was only held for a moment, to be changed or copied from, has not run.
            let hasRun = [Journal.fileName, "record.json"].contains { (try? run.status(of: $0)) != nil }
            if hasRun, !Self.tellsTheEnd(place) {
                // What became of it nobody saw: as after a kill.
                record.state = .exited(code: 137, finished: Clock.wall.rfc3339, outOfMemory: false)
                try? place.replace("record.json", with: record.json.bytes(), mode: 0o600, durable: true)
            }
        } else {
            removeNames(of: id)
            removeOwnVolumes(namedIn: run, of: id)
            try? Undo.removeTree(path: own).perform()
        }
        try? Undo.removeTree(path: "\(runDirectory)/\(id)").perform()
    }
}
