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
        mount("proc", [], .inert, at: "/proc")
        add(.attachDevices(), at: "/dev")
        mount(
            "devpts", ["newinstance", "ptmxmode=0666", "mode=0620", "gid=5"], [.noSetUserID, .noExecute],
            at: "/dev/pts")
        if own.contains(.ipc) || configuration.namespaces.joined.contains(where: { $0.kinds.contains(.ipc) }) {
            mount("tmpfs", ["mode=1777", "size=\(configuration.sharedMemorySize)"], .inert, at: "/dev/shm")
        }
        if own.contains(.ipc) { mount("mqueue", [], .inert, at: "/dev/mqueue") }
        let kernel: MountAttributes = writesKernelState ? .inert : [.inert, .readOnly]
        mount("sysfs", [], kernel, at: "/sys")
        if configuration.cgroup.path != nil { mount("cgroup2", ["nsdelegate"], kernel, at: "/sys/fs/cgroup") }
        return steps
    }

    /// How a mount that was asked for comes about.
    func step(for mount: MountRequest, at index: Int) -> MountStep {
        switch mount.source {
        case .tree(let tree): .attach(.bind(index), target: mount.target, isDirectory: tree.isDirectory)
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
        case .tree: return nil
        case .new(let fileSystem) where fileSystem.type != "tmpfs": return nil
        case .new, .ownDevices:
            return mount.attributes.added.union(mount.attributesBelow.added).contains(.readOnly) ? .mounted(index) : nil
        }
    }

    /// The root and the binds, detached.
    func trees() -> [HostStep] {
        root() + configuration.mounts.indices.flatMap(tree)
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
            steps.append(.copyTree(.writable, TreeCopy(path: root.writable, isRecursive: false, owners: owners)))
            steps.append(
                .mountOverlay(
                    Overlay(
                        route: host.overlayTakesDescriptors ? .descriptors : .names(stage: configuration.stage),
                        layers: root.layers.indices.map(Slot.layer), owner: owner, isVolatile: root.isTemporary)))
            return steps
        }
    }

    private func tree(_ index: Int) -> [HostStep] {
        let mount = configuration.mounts[index]
        guard case .tree(let tree) = mount.source else { return [] }
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
        steps.append(
            .copyTree(
                .bind(index),
                TreeCopy(
                    path: tree.path, isRecursive: tree.isRecursive, owners: owners, attributes: mount.attributes,
                    attributesBelow: mount.attributesBelow,
                    propagation: (tree.propagation.map { [PropagationChange($0, isRecursive: tree.isRecursive)] }
                        ?? []) + mount.propagation)))
        return steps
    }

    /// What of the mounts the kernel pays no heed to, a line each.
    var mountNotes: [String] {
        configuration.mounts.filter { !$0.idleOptions.isEmpty }.map {
            "\($0.idleOptions.joined(separator: ",")) at \($0.target) changes nothing: a bind mount shows a file system "
                + "that is mounted already"
        }
    }

    /// What the child gets once it runs; everything that was made before the clone it has already.
    var handedOver: [Slot] {
        [.root]
            + configuration.mounts.indices.compactMap {
                if case .tree = configuration.mounts[$0].source { .bind($0) } else { nil }
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
