// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Turns a configuration and facts about the host into a plan. It asks the kernel nothing: the same input gives the
/// same plan, so that most of the runtime's behaviour is tested without rights.
public struct Planner: Sendable {
    let configuration: ContainerConfiguration
    let host: HostFacts

    public init(configuration: ContainerConfiguration, host: HostFacts) {
        self.configuration = configuration
        self.host = host
    }

    /// The plan, checked by ``Plan/validate()``.
    public func plan() throws(PlanError) -> Plan {
        try checkLimits()
        try checkTargets()
        try checkNamespaces()
        let (limits, notes) = clampedLimits()
        let (process, left) = attainableProcess()
        let plan = Plan(
            prepare: prepare(), spawn: spawn(), beside: beside(), build: build(), pivot: Pivot(), inside: inside(),
            // The pivot ends in /.
            confine: ConfineStep.steps(for: process, limits: limits)
                .filter { $0 != .changeDirectory("/") },
            gate: gate(), launch: Launch(process, isSeen: !own.contains(.pid)), after: after(),
            notes: configuration.cgroup.notes + notes + left + mountNotes)
        try plan.validate()
        return plan
    }

    /// The host's id of the container's user 0.
    var owner: UInt32 { configuration.idMap?.outside(of: 0) ?? 0 }
    var hasOwnUsers: Bool { configuration.idMap != nil }
    var own: Namespaces { configuration.namespaces.own }
    var joinedUser: Bool { configuration.namespaces.joined.contains { $0.kinds.contains(.user) } }
    /// Kinds of namespaces that are joined by their files.
    var opened: Namespaces {
        configuration.namespaces.paths.reduce(into: Namespaces()) { $0.formUnion($1.kind) }
    }

    private func spawn() -> Spawn {
        // A cgroup namespace is made later, by the child: its root is where the process that makes it stands.
        // A time namespace with offsets is there when the child is made.
        let kinds = own.subtracting(late).subtracting(hasTimeOffsets ? [.cgroup, .time] : .cgroup)
        let joins = joinedUser || opened.contains(.user)
        // Of namespaces that belong to the host a process of a user namespace of its own could join none.
        let sibling = kinds.contains(.user) && !opened.subtracting(.pid).isEmpty
        return Spawn(
            create: joins || sibling ? [] : kinds,
            join: configuration.namespaces.joined,
            createAfterJoining: joins ? kinds : [],
            intoCgroup: configuration.cgroup.path != nil, joinOpened: opened, createInSibling: sibling ? kinds : [])
    }

    private func prepare() -> [HostStep] {
        var steps = configuration.namespaces.paths.map(HostStep.openNamespace)
        if configuration.process.attributes.contains(where: \.isLabel) { steps.append(.openProc) }
        if !host.overlayTakesDescriptors, configuration.root.layered != nil { steps.append(.enterMountNamespace) }
        if let path = configuration.cgroup.path {
            let (cgroup, settings) = (configuration.cgroup, limits)
            let needed = CgroupConfiguration(path: path, settings: settings).controllers
            steps.append(
                .makeCgroup(
                    NewCgroup(
                        path: path, controllers: needed, further: cgroup.hasEveryController ? host.controllers : [],
                        takesExisting: cgroup.takesExisting)))
            steps += settings.map(HostStep.limit)
            if cgroup.isDelegated, owner != 0 { steps.append(.delegateCgroup(owner: owner)) }
        }
        if !configuration.namespaces.admission.isEmpty { steps.append(.admit(configuration.namespaces.admission)) }
        if case .pipes(let input) = configuration.process.streams {
            steps.append(.openStreams(input: input, owner: owner, outlives: !configuration.process.endsWithParent))
        }
        steps += HostStep.connections(of: configuration.process)
        if let gate = configuration.process.gate { steps.append(.makeGate(gate)) }
        // What needs nothing of the child is there when it begins: it does not wait.
        if !waitsForParent { steps += parts() + trees() }
        if hasTimeOffsets { steps.append(.makeTimeNamespace(configuration.namespaces.timeOffsets)) }
        return steps
    }

