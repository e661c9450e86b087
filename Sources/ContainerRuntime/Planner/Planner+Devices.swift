// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension Planner {
    /// Where the container's `/dev` comes from.
    private enum DeviceSource {
        /// It is made, with nodes and links in it, and shown as a whole.
        case own(DeviceDirectory)
        /// It is the host's, or another that has all it is to have.
        case complete
        /// It is a directory of the root file system.
        case root
    }

    private var source: DeviceSource {
        let inside = configuration.devices.nodes.filter { !$0.isElsewhere }
        func own(_ fileSystem: NewFileSystem, _ attributes: MountAttributes) -> DeviceSource {
            .own(
                DeviceDirectory(
                    fileSystem: fileSystem, attributes: attributes, nodes: inside, ids: configuration.idMap,
                    hasConsole: configuration.process.streams.isTerminal))
        }
        if configuration.kernelFileSystems == .standard {
            return own(
                NewFileSystem(type: "tmpfs", options: ["mode=0755", "size=65536k"]), [.noSetUserID, .noExecute])
        }
        for (index, mount) in configuration.mounts.enumerated() where mount.target == "/dev" {
            switch mount.source {
            case .ownDevices(let fileSystem): return own(fileSystem, attributes(of: index))
            case .tree, .image, .root, .hosted: return .complete
            case .new: break
            }
        }
        return .root
    }

    /// Nodes that are made in the root file system, or shown there one by one: who is not the host's root cannot make
    /// any.
    private var placed: [DeviceNode] {
        switch source {
        case .own: configuration.devices.nodes.filter(\.isElsewhere)
        case .root: configuration.devices.nodes
        case .complete: []
        }
    }

    /// What the parent makes of devices.
    func devices() -> [HostStep] {
        var steps: [HostStep] = []
        if case .own(let directory) = source { steps.append(.makeDevices(directory)) }
        if hasOwnUsers || joinedUser, !placed.isEmpty { steps.append(.makeNodes(placed, ids: configuration.idMap)) }
        if !configuration.maskedPaths.isEmpty { steps.append(.openNull) }
        return steps
    }

    /// What the child makes of them once all mounts are there.
    func deviceSteps() -> [MountStep] {
        var steps: [MountStep] = []
        for (index, node) in placed.enumerated() {
            steps.append(hasOwnUsers || joinedUser ? .attachNode(index, node) : .makeNode(node))
        }
        if case .root = source { steps.append(.makeDeviceLinks) }
        return steps
    }

    /// What is hidden and what is unwritable, and that it is so.
    func paths() -> [RootStep] {
        var unwritable = configuration.readOnlyPaths
        var steps = configuration.readOnlyPaths.map(RootStep.makeReadOnly)
        // Masks come after: a path in both lists is hidden, not only unwritable.
        steps += configuration.maskedPaths.map(RootStep.mask)
        if configuration.root.isReadOnly {
            let files = configuration.ownFiles.map(\.target)
            steps += files.map(RootStep.makeReadOnly)
            steps.append(.makeRootReadOnly)
            unwritable += files + ["/"]
        }
        if !unwritable.isEmpty || !configuration.maskedPaths.isEmpty {
            steps.append(.verifyPaths(masked: configuration.maskedPaths, readOnly: unwritable))
        }
        // Of an unbindable tree nothing could have been covered with a part of itself, and pivot_root(2) takes no shared
        // one.
        if let change = configuration.root.propagation,
            configuration.root.layered != nil
                || change.propagation != .slave && change != PropagationChange(.private, isRecursive: true)
        {
            steps.append(.setRootPropagation(change))
        }
        return steps
    }
}
