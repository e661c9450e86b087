// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension Engine {
    /// Gives a container another name. It may run.
    public func rename(_ text: String, to name: ContainerName) throws(EngineError) {
        recover()
        let record = try containers.find(text)
        guard record.name != name.description else {
            throw EngineError(.invalid, "the container \(record.name) has this name already")
        }
        try containers.claim(name, for: record.id)
        do throws(EngineError) {
            try amend(record, Amendment(name: name.description))
        } catch {
            containers.removeName(name.description, of: record.id)
            throw error
        }
        containers.removeName(record.name, of: record.id)
        var renamed = record
        renamed.name = name.description
        // Docker's names begin with a slash here.
        self.record(event: .container(renamed, "rename", attributes: ["oldName": "/" + record.name]))
        self.record(Action("rename", renamed))
    }
}

extension ContainerStore {
    /// Takes a name for a container that is there.
    fileprivate func claim(_ name: ContainerName, for id: String) throws(EngineError) {
        do throws(SystemError) { _ = try claimName(name.description, id: id) } catch {
            if error.errno == .exists { throw nameTaken(name.description) }
            throw EngineError(.store, "cannot name a container in \(namesDirectory)", cause: error)
        }
    }
}
