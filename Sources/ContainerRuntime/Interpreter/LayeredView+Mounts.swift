// SPDX-License-Identifier: Apache-2.0
public import Linux

extension LayeredView {
    /// The same with what the container shows that outlives it, as it is seen by nobody else: this process leaves for a mount
    /// namespace of its own, in which nothing is attached that others have. Owners are those on disk.
    ///
    /// Places of mounts are made where they are missing, as a start makes them. What begins empty at each start is shown
    /// empty, and takes no files.
    /// - Parameters:
    ///   - isReadOnly: whether nothing but mounts can be written to.
    ///   - stage: a directory that all is attached over. It has to be free again, by ``close(_:)``, before it is removed.
    public static func open(
        _ root: LayeredRoot, showing mounts: [MountRequest], isReadOnly: Bool, takesDescriptors: Bool, stage: String
    ) throws(StepError) -> Descriptor {
        // Where the kernel's file systems are, a start attaches those first.
        let shown = mounts.filter { !["proc", "sys", "dev"].contains($0.target.pathParts.first ?? "") }.map(
            withoutMemory)
        let planner = Planner(
            configuration: ContainerConfiguration(viewing: root, mounts: shown, stage: stage),
            host: HostFacts(
                overlayTakesDescriptors: takesDescriptors, controllers: [], capabilities: [], knownCapabilities: []))
        var kernel = LiveKernel()
        for step in [.enterMountNamespace] + planner.trees() { try kernel.perform(step) }
        do throws(SystemError) {
            let view = try DetachedMount(received: try kernel.table.take(Slot.root.number)).attach(
                at: try Descriptor.open(stage, [.path, .directory]))
            for index in planner.order {
                let mount = shown[index]
                var isDirectory = true
                if case .tree(let tree) = mount.source { isDirectory = tree.isDirectory }
                let place = try view.mountPoint(mount.target, isDirectory: isDirectory)
                try DetachedMount(received: try kernel.table.take(Slot.bind(index).number)).attach(at: place)
            }
            if isReadOnly { try MountNamespace.add(.readOnly, to: view) }
            return view
        } catch {
            throw StepError(error)
        }
    }

    /// Takes away what ``open(_:showing:isReadOnly:takesDescriptors:stage:)`` has attached.
    public static func close(_ view: borrowing Descriptor) { try? MountNamespace.detach(view) }

    private static func withoutMemory(_ mount: MountRequest) -> MountRequest {
        guard case .new(let fileSystem) = mount.source else { return mount }
        var other = mount
        other.source = .hosted(HostedFileSystem(fileSystem, isMapped: false))
        other.attributes.add(.readOnly)
        return other
    }
}

extension ContainerConfiguration {
    /// One of which only the files are meant.
    fileprivate init(viewing root: LayeredRoot, mounts: [MountRequest], stage: String) {
        self.init(
            id: "", hostname: nil, root: RootFileSystem(.layers(root), isReadOnly: false),
            process: ProcessConfiguration(
                arguments: [], environment: [], workingDirectory: "/", user: .root, capabilities: [],
                filter: .unconfined, streams: .pipes(input: false)),
            namespaces: NamespaceChoices(own: [.mount]), idMap: nil, mounts: mounts,
            devices: DeviceChoices(nodes: [], rules: []), cgroup: CgroupConfiguration(path: nil), maskedPaths: [],
            readOnlyPaths: [], sharedMemorySize: 0, stage: stage)
    }
}
