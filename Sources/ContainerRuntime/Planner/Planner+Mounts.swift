// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension Planner {
    /// The file systems of the kernel that every program expects: the runtime specification's "Default Filesystems",
    /// and what Docker adds. A mount that was asked for at the same place takes the place.
    func kernelFileSystems() -> [MountStep] {
        if configuration.kernelFileSystems == .listed { return [] }
        let asked = configuration.mounts.map(\.target)
        var steps: [MountStep] = []
        func add(_ step: MountStep, at target: String) {
            if !asked.contains(target) { steps.append(step) }
        }
        func mount(_ type: String, _ options: [String] = [], _ attributes: MountAttributes, at target: String) {
            add(
                .mount(NewFileSystem(type: type, options: options), attributes: attributes, target: target), at: target)
        }
        mount("proc", configuration.showsProcessesAlone ? ["subset=pid"] : [], .inert, at: "/proc")
        add(.attachDevices(), at: "/dev")
        mount(
            "devpts", ["newinstance", "ptmxmode=0666", "mode=0620", "gid=5"], [.noSetUserID, .noExecute],
            at: "/dev/pts")
        let hasMessages =
            own.contains(.ipc) || configuration.namespaces.joined.contains { $0.kinds.contains(.ipc) }
        if hasMessages, configuration.hasSharedMemory {
            mount("tmpfs", ["mode=1777", "size=\(configuration.sharedMemorySize)"], .inert, at: "/dev/shm")
        }
        // Of the namespace that the child is in by then.
        if hasMessages { mount("mqueue", [], .inert, at: "/dev/mqueue") }
        let kernel: MountAttributes = writesKernelState ? .inert : [.inert, .readOnly]
        mount("sysfs", [], kernel, at: "/sys")
        if configuration.cgroup.path != nil { mount("cgroup2", ["nsdelegate"], kernel, at: "/sys/fs/cgroup") }
        return steps
    }

    /// A mount below another comes after it, whatever the order on the command line.
    var order: [Int] {
        configuration.kernelFileSystems == .listed
            ? Array(configuration.mounts.indices)
            : configuration.mounts.indices.sorted {
                (depth(configuration.mounts[$0].target), $0) < (depth(configuration.mounts[$1].target), $1)
            }
    }

    /// How a mount that was asked for comes about.
    func step(for mount: MountRequest, at index: Int) -> MountStep {
        switch mount.source {
        case .tree(let tree): .attach(.bind(index), target: mount.target, isDirectory: tree.isDirectory)
        case .image, .root, .hosted: .attach(.bind(index), target: mount.target, isDirectory: true)
        case .new(let fileSystem):
            .mount(
                fileSystem, attributes: attributes(of: index), propagation: mount.propagation, target: mount.target,
                keeps: slotKept(index))
        case .ownDevices: .attachDevices(keeps: slotKept(index))
        }
    }

    /// What a new file system forbids from the start.
    func attributes(of index: Int) -> MountAttributes {
        let mount = configuration.mounts[index]
        let all = mount.attributes.added.union(mount.attributesBelow.added)
        return slotKept(index) == nil ? all : all.subtracting(.readOnly)
    }

    /// A file system in memory that is to be read-only becomes so when all is mounted in it: the places for that are
    /// made in it.
    func slotKept(_ index: Int) -> Slot? {
        let mount = configuration.mounts[index]
        switch mount.source {
        case .tree, .image, .root, .hosted: return nil
        case .new(let fileSystem) where fileSystem.type != "tmpfs": return nil
        case .new, .ownDevices:
            return mount.attributes.added.union(mount.attributesBelow.added).contains(.readOnly) ? .mounted(index) : nil
        }
    }

    /// The root and the binds, detached.
    func trees() -> [HostStep] {
        var layers = configuration.root.layered?.layers.count ?? 0
        return root() + configuration.mounts.indices.flatMap { tree($0, layers: &layers) }
    }

    private func root() -> [HostStep] {
        switch configuration.root.source {
        case .directory(let path):
            // What a slave is to hear of, its copy has to hear of from the start; for the rest see the last steps.
            let isSlave = configuration.root.propagation?.propagation == .slave
            return [
                .copyTree(
                    .root,
                    TreeCopy(
                        path: path, isRecursive: true,
                        propagation: [
                            isSlave
                                ? PropagationChange(.slave, isRecursive: true)
                                : PropagationChange(.private, isRecursive: true)
                        ]))
            ]
        case .layers(let root):
            let owners = hasOwnUsers ? TreeCopy.Owners(namespace: .userNamespace, isRecursive: false) : nil
            var steps: [HostStep] = root.layers.enumerated().map { index, layer in
                .copyTree(.layer(index), TreeCopy(path: layer, isRecursive: false, owners: owners))
            }
            if let limit = root.limit {
                steps.append(.makeWritable(memory(limit, for: root)))
            } else {
                steps.append(.copyTree(.writable, TreeCopy(path: root.writable, isRecursive: false, owners: owners)))
            }
            steps.append(
                .mountOverlay(
                    Overlay(
                        route: overlayRoute, layers: root.layers.indices.map(Slot.layer), owner: owner,
                        isVolatile: root.isTemporary)))
            return steps
        }
    }

    private func memory(_ limit: WritableLimit, for root: LayeredRoot) -> WritableMemory {
        WritableMemory(
            fileSystem: NewFileSystem(
                type: "tmpfs", options: ["size=\(limit.bytes)", "nr_inodes=\(limit.inodes)", "mode=0755"]),
            model: root.writable, owner: owner, ids: configuration.idMap)
    }

    /// - Parameter layers: how many layers have a slot by now.
    private func tree(_ index: Int, layers: inout Int) -> [HostStep] {
        let mount = configuration.mounts[index]
        switch mount.source {
        case .tree(let tree): return self.tree(tree, of: mount, index)
        case .image(let image): return self.image(image, index, layers: &layers)
        case .root(let root): return [.copyRoot(.bind(index), root)]
        case .hosted(let hosted):
            return [
                .mountFileSystem(
                    .bind(index), hosted.fileSystem,
                    attributes: mount.attributes.added.union(mount.attributesBelow.added),
                    owners: hosted.isMapped ? containerOwners : nil)
            ]
        case .new, .ownDevices: return []
        }
    }

    /// Owners as the container's user namespace has them.
    private var containerOwners: TreeCopy.Owners? {
        hasOwnUsers ? TreeCopy.Owners(namespace: .userNamespace, isRecursive: false) : nil
    }

    /// One layer is shown as it is; of several, a stack.
    private func image(_ image: ImageTree, _ index: Int, layers: inout Int) -> [HostStep] {
        func copy(_ slot: Slot, _ path: String, subpath: String? = nil) -> HostStep {
            let change = MountAttributeChange(adding: slot == .bind(index) ? [.readOnly] : [])
            return .copyTree(
                slot,
                TreeCopy(
                    path: path, isRecursive: false, owners: containerOwners, attributes: change, subpath: subpath))
        }
        if image.layers.count == 1 { return [copy(.bind(index), image.layers[0], subpath: image.subpath)] }
        if image.layers.isEmpty {
            let empty = NewFileSystem(type: "tmpfs", options: ["mode=0755"])
            return [.mountFileSystem(.bind(index), empty, attributes: [.inert, .readOnly], owners: nil)]
        }
        let slots = image.layers.indices.map { Slot.layer(layers + $0) }
        layers += image.layers.count
        return zip(slots, image.layers).map { copy($0, $1) } + [
            .mountOverlay(
                Overlay(
                    route: overlayRoute, layers: slots, owner: owner, isVolatile: false, root: .bind(index),
                    isWritable: false, subpath: image.subpath))
        ]
    }

    var overlayRoute: Overlay.Route {
        host.overlayTakesDescriptors ? .descriptors : .names(stage: configuration.stage)
    }

    private func tree(_ tree: HostTree, of mount: MountRequest, _ index: Int) -> [HostStep] {
        var steps: [HostStep] = []
        var owners: TreeCopy.Owners?
        switch tree.owners?.map {
        case .container? where hasOwnUsers:
            owners = TreeCopy.Owners(namespace: .userNamespace, isRecursive: tree.owners?.isRecursive == true)
        case .own(let users, let groups)?:
            steps.append(.makeMapping(.mapping(index), users: users, groups: groups))
            owners = TreeCopy.Owners(namespace: .mapping(index), isRecursive: tree.owners?.isRecursive == true)
        case .container?, nil: break
        }
        if let fresh = tree.fresh {
            steps.append(
                .fillVolume(
                    VolumeFill(
                        directory: fresh.directory, target: mount.target, container: configuration.id,
                        owners: owners?.namespace, owner: owner, isDurable: fresh.isDurable)))
        }
        steps.append(
            .copyTree(
                .bind(index),
                TreeCopy(
                    path: tree.path, isRecursive: tree.isRecursive, owners: owners, attributes: mount.attributes,
                    attributesBelow: mount.attributesBelow,
                    propagation: (tree.propagation.map { [PropagationChange($0, isRecursive: tree.isRecursive)] }
                        ?? []) + mount.propagation, subpath: tree.subpath)))
        return steps
    }

    /// What of the mounts the kernel pays no heed to, a line each.
    var mountNotes: [String] {
        configuration.mounts.filter { !$0.idleOptions.isEmpty }.map {
            "\($0.idleOptions.joined(separator: ",")) at \($0.target) changes nothing: a bind mount shows a file system "
                + "that is mounted already"
        } + apartNotes
    }

    /// Where layers are stacked in a mount namespace of the runtime's own, what is copied there is no peer of the host's.
    private var apartNotes: [String] {
        guard configuration.root.layered != nil, !host.overlayTakesDescriptors else { return [] }
        return configuration.mounts.compactMap { mount in
            guard case .tree(let tree) = mount.source, let asked = tree.propagation, asked != .private else {
                return nil
            }
            return
                "mounts do not spread between \(tree.path) and \(mount.target), though \(asked.rawValue) was asked for: "
                + "this kernel stacks layers by their names, and one from 6.15 on is needed"
        }
    }

    /// What the child gets once it runs; everything that was made before the clone it has already.
    var handedOver: [Slot] {
        [.root] + devices().flatMap(\.fills) + (configuration.process.initProgram == nil ? [] : [.initProgram])
            + configuration.ownFiles.indices.map(Slot.ownFile)
            + configuration.mounts.indices.compactMap {
                switch configuration.mounts[$0].source {
                case .tree, .image, .root, .hosted: .bind($0)
                case .new, .ownDevices: nil
                }
            }
    }

    /// A privileged container, which has no path that it cannot write.
    private var writesKernelState: Bool { configuration.readOnlyPaths.isEmpty }

    /// A mount over or below `/proc` would make later writes to it go to a file of the image's (CVE-2019-19921).
    func checkTargets() throws(PlanError) {
        if configuration.kernelFileSystems == .listed { return }
        for mount in configuration.mounts {
            let parts = mount.target.pathParts
            if mount.target == "/" { throw PlanError(.target, "/: a mount cannot take the place of the root") }
            // Written in one way only, so that no other spelling of a kernel's place is taken for another place.
            guard mount.target == "/" + parts.joined(separator: "/"), !parts.contains(".."), !parts.contains(".") else {
                throw PlanError(.target, "\(mount.target): write an absolute path without . or .. or a slash too many")
            }
            // The null device that masks paths is the one of the container's own /dev (CVE-2025-31133).
            if mount.target == "/dev" {
                throw PlanError(
                    .target, "/dev: it is the container's own, so mount below it, or give devices with --device")
            }
            if parts[0] == "proc" {
                throw PlanError(.target, "\(mount.target): nothing can be mounted on /proc or below it")
            }
        }
    }
}
