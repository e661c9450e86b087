// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI
internal import Words

extension ContainerStore {
    /// Every container, the youngest first.
    func all(_ extent: ContainerRecord.Extent = .whole) throws(EngineError) -> [ContainerRecord] {
        try ids().compactMap { record(of: $0, extent) }.sorted { ($0.created, $0.id) > ($1.created, $1.id) }
    }

    /// The ids of every container, and of what is being made or removed.
    private func ids() throws(EngineError) -> Set<String> {
        var ids: Set<String> = []
        for place in [runDirectory, directory] {
            do throws(SystemError) {
                ids.formUnion(try Descriptor.open(place, [.directory]).entries().filter { !$0.hasPrefix(".") })
            } catch {
                if error.errno != .noEntry { throw EngineError(.store, "cannot list \(place)", cause: error) }
            }
        }
        return ids
    }

    /// The record of the container with this id: of its run, if it runs, or as it was left.
    func record(of id: String, _ extent: ContainerRecord.Extent = .whole) -> ContainerRecord? {
        for place in [runDirectory, directory] {
            guard let bytes = try? Descriptor.contents(of: "\(place)/\(id)/record.json"),
                var record = ContainerRecord(parsing: bytes, extent)
            else { continue }
            if place == directory { record.endRun() } else { record.forgetProcess(unlessIn: ProcessScope.current) }
            return record
        }
        return nil
    }

    /// The container that `text` names: a name, an id, or as much of an id as no other has.
    func find(_ text: String) throws(EngineError) -> ContainerRecord {
        if !text.contains("/"), !text.isEmpty,
            let id = try? Descriptor.open(namesDirectory, [.directory]).readLink(text), let record = record(of: id)
        {
            return record
        }
        let matching = text.isEmpty ? [] : try ids().filter { $0.hasPrefix(text) }.compactMap { record(of: $0) }
        if matching.count > 1 {
            throw EngineError(
                .ambiguousContainer, "\(text) is the start of \(matching.count) ids: write more of it")
        }
        guard let found = matching.first else {
            let near = nearestWord(to: text, among: try all(.listed).map(\.name)).map { " (did you mean \($0)?)" } ?? ""
            throw EngineError(.unknownContainer, "there is no container \(text)\(near)")
        }
        return found
    }
}
