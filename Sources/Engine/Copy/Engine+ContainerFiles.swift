// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Images
internal import Linux

extension Engine {
    /// Uses a container's files as they are: those that its processes see, volumes and all, where it runs, and what they
    /// would see where it does not.
    /// - Parameter bare: whether what is mounted is left out where it does not run.
    func withFiles<R>(
        of record: ContainerRecord, writing: Bool, bare: Bool = false, _ body: (borrowing FileRoot) throws -> R
    ) throws -> R {
        guard let details = ContainerDetails(record.details) else {
            throw EngineError(.store, "cannot read how \(record.name) is set up: its record is damaged")
        }
        if case .running(let process, let startTime, _) = record.state, ProcessTimes.start(of: process) == startTime {
            let root = try Descriptor.open("/proc/\(process)/root", [.path, .directory])
            // Its number may have become another's in between.
            guard ProcessTimes.start(of: process) == startTime else {
                throw EngineError(.notRunning, "the container \(record.name) has just ended: try again")
            }
            return try body(
                FileRoot(
                    directory: root, resolution: .container, owners: details.idMap.map(OwnerMap.init) ?? .same,
                    rootOwner: details.idMap?.outside(of: 0) ?? 0, label: record.name + ":"))
        }
        // Its own from here on: nobody starts it, and nobody else stacks its layers.
        let held = try hold(record)
        defer { held.release(completely: false) }
        let mounts = bare ? [] : record.mounts
        guard !writing || !details.isReadOnly || !mounts.isEmpty else {
            throw EngineError(
                .invalid, "the root of the container \(record.name) is read-only: start it without --read-only")
        }
        let root = try stackedRoot(of: record)
        // On disk, owners are those inside.
        func files(_ directory: consuming Descriptor) -> FileRoot {
            FileRoot(
                directory: directory, resolution: .container, owners: .same, rootOwner: 0, label: record.name + ":")
        }
        if mounts.isEmpty {
            return try body(
                files(try LayeredView.open(root, takesDescriptors: takesDescriptors(), stage: places.runRoot)))
        }
        try holdMounts(mounts, for: held, removesItself: false)
        let view = try LayeredView.open(
            root, showing: try mountRequests(mounts, isMapped: false, isTemporary: false),
            isReadOnly: details.isReadOnly, takesDescriptors: takesDescriptors(), stage: held.runPath)
        defer { LayeredView.close(view) }
        return try body(files(try view.duplicate()))
    }

    /// Waits a while for others that do the same.
    private func hold(_ record: ContainerRecord) throws(EngineError) -> ClaimedContainer {
        for _ in 0..<200 {
            if let held = try containers.reclaim(record) { return held }
            Clock.sleep(milliseconds: 50)
        }
        throw EngineError(.running, "the container \(record.name) is starting or ending: try again")
    }

    private func stackedRoot(of record: ContainerRecord) throws -> LayeredRoot {
        let image = try images().resolve(record.imageID)
        return LayeredRoot(
            layers: try ContainerRoot(image).stack(above: try Skeleton.path(below: places.root)),
            writable: "\(containers.directory)/\(record.id)", isTemporary: false)
    }

    private func takesDescriptors() throws -> Bool {
        try OverlayProbe.takesDescriptors(runRoot: places.runRoot, kernel: try KernelRelease.current())
    }
}

extension OwnerMap {
    /// The map of a container's user namespace.
    fileprivate init(_ map: IDMap) {
        func extents(_ extents: [IDExtent]) -> [Extent] {
            extents.map { Extent(inside: $0.inside, outside: $0.outside, count: $0.count) }
        }
        self.init(users: extents(map.extents), groups: extents(map.groupExtents))
    }
}
