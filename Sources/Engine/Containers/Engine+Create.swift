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
        var claims = Claims()
        var identifierFile: String?
        do throws(EngineError) {
            let prepared = try prepare(
                request, image: image, writable: container.path, container: container, claims: &claims, options)
            var record = ContainerRecord(request, image: image, container: container, prepared)
            if let path = request.cidFile {
                try writeIdentifier(container.id, to: path)
                identifierFile = path
            }
            try makeFiles(
                of: prepared, &record, container, claims: claims, image: image, isKept: true, for: request, as: "create"
            )
            try fillVolumes(of: prepared)
        } catch {
            if let identifierFile { try? Undo.removeFile(path: identifierFile).perform() }
            discard(container, claims: claims)
            throw error
        }
        // They are given to a run, and this is none.
        claims.giveBack(of: container.id)
        container.release(completely: false)
        return container.id
    }
}
