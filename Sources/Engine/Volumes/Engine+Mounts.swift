// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Images
internal import Linux
internal import OCI

extension Engine {
    /// What a new container shows that outlives it: what was asked for, what other containers show that it takes over,
    /// and a volume for each that the image declares. They are made where they are missing, and held.
    ///
    /// Where two are at one place, what was asked for by its place counts, then what is taken over, then the image's.
    /// - Parameter isDryRun: makes nothing.
    func claimMounts(
        of request: ContainerRequest, root: ContainerRoot, for container: borrowing ClaimedContainer, isDryRun: Bool
    ) throws(EngineError) -> [MountPoint] {
        var points: [MountPoint] = []
        let directory = (try? CurrentProcess.currentDirectory()) ?? "/"
        for bind in request.binds { points.append(MountPoint(bind, from: directory)) }
        for volume in request.volumes where volume.name != nil { points.append(point(volume)) }
        for image in request.images { points.append(try point(image)) }
        let taken = Set(request.tmpfs.map(\.target.description))
        for point in try inheritedMounts(request) where !taken.contains(point.destination) { points.add(point) }
        for volume in request.volumes where volume.name == nil { points.add(point(volume)) }
        for path in root.execution.volumes {
            // What an image says of places that nothing can be mounted at is passed over.
            guard let target = try? ContainerPath(parsingTarget: path), !taken.contains(target.description) else {
                continue
            }
            points.add(point(VolumeMountArgument(name: nil, target: target)))
        }
        try refuseSensitive(points, of: request)
        if isDryRun { return points }
        volumes.reap()
        try writeOwnVolumes(points, of: container)
        for (index, point) in points.enumerated() where point.kind == .volume {
            let argument = request.volumes.first { $0.target.description == point.destination }
            let isTemporary = request.removesItself && point.isAnonymous
            // Another command may remove it between the two, and then it is made once more.
            var attempts = 0
            repeat {
                try make(point, argument, isTemporary: isTemporary)
                attempts += 1
            } while try !isHeld(volume: point.name, container) && attempts < 16
            points[index].source = volumes.find(point.name)?.mountpoint ?? point.source
        }
        try hold(points, container)
        return points
    }

    /// Holds what a container shows that was made before, for a start of it.
    func holdMounts(
        _ points: [MountPoint], for container: borrowing ClaimedContainer, removesItself: Bool
    ) throws(EngineError) {
        if removesItself { try writeOwnVolumes(points, of: container) }
        try hold(points, container)
    }

    /// Fills the volumes of a container that is not started yet.
    func fillVolumes(of prepared: PreparedContainer) throws(EngineError) {
        var kernel = LiveKernel()
        for step in Planner(configuration: prepared.configuration, host: prepared.host).filling() {
            do throws(StepError) { try kernel.perform(step) } catch {
                try? step.undo?.perform()
                throw EngineError(.store, "cannot \(AnyStep.host(step).summary)", cause: error)
            }
        }
    }

    private func hold(_ points: [MountPoint], _ container: borrowing ClaimedContainer) throws(EngineError) {
        for point in points {
            switch point.kind {
            case .volume:
                guard try isHeld(volume: point.name, container) else {
                    throw EngineError(.missing, "cannot use the volume \(point.name): it was removed")
                }
            case .image:
                do {
                    let store = try images()
                    try container.held.put(try store.resolve(point.source), of: store)
                } catch {
                    throw EngineError(
                        .missing, "cannot mount the image \(point.name) at \(point.destination): \(error)")
                }
            case .bind:
                try refuseLabel(point)
                if point.createsSource { try makeSource(point) }
            }
        }
    }

    /// Holds a volume; false where there is none.
    private func isHeld(volume name: String, _ container: borrowing ClaimedContainer) throws(EngineError) -> Bool {
        do throws(SystemError) {
            guard let volume = try volumes.hold(name) else { return false }
            container.held.put(volume)
            try VolumeContents.recover("\(volumes.directory)/\(name)")
            return true
        } catch {
            throw EngineError(.missing, "cannot use the volume \(name)", cause: error)
        }
    }