    /// What a container has beside its files: the devices that it may use, its `/dev`, and the runtime's own files.
    private func parts() -> [HostStep] {
        var steps: [HostStep] = []
        if configuration.cgroup.path != nil, !configuration.devices.rules.isEmpty {
            steps.append(.filterDevices(configuration.devices.rules))
        }
        steps += devices()
        if let program = configuration.process.initProgram {
            steps.append(
                .copyTree(
                    .initProgram,
                    TreeCopy(
                        path: program, isRecursive: false,
                        attributes: MountAttributeChange(adding: [.readOnly, .noSetUserID, .noDevices]),
                        propagation: [PropagationChange(.private, isRecursive: false)])))
        }
        for (index, file) in configuration.ownFiles.enumerated() {
            steps.append(.writeOwnFile(.ownFile(index), path: file.path, contents: file.contents, owner: owner))
        }
        return steps
    }

    /// What the child makes for itself, while the parent makes what it will need. Who joins namespaces makes the others with
    /// the clone.
    private var late: Namespaces {
        configuration.namespaces.joined.isEmpty && opened.isEmpty
            ? own.intersection([.mount, .network, .ipc, .uts]) : []
    }

    /// Whether the parent has something to do that only a child makes possible, or that goes beside what the child does.
    private var waitsForParent: Bool {
        !late.isEmpty || configuration.root.layered != nil || hasOwnUsers && !opened.contains(.user) || joinedUser
            || hasInterfaces
    }

    /// Whether the clocks of the container's own time namespace are other than the host's.
    private var hasTimeOffsets: Bool {
        own.contains(.time) && !configuration.namespaces.timeOffsets.isEmpty
    }

    private func beside() -> [HostStep] {
        var steps: [HostStep] = hasTimeOffsets ? [.leaveTimeNamespace] : []
        if waitsForParent { steps += handOver() }
        steps += interfaces()
        let hooks = configuration.hooks.ofParent
        if !hooks.isEmpty { steps += [.awaitMounts] + hooks.map(HostStep.runHook) + [.letGoOn] }
        if hasInterfaces { steps.append(.letUseInterfaces) }
        return steps
    }

    /// What the parent does for a child that waits, up to handing it what it needs for its mounts.
    private func handOver() -> [HostStep] {
        var steps: [HostStep] = []
        if let other = configuration.namespaces.joined.first(where: { $0.kinds.contains(.user) }) {
            steps.append(.openUserNamespace(process: other.process))
        } else if let map = configuration.idMap, !opened.contains(.user) {
            steps.append(.mapIDs(map))
            if mapsBeforeNamespaces { steps.append(.letBecomeRoot) }
        }
        if own.contains(.user) { steps += raisedLimits().map(HostStep.raiseLimit) }
        steps += parts() + trees()
        if let score = configuration.process.oomScore { steps.append(.setOOMScore(score)) }
        steps.append(.handOver(handedOver))
        return steps
    }

    /// Whether the child is root of its user namespace as it makes the others: files of a network namespace belong to who is
    /// root when it is made.
    private var mapsBeforeNamespaces: Bool { own.contains(.user) && !late.isEmpty }

    /// What the parent makes in the child's network namespace, while the child makes its mounts.
    private func interfaces() -> [HostStep] {
        guard hasInterfaces else { return [] }
        let namespaces = configuration.namespaces
        var steps: [HostStep] = late.contains(.network) ? [.awaitNamespaces] : []
        steps += namespaces.devices.map { .moveNetworkDevice($0, joined: opened.contains(.network)) }
        steps += namespaces.ports.map(HostStep.makePort)
        steps += namespaces.macvlans.map(HostStep.makeMacvlan)
        if let address = namespaces.nameServer { steps.append(.listenForNames(address)) }
        if let address = namespaces.roleServer { steps.append(.listenForRole(address)) }
        return steps
    }

    private var hasInterfaces: Bool {
        let namespaces = configuration.namespaces
        return !namespaces.devices.isEmpty || !namespaces.ports.isEmpty || !namespaces.macvlans.isEmpty
            || namespaces.nameServer != nil || namespaces.roleServer != nil
    }

