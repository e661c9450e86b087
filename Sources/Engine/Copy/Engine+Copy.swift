// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Images
internal import Linux

extension Engine {
    /// Copies files between a container and the host, by docker's rules for what is there, and for a `/` or `/.` at an
    /// end.
    /// - Returns: how many bytes of contents were copied.
    public func copy(_ request: CopyRequest) throws(EngineError) -> Int64 {
        do {
            switch (request.source, request.destination) {
            case (.container, .container):
                throw EngineError(.invalid, "copying between containers is not supported: copy to the host first")
            case (.container(let name, let path), let destination):
                return try withFiles(of: try copied(name), writing: false) { (root) throws in
                    try copy(CopyPath(path, isInContainer: true), of: root, to: destination, request)
                }
            case (.stream, .container(let name, let path)):
                return try withFiles(of: try copied(name), writing: true) { (root) throws in
                    try unpackInput(into: CopyPath(path, isInContainer: true), of: root, request)
                }
            case (.host(let source), .container(let name, let path)):
                return try withFiles(of: try copied(name), writing: true) { (root) throws in
                    let host = try FileRoot.host()
                    return try copy(
                        CopyPath(source, isInContainer: false), of: host, to: CopyPath(path, isInContainer: true),
                        of: root, request)
                }
            default:
                throw EngineError(.invalid, "neither side names a container: write CONTAINER:PATH for one of them")
            }
        } catch let error as EngineError {
            throw error
        } catch {
            throw EngineError(.store, "cannot copy", cause: error)
        }
    }

    /// The container whose files are copied, once that is written down.
    private func copied(_ name: String) throws(EngineError) -> ContainerRecord {
        let record = try inspect(name)
        self.record(Action("cp", record))
        return record
    }

    private func copy(
        _ path: CopyPath, of root: borrowing FileRoot, to destination: CopyArgument, _ request: CopyRequest
    ) throws -> Int64 {
        guard case .host(let target) = destination else {
            guard !StandardStream.output.isTerminal else {
                throw EngineError(.invalid, "an archive is nothing for a terminal: send it to a file or a program")
            }
            let output = try StandardStream.output.duplicate()
            return try source(path, of: root, request).stream(as: path.isContents ? "" : path.name, of: root).write(
                to: output)
        }
        let host = try FileRoot.host()
        return try copy(path, of: root, to: CopyPath(target, isInContainer: false), of: host, request)
    }

    private func copy(
        _ path: CopyPath, of root: borrowing FileRoot, to target: CopyPath, of other: borrowing FileRoot,
        _ request: CopyRequest
    ) throws -> Int64 {
        let source = try source(path, of: root, request)
        let place = try CopyTarget.find(for: source, at: target, in: other)
        let stream = try source.stream(as: place.name, of: root)
        return try unpack(stream, into: place.directory, of: other, request)
    }

    private func unpackInput(
        into path: CopyPath, of root: borrowing FileRoot, _ request: CopyRequest
    ) throws -> Int64 {
        let directory: Descriptor
        do throws(SystemError) { directory = try root.open(path, [.path, .directory]) } catch {
            throw CopySource.failure(error, path, root)
        }
        let stream = try FileStream.archive(
            try StandardStream.input.duplicate(), named: "the archive at standard input")
        return try unpack(stream, into: directory, of: root, request)
    }

    private func unpack(
        _ stream: FileStream, into directory: borrowing Descriptor, of root: borrowing FileRoot, _ request: CopyRequest
    ) throws -> Int64 {
        // Where owners are mapped, nobody can make a file whose id is not in the map: fsuidgid_has_mapping() of linux/fs.h.
        try CurrentProcess.setFileOwner(root.rootOwner)
        defer { try? CurrentProcess.setFileOwner(0) }
        let here = FileArchive.Owner(user: 0, group: 0)
        return try stream.unpack(
            into: try directory.duplicate(), owner: request.keepsOwners ? nil : here, owners: root.owners)
    }

    private func source(
        _ path: CopyPath, of root: borrowing FileRoot, _ request: CopyRequest
    ) throws(EngineError) -> CopySource {
        do throws(SystemError) { return try CopySource.find(path, in: root, follows: request.followsLink) } catch {
            throw CopySource.failure(error, path, root)
        }
    }
}
