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

    /// Removes a container; with `force` also one that runs, which is killed.
    public func remove(_ text: String, force: Bool) throws(EngineError) {
        recover()
        let record = try containers.find(text)
        if case .running(let process, let startTime, _) = record.state, ProcessTimes.start(of: process) == startTime {
            guard force else {
                throw EngineError(
                    .running, "the container \(record.name) is running: stop it, or remove it with 'minibox rm -f'")
            }
            if let running = try? Process(opening: process) { try? running.send(.kill) }
            try awaitRelease(of: record.id, name: record.name)
        } else if containers.isSupervised(record.id) {
            // In the making, or about to be closed: its supervisor still writes to what would be removed.
            guard force else {
                throw EngineError(
                    .running, "the container \(record.name) is starting or ending: try again, or use 'minibox rm -f'")
            }
            try awaitRelease(of: record.id, name: record.name)
        }
        do {
            // The record first: what is left after a crash is no container, and the next command removes it.
            try Undo.removeFile(path: "\(containers.directory)/\(record.id)/record.json").perform()
            containers.removeName(record.name, of: record.id)
            try Undo.removeTree(path: "\(containers.directory)/\(record.id)").perform()
        } catch {
            throw EngineError(.store, "cannot remove the container \(record.name)", cause: error)
        }
    }

    /// Waits until the supervisor of a killed container has cleaned up.
    private func awaitRelease(of id: String, name: String) throws(EngineError) {
        for _ in 0..<1000 {
            guard (try? Descriptor.open("\(containers.runDirectory)/\(id)", .path)) != nil else { return }
            Clock.sleep(milliseconds: 5)
            containers.reap()
        }
        throw EngineError(
            .running, "the container \(name) was killed but has not ended: a process of it cannot be woken")
    }

    /// The name of a container that was made from this image, if there is one.
    public func user(ofImage id: String) -> String? {
        ((try? containers.all()) ?? []).first { $0.imageID == id }?.name
    }
}
