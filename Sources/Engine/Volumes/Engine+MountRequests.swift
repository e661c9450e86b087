// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Images
internal import Linux

extension Engine {
    /// How the planner is asked for what a container shows. What a bind shows has to be there, and to be of a kind that
    /// can be shown.
    /// - Parameter isMapped: whether owners are shown as a user namespace of the container's own has them.
    func mountRequests(
        _ points: [MountPoint], isMapped: Bool, isTemporary: Bool
    ) throws(EngineError) -> [MountRequest] {
        var requests: [MountRequest] = []
        for point in points {
            switch point.kind {
            case .bind: requests.append(try bind(point, isMapped: isMapped))
            case .volume: requests.append(try volume(point, isMapped: isMapped, isTemporary: isTemporary))
            case .image: requests.append(try image(point))
            }
        }
        return requests
    }

    private func bind(_ point: MountPoint, isMapped: Bool) throws(EngineError) -> MountRequest {
        var isDirectory = true
        do throws(SystemError) {
            isDirectory = try Descriptor.open(point.source, .path).status().isDirectory
        } catch {
            // Of one that is made where it is missing, a plan alone makes nothing.
            guard point.createsSource, error.errno == .noEntry else {
                throw EngineError(.missing, "cannot mount \(point.source) at \(point.destination)", cause: error)
            }
        }
        let propagation = PropagationWord(point.propagation)?.propagation ?? .private
        let source = MountRequest.Source.bind(
            path: point.source, isDirectory: isDirectory, isRecursive: point.isRecursive, isMapped: isMapped,
            propagation: propagation)
        if point.leavesMountsBelowWritable {
            var request = MountRequest(source: source, target: point.destination, attributes: [])
            if !point.isWritable { request.attributes.add(.readOnly) }
            return request
        }
        return MountRequest(
            source: source, target: point.destination, attributes: point.isWritable ? [] : .readOnly)
    }

    private func volume(
        _ point: MountPoint, isMapped: Bool, isTemporary: Bool
    ) throws(EngineError) -> MountRequest {
        var attributes: MountAttributes = point.isWritable ? [] : .readOnly
        let owners = isMapped ? OwnerMapping(.container, isRecursive: false) : nil
        let directory = "\(volumes.directory)/\(point.name)"
        guard let options = volumes.find(point.name)?.options, !options.isEmpty else {
            let isFilled = (try? Descriptor.open("\(directory)/\(VolumePart.mark)", .path)) != nil
            // What is shown of a part of it is there already, so there is nothing to begin with.
            let isFresh = point.copiesImage && point.subpath == nil && !isFilled
            let fresh = FreshVolume(directory: directory, isDurable: !(isTemporary && point.isAnonymous))
            return MountRequest(
                source: .tree(
                    HostTree(
                        path: "\(directory)/\(VolumePart.data)", isDirectory: try isDirectory(point),
                        isRecursive: false, owners: owners, subpath: point.subpath, fresh: isFresh ? fresh : nil)),
                target: point.destination, attributes: attributes)
        }
        switch try LocalVolume(options, volume: point.name) {
        case .tree(let path, let isRecursive, let added):
            attributes.formUnion(added)
            return MountRequest(
                source: .tree(
                    HostTree(
                        path: path, isDirectory: true, isRecursive: isRecursive,
                        owners: isMapped ? OwnerMapping(.container, isRecursive: isRecursive) : nil,
                        subpath: point.subpath)),
                target: point.destination, attributes: attributes)
        case .fileSystem(let fileSystem, let added):
            if point.subpath != nil {
                throw EngineError(
                    .invalid, "the volume \(point.name) is a file system of its own: mount all of it, or use o=bind")
            }
            attributes.formUnion(added)
            return MountRequest(
                source: fileSystem.type == "tmpfs"
                    ? .new(fileSystem) : .hosted(HostedFileSystem(fileSystem, isMapped: isMapped)),
                target: point.destination, attributes: attributes)
        }
    }

    /// Whether what is shown of a volume is a directory. It is looked up again where it is mounted.
    private func isDirectory(_ point: MountPoint) throws(EngineError) -> Bool {
        guard let subpath = point.subpath else { return true }
        do throws(SystemError) {
            return try Descriptor.open("\(volumes.directory)/\(point.name)/\(VolumePart.data)", [.path, .directory])
                .open(subpath, [.path], resolve: .container).status().isDirectory
        } catch {
            throw EngineError(.missing, "cannot mount \(subpath) of the volume \(point.name)", cause: error)
        }
    }

    private func image(_ point: MountPoint) throws(EngineError) -> MountRequest {
        do {
            let image = try images().resolve(point.source)
            let tree = ImageTree(
                name: point.name, layers: image.layers.filter { $0.entries > 0 }.reversed().map(\.path),
                subpath: point.subpath)
            guard tree.layers.count <= ContainerRoot.mostLayers else {
                throw EngineError(.invalid, "the image \(point.name) has more layers than the kernel stacks")
            }
            return MountRequest(source: .image(tree), target: point.destination, attributes: .readOnly)
        } catch let error as EngineError {
            throw error
        } catch {
            throw EngineError(.missing, "cannot mount the image \(point.name) at \(point.destination): \(error)")
        }
    }
}