    private func build() -> [MountStep] {
        var steps: [MountStep] = mapsBeforeNamespaces ? [.awaitIDs, .becomeRoot] : []
        if !late.isEmpty {
            steps.append(.makeNamespaces(late, tells: hasInterfaces && late.contains(.network)))
        }
        if waitsForParent { steps.append(.awaitHost(handedOver)) }
        if !waitsForParent, let score = configuration.process.oomScore { steps.append(.setOOMScore(score)) }
        if hasOwnUsers, !mapsBeforeNamespaces { steps.append(.becomeRoot) }
        if own.contains(.cgroup) { steps.append(.newCgroupNamespace) }
        if !configuration.hooks.createContainer.isEmpty || !configuration.hooks.startContainer.isEmpty {
            steps.append(.learnProcess)
        }
        steps += [.isolateMounts, attachRoot]
        steps += kernelFileSystems()
        if configuration.process.initProgram != nil {
            steps.append(.attach(.initProgram, target: ProcessConfiguration.initTarget, isDirectory: false))
        }
        for (index, file) in configuration.ownFiles.enumerated() {
            steps.append(.attach(.ownFile(index), target: file.target, isDirectory: false))
        }
        let order = order
        for index in order { steps.append(self.step(for: configuration.mounts[index], at: index)) }
        if !configuration.sysctls.isEmpty, steps.contains(where: \.hidesSettings) { steps.append(.openSettings) }
        steps += deviceSteps()
        if !configuration.hooks.ofParent.isEmpty { steps.append(.awaitHooks) }
        steps += configuration.hooks.createContainer.map(MountStep.runHook)
        // A hook may still have something to put there.
        return steps + order.compactMap(slotKept).map(MountStep.makeReadOnly)
    }

    /// Hooks go by the path in the bundle, and what they mount there has to be in the container.
    private var attachRoot: MountStep {
        guard configuration.hooks.beforePivot, case .directory(let path) = configuration.root.source else {
            return .attachRoot
        }
        return .attachRootInPlace(path)
    }

    private func inside() -> [RootStep] {
        let process = configuration.process
        var steps: [RootStep] = []
        if own.contains(.uts) || opened.contains(.uts) {
            if let name = configuration.hostname { steps.append(.setHostname(name)) }
            if let name = configuration.domainName { steps.append(.setDomainName(name)) }
        }
        if case .terminal(let rows, let columns) = process.streams {
            steps.append(.openTerminal(rows: rows, columns: columns))
        }
        if process.processSocket != nil { steps.append(.sendProcess) }
        if process.workingDirectory != "/" { steps.append(.makeWorkingDirectory(process.workingDirectory)) }
        if let user = process.numericUser {
            steps.append(.takeUser(user, ids: configuration.idMap))
        } else {
            steps.append(
                .resolveUser(process.user, additionalGroups: process.additionalGroups, ids: configuration.idMap))
        }
        steps.append(
            .resolveProgram(
                process.arguments[0], searchPath: process.searchPath, workingDirectory: process.workingDirectory))
        // As late as can be: the parent makes interfaces until then. Settings may be those of an interface, and are out of
        // reach once their files are read-only.
        if hasInterfaces { steps.append(.awaitInterfaces) }
        if own.contains(.network) { steps.append(.bringLoopbackUp) }
        steps += configuration.namespaces.interfaces.map(RootStep.configureInterface)
        steps += configuration.sysctls.map(RootStep.setSysctl)
        return steps + paths()
    }

    private func gate() -> [GateStep] {
        (configuration.process.gate == nil ? [] : [.standStill])
            + configuration.hooks.startContainer.map(GateStep.runHook)
    }

    private func after() -> [HostStep] {
        (prepare() + beside()).compactMap(\.undo).reversed().map(HostStep.undo)
    }
}

func depth(_ path: String) -> Int { path.pathParts.count }

extension StreamChoice {
    public var isTerminal: Bool {
        if case .terminal = self { true } else { false }
    }

    /// How many descriptors beside the standard ones go through.
    var further: Int {
        if case .inherited(let further) = self { further } else { 0 }
    }
}