    /// Makes the volume of a mount where it is missing.
    private func make(
        _ point: MountPoint, _ argument: VolumeMountArgument?, isTemporary: Bool
    ) throws(EngineError) {
        try refuseLabel(point)
        var options: [String: String] = [:]
        for option in argument?.options ?? [] { options[option.key] = option.value }
        if !options.isEmpty { _ = try LocalVolume(options, volume: point.name) }
        var labels: [String: String] = point.isAnonymous ? [Volume.anonymousLabel: ""] : [:]
        for label in argument?.labels ?? [] { labels[label.key] = label.value }
        let volume = try volumes.create(
            try Self.name(of: point), labels: labels, options: options, isTemporary ? .temporary : .durable)
        guard options.isEmpty || volume.options == options else {
            throw EngineError(.invalid, "the volume \(point.name) is there with other options: leave volume-opt out")
        }
    }

    private static func name(of point: MountPoint) throws(EngineError) -> VolumeName {
        do { return try VolumeName(parsing: point.name) } catch { throw EngineError(.invalid, "\(error)") }
    }

    /// Relabelling files is left out, so where labels mean something, nothing is promised that does not happen.
    private func refuseLabel(_ point: MountPoint) throws(EngineError) {
        let words = point.mode.split(separator: ",")
        guard words.contains("z") || words.contains("Z"), SecurityModule.selinux.isActive else { return }
        throw EngineError(
            .invalid,
            "SELinux is in force, and \(point.destination) asks for a label: label the files with chcon, and leave out z "
                + "and Z")
    }

    private func makeSource(_ point: MountPoint) throws(EngineError) {
        do throws(SystemError) {
            if (try? Descriptor.open(point.source, .path)) == nil {
                _ = try Descriptor.makeDirectories(point.source, mode: 0o755)
            }
        } catch {
            throw EngineError(.missing, "cannot make \(point.source), to mount it", cause: error)
        }
    }

    private func point(_ volume: VolumeMountArgument) -> MountPoint {
        let name = volume.name ?? .anonymous()
        var point = MountPoint(
            kind: .volume, source: "\(volumes.directory)/\(name)/\(VolumePart.data)",
            destination: volume.target.description)
        point.name = name.description
        point.isAnonymous = volume.name == nil
        point.isWritable = !volume.isReadOnly
        point.copiesImage = volume.copiesImage
        point.subpath = volume.subpath
        point.mode = volume.mode
        return point
    }

    private func point(_ image: ImageMountArgument) throws(EngineError) -> MountPoint {
        do {
            let found = try images().resolve(image.image)
            var point = MountPoint(
                kind: .image, source: "\(found.id)", destination: image.target.description)
            point.name = image.image
            point.isWritable = false
            point.subpath = image.subpath
            return point
        } catch {
            throw EngineError(.missing, "cannot mount the image \(image.image) at \(image.target): \(error)")
        }
    }

    /// What `--volumes-from` takes over; of several at one place the last.
    private func inheritedMounts(_ request: ContainerRequest) throws(EngineError) -> [MountPoint] {
        var points: [MountPoint] = []
        for source in request.volumesFrom {
            for var point in try containers.find(source.container).mounts {
                point.isWritable = point.isWritable && !source.isReadOnly
                point.copiesImage = false
                points.removeAll { $0.destination == point.destination }
                points.append(point)
            }
        }
        return points
    }
}

extension MountPoint {
    fileprivate init(_ bind: BindArgument, from directory: String) {
        self.init(
            kind: .bind, source: Self.clean(bind.source.absolute(from: directory)),
            destination: bind.target.description)
        mode = bind.mode
        isWritable = !bind.isReadOnly
        propagation = (bind.isRecursive ? "r" : "") + bind.propagation.rawValue
        isRecursive = bind.isRecursive
        leavesMountsBelowWritable = bind.leavesMountsBelowWritable
        createsSource = bind.createsSource
    }

    /// The path without `.` and doubled slashes, as docker shows it. A `..` stays, as it may be behind a link.
    private static func clean(_ path: String) -> String {
        "/" + path.pathParts.filter { $0 != "." }.joined(separator: "/")
    }
}

extension [MountPoint] {
    /// Adds a mount, unless there is one at its place.
    fileprivate mutating func add(_ point: MountPoint) {
        if !contains(where: { $0.destination == point.destination }) { append(point) }
    }
}
