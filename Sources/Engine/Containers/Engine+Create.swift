// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Images
internal import Linux

extension Engine {
    /// Makes a container that is not started: everything that `start` would refuse is refused now.
    /// - Returns: its id.
    public func create(_ request: ContainerRequest, _ options: RunOptions) throws(EngineError) -> String {
        reap()
        let image = try image(for: request)
        // From here on 'rmi' leaves its layers alone, before there is a record that it could see.
        let hold = try hold(image)
        defer { withExtendedLifetime(hold) {} }
        var request = try resolved(request)
        request.fill(from: image)
        let container = try containers.claim(name: request.name)
        var ids: IDRanges.Allocation?
        var identifierFile: String?
        do throws(EngineError) {
            let prepared = try prepare(
                request, image: image, writable: container.path, container: container, ids: &ids, options)
            var record = ContainerRecord(request, image: image, container: container, prepared)
            if let path = request.cidFile {
                try writeIdentifier(container.id, to: path)
                identifierFile = path
            }
            try makeFiles(of: prepared, &record, container, ids: ids, image: image, isKept: true)
            try fillVolumes(of: prepared)
        } catch {
            if let identifierFile { try? Undo.removeFile(path: identifierFile).perform() }
            discard(container, ids: ids)
            throw error
        }
        // They are given to a run, and this is none.
        for file in ids?.files ?? [] { try? Undo.removeFile(path: file).perform() }
        container.release(completely: false)
        return container.id
    }
}
