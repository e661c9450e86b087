// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Images
internal import Linux

extension Engine {
    /// Uses a container's files as they are: those that its processes see, volumes and all, where it runs, and what it
    /// would see of its image and its changes where it does not.
    func withFiles<R>(
        of record: ContainerRecord, writing: Bool, _ body: (borrowing FileRoot) throws -> R
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
        guard record.mounts.isEmpty else {
            throw EngineError(
                .notRunning,
                "the container \(record.name) has mounts, which its files are in or hidden by while it does not run: "
                    + "start it first")
        }
        guard !writing || !details.isReadOnly else {
            throw EngineError(
                .invalid, "the root of the container \(record.name) is read-only: start it without --read-only")
        }
        // On disk, owners are those inside.
        return try body(
            FileRoot(
                directory: try stackedRoot(of: record), resolution: .container, owners: .same, rootOwner: 0,
                label: record.name + ":"))
    }

    /// Waits a while for others that do the same.
    private func hold(_ record: ContainerRecord) throws(EngineError) -> ClaimedContainer {
        for _ in 0..<200 {
            if let held = try containers.reclaim(record) { return held }
            Clock.sleep(milliseconds: 50)
        }
        throw EngineError(.running, "the container \(record.name) is starting or ending: try again")
    }

    private func stackedRoot(of record: ContainerRecord) throws -> Descriptor {
        let image = try images().resolve(record.imageID)
        let root = LayeredRoot(
            layers: try ContainerRoot(image).stack(above: try Skeleton.path(below: places.root)),
            writable: "\(containers.directory)/\(record.id)", isTemporary: false)
        return try LayeredView.open(
            root,
            takesDescriptors: try OverlayProbe.takesDescriptors(
                runRoot: places.runRoot, kernel: try KernelRelease.current()), stage: places.runRoot)
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
