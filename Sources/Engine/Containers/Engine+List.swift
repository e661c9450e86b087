// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

extension Engine {
    /// The containers, the youngest first; with `all`, also those that have ended.
    public func list(all: Bool) throws(EngineError) -> [ContainerRecord] {
        recover()
        return try containers.all().filter { record in
            if case .running = record.state { return true }
            return all
        }
    }

    /// The container that `text` names.
    public func inspect(_ text: String) throws(EngineError) -> ContainerRecord {
        recover()
        return try containers.find(text)
    }

    /// Removes a container; with `force` also one that runs, which is killed, and with `volumes` the volumes that nobody
    /// named and only it uses.
    public func remove(_ text: String, force: Bool, volumes: Bool = false) throws(EngineError) {
        try remove(try beginRemoval(text, force: force, volumes: volumes), volumes: volumes)
    }

    /// Begins to remove a container: with `force` one that runs is killed.
    /// - Parameter volumes: also the volumes that nobody named and only it uses.
    /// - Returns: what ``remove(_:volumes:)`` waits for, so that others can be killed meanwhile.
    public func beginRemoval(
        _ text: String, force: Bool, volumes: Bool = false
    ) throws(EngineError) -> AskedContainer {
        recover()
        let record = try containers.find(text)
        let answerer = answerer(of: record)
        if answerer.isNobody {
            self.record(Action("rm", record))
            return AskedContainer(record, .nothing)
        }
        if !force, try isReleased(record) {
            self.record(Action("rm", record))
            return AskedContainer(record, .nothing)
        }
        guard force else {
            let state = if case .running = record.state { "running" } else { "\(record.state.word), or about to be" }
            throw EngineError(
                .running, "the container \(record.name) is \(state): stop it, or remove it with 'minibox rm -f'")
        }
        self.record(Action("rm", record))
        switch consume answerer {
        case .supervisor(let socket): return try AskedContainer(record, .remove(volumes: volumes), of: socket)
        default:
            guard let process = try process(of: record) else { return AskedContainer(record, .nothing) }
            try? process.send(.kill)
            return AskedContainer(record, .end(killAt: nil))
        }
    }

    /// Removes a container that does not run, or is about to end; with `volumes` also the volumes that nobody named and
    /// only it uses.
    public func remove(_ asked: AskedContainer, volumes: Bool = false) throws(EngineError) {
        let record = asked.record
        switch asked.question {
        case .nothing where !containers.isSupervised(record.id): break
        default:
            try finish(asked)
            try awaitRelease(of: record.id, name: record.name)
            // Its supervisor has removed it.
            guard containers.exists(record.id) else { return }
        }
        // Its own from here on: nobody starts it meanwhile.
        guard let held = try containers.reclaim(record) else {
            throw EngineError(.running, "the container \(record.name) is being started or ended: try again")
        }
        let current = containers.record(of: record.id)
        // Its supervisor was killed since it was looked for: the next command gives it another, or ends it.
        if let current, try process(of: current) != nil {
            throw EngineError(.running, "the container \(record.name) has just lost its supervisor: try again")
        }
        defer { held.release(completely: true) }
        guard let record = current else {
            throw EngineError(.unknownContainer, "there is no container \(asked.record.name)")
        }
        try markOwnVolumes(of: record, go: volumes)
        do {
            // The record first: what is left after a crash is no container, and the next command removes it.
            try Undo.removeFile(path: "\(containers.directory)/\(record.id)/record.json").perform()
            containers.removeName(record.name, of: record.id)
            let own = "\(containers.directory)/\(record.id)"
            if let place = try? Descriptor.open(own, [.directory]) {
                containers.removeOwnVolumes(namedIn: place, of: record.id)
            }
            try Undo.removeTree(path: own).perform()
        } catch {
            throw EngineError(.store, "cannot remove the container \(record.name)", cause: error)
        }
        self.record(event: .container(record, "destroy"))
    }

    /// Waits for a supervisor whose program has ended, and which cleans up: whoever waited for the program alone, as `run` in
    /// the foreground, may be here before it is done.
    /// - Returns: whether nobody has the container any more; false at once where its program runs or is to run again.
    private func isReleased(_ record: ContainerRecord) throws(EngineError) -> Bool {
        for _ in 0..<300 {
            guard containers.isSupervised(record.id), let current = containers.record(of: record.id) else {
                return true
            }
            switch current.state {
            case .created, .restarting: return false
            case .running: if try process(of: current) != nil { return false }
            case .exited: break
            }
            Clock.sleep(milliseconds: 10)
            reap()
        }
        return false
    }

    /// Waits until the supervisor of a killed container has cleaned up.
    func awaitRelease(of id: String, name: String) throws(EngineError) {
        for _ in 0..<1000 {
            guard (try? Descriptor.open("\(containers.runDirectory)/\(id)", .path)) != nil else { return }
            Clock.sleep(milliseconds: 5)
            reap()
        }
        throw EngineError(
            .running,
            "the container \(name) does not end: a process of it cannot be woken, or another command holds it")
    }

    /// The name of a container that was made from this image, if there is one.
    public func user(ofImage id: String) -> String? {
        ((try? containers.all()) ?? []).first { record in
            record.imageID == id || record.mounts.contains { $0.kind == .image && $0.source == id }
        }?.name
    }
}
