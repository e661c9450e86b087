// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension Plan {
    /// Holds the plan to its slots: each is filled before it is used, once, and nothing that is needed is missing.
    public func validate() throws(PlanError) {
        var filled = SlotSet()
        for step in prepare { try step.account(in: &filled) }
        if spawn.intoCgroup, !filled.contains(.cgroup) { throw PlanError(.slot, "the clone needs \(Slot.cgroup)") }
        var ofParent = filled
        for step in beside { try step.account(in: &ofParent) }

        // The child has what was there at the clone, and what is handed over.
        var ofChild = filled
        if beside.contains(where: \.isHandOver), !build.contains(where: \.isAwaitHost) {
            throw PlanError(.slot, "the child does not wait for the parent")
        }
        for step in build {
            if case .awaitHost(let received) = step {
                guard beside.contains(.handOver(received)) else {
                    throw PlanError(.slot, "the child waits for what the parent does not hand over")
                }
                for slot in received { ofChild.insert(slot) }
            }
            for slot in step.uses where !ofChild.contains(slot) {
                throw PlanError(.slot, "\(slot) is used before it is made")
            }
            if let slot = step.fills, !ofChild.insert(slot) { throw PlanError(.slot, "\(slot) is made twice") }
        }
        guard
            beside.contains(.awaitMounts) == build.contains(.awaitHooks),
            beside.contains(.letGoOn) == build.contains(.awaitHooks)
        else { throw PlanError(.slot, "the child waits for hooks that nobody runs, or does not wait for some") }
        try validateOrderOfMounts()
        try validatePaths(from: ofChild)
        if spawn.create.contains(.user) {
            guard build.contains(.becomeRoot) else {
                throw PlanError(.slot, "nobody becomes root of the user namespace")
            }
            guard beside.contains(where: { if case .mapIDs = $0 { true } else { false } }) else {
                throw PlanError(.slot, "the user namespace has no ids")
            }
        }
        let opensTerminal = inside.contains { if case .openTerminal = $0 { true } else { false } }
        let usesTerminal = confine.contains(.startSession(terminal: true))
        guard opensTerminal == usesTerminal else { throw PlanError(.slot, "\(Slot.terminal) is made or used alone") }
        if confine.contains(.useStreams), !filled.contains(.stream(0)) {
            throw PlanError(.slot, "\(Slot.stream(0)) is used before it is made")
        }
        guard
            inside.contains(where: { step in
                switch step {
                case .resolveUser, .takeUser: true
                default: false
                }
            })
                == confine.contains(.becomeUser)
        else { throw PlanError(.slot, "the user is looked up or taken on alone") }
        guard inside.contains(where: { if case .resolveProgram = $0 { true } else { false } }) else {
            throw PlanError(.slot, "no program is looked up")
        }
        guard confine.filter(\.isBound).count == 1, confine.filter(\.isCapabilities).count == 1 else {
            throw PlanError(.slot, "capabilities are kept that nobody asked for")
        }
        if build.contains(where: \.hidesSettings), inside.contains(where: \.isSysctl), !ofChild.contains(.settings) {
            throw PlanError(.slot, "\(Slot.settings) is used before it is made")
        }
        guard confine.contains(where: \.isKeyring) else { throw PlanError(.slot, "the caller's keys are inherited") }
        if confine.contains(where: \.isLabel), !filled.contains(.proc) {
            throw PlanError(.slot, "\(Slot.proc) is used before it is made")
        }
        try validateInterfaces()
        try validateWords()
        if gate.contains(.standStill), !(filled.contains(.gate) && filled.contains(.report)) {
            throw PlanError(.slot, "\(Slot.gate) is used before it is made")
        }
        guard after == (prepare + beside).compactMap(\.undo).reversed().map(HostStep.undo) else {
            throw PlanError(.slot, "what is made is not what is taken away")
        }
    }

    /// Who waits for a word of the other side gets it, and in the order in which it is said.
    private func validateWords() throws(PlanError) {
        let mapped = beside.firstIndex { if case .mapIDs = $0 { true } else { false } }
        let told = beside.firstIndex(of: .letBecomeRoot)
        let hears = build.firstIndex(of: .awaitIDs)
        guard (told != nil) == (hears != nil), mapped ?? -1 < told ?? beside.count,
            hears ?? -1 < build.firstIndex(of: .becomeRoot) ?? build.count
        else { throw PlanError(.slot, "the child becomes root before there is one, or waits for ever") }
        let tells = build.contains { if case .makeNamespaces(_, tells: true) = $0 { true } else { false } }
        guard beside.contains(.awaitNamespaces) == tells else {
            throw PlanError(.slot, "namespaces are told of, or waited for, alone")
        }
        let made = beside.lastIndex(where: \.isOfInterfaces)
        let released = beside.firstIndex(of: .letUseInterfaces)
        guard (made != nil) == (released != nil), made ?? -1 < released ?? 0,
            (released != nil) == inside.contains(.awaitInterfaces), released ?? beside.count >= beside.count - 1
        else { throw PlanError(.slot, "interfaces are used before they are made") }
        let makesNetwork = build.contains { step in
            if case .makeNamespaces(let kinds, _) = step { kinds.contains(.network) } else { false }
        }
        if makesNetwork, let first = beside.firstIndex(where: \.isOfInterfaces) {
            guard let waited = beside.firstIndex(of: .awaitNamespaces), waited < first else {
                throw PlanError(.slot, "interfaces are made before there is a namespace for them")
            }
        }
        guard let use = inside.firstIndex(where: \.usesInterfaces), let waits = inside.firstIndex(of: .awaitInterfaces)
        else { return }
        guard waits < use else { throw PlanError(.slot, "interfaces are used before they are made") }
    }

    /// An interface that is configured is one that was made, in a network namespace that is the container's own.
    private func validateInterfaces() throws(PlanError) {
        var made: Set<String> = []
        for case .makePort(let port) in beside where !made.insert(port.name).inserted {
            throw PlanError(.slot, "there are two interfaces \(port.name)")
        }
        for case .makeMacvlan(let interface) in beside where !made.insert(interface.name).inserted {
            throw PlanError(.slot, "there are two interfaces \(interface.name)")
        }
        var configured: Set<String> = []
        for case .configureInterface(let settings) in inside { configured.insert(settings.name) }
        guard made == configured else { throw PlanError(.slot, "an interface is made or configured alone") }
        guard made.isEmpty || ownNamespaces.contains(.network) else {
            throw PlanError(.slot, "interfaces would be another's")
        }
        let answered = beside.count { if case .listenForNames = $0 { true } else { false } }
        guard answered <= 1 else { throw PlanError(.slot, "questions about names are taken twice") }
        guard answered == 0 || ownNamespaces.contains(.network) else {
            throw PlanError(.slot, "another's questions about names would be taken")
        }
        let roles = beside.count { if case .listenForRole = $0 { true } else { false } }
        guard roles <= 1 else { throw PlanError(.slot, "there are two roles") }
        guard roles == 0 || ownNamespaces.contains(.network) else {
            throw PlanError(.slot, "others would have the role")
        }
        if case .standStill? = gate.first, answered + roles > 0 {
            throw PlanError(.slot, "questions are taken and nobody is left to answer them")
        }
    }

    /// What is hidden or unwritable is looked at again in the end.
    private func validatePaths(from filled: SlotSet) throws(PlanError) {
        var (masked, readOnly): ([String], [String]) = ([], [])
        for (index, step) in inside.enumerated() {
            switch step {
            case .mask(let path): masked.append(path)
            case .makeReadOnly(let path): readOnly.append(path)
            case .makeRootReadOnly: readOnly.append("/")
            case .verifyPaths(let hidden, let unwritable):
                guard hidden == masked, unwritable == readOnly, !inside[(index + 1)...].contains(where: \.changesPaths)
                else { throw PlanError(.slot, "what is verified is not what was masked") }
                (masked, readOnly) = ([], [])
            default: break
            }
        }
        guard masked.isEmpty, readOnly.isEmpty else { throw PlanError(.slot, "masks are not verified") }
        if inside.contains(where: { if case .mask = $0 { true } else { false } }), !filled.contains(.null) {
            throw PlanError(.slot, "\(Slot.null) is used before it is made")
        }
    }

    /// Nothing is mounted where others would see it, nor before there is a root to mount it in.
    private func validateOrderOfMounts() throws(PlanError) {
        guard
            ownNamespaces.union(spawn.joinOpened).contains(.mount)
                || spawn.join.contains(where: { $0.kinds.contains(.mount) })
        else { throw PlanError(.slot, "mounts would show on the host") }
        let own = build.firstIndex { step in
            if case .makeNamespaces(let kinds, _) = step { kinds.contains(.mount) } else { false }
        }
        guard let isolation = build.firstIndex(of: .isolateMounts), own ?? -1 < isolation else {
            throw PlanError(.slot, "mounts would show on the host")
        }
        guard let root = build.firstIndex(where: \.isRoot) else { throw PlanError(.slot, "the root is not attached") }
        guard isolation < root else { throw PlanError(.slot, "mounts would show on the host") }
        let first = build.firstIndex { step in
            switch step {
            case .mount, .attach, .attachDevices, .makeNode, .attachNode, .makeDeviceLinks: true
            default: false
            }
        }
        if let first, first < root { throw PlanError(.slot, "something is mounted before the root is attached") }
    }
}

extension ConfineStep {
    fileprivate var isBound: Bool { if case .boundCapabilities = self { true } else { false } }
    fileprivate var isCapabilities: Bool {
        switch self {
        case .setCapabilities, .setCapabilitySets: true
        default: false
        }
    }
    fileprivate var isKeyring: Bool {
        switch self {
        case .newKeyring, .joinKeyring, .keepKeyring: true
        default: false
        }
    }
    fileprivate var isLabel: Bool { if case .setAttribute(.label) = self { true } else { false } }
}

extension RootStep {
    fileprivate var usesInterfaces: Bool {
        switch self {
        case .configureInterface, .setSysctl: true
        default: false
        }
    }
    fileprivate var isSysctl: Bool { if case .setSysctl = self { true } else { false } }
    fileprivate var changesPaths: Bool {
        switch self {
        case .mask, .makeReadOnly, .makeRootReadOnly: true
        default: false
        }
    }
}

extension MountStep {
    /// Whether it mounts a procfs that shows processes alone.
    var hidesSettings: Bool {
        guard case .mount(let fileSystem, _, _, "/proc", _) = self else { return false }
        return fileSystem.type == "proc" && fileSystem.options.contains("subset=pid")
    }
    fileprivate var isAwaitHost: Bool { if case .awaitHost = self { true } else { false } }
    fileprivate var isRoot: Bool {
        switch self {
        case .attachRoot, .attachRootInPlace: true
        default: false
        }
    }
}

extension HostStep {
    fileprivate var isHandOver: Bool { if case .handOver = self { true } else { false } }
    /// Whether it makes something in the child's network namespace.
    fileprivate var isOfInterfaces: Bool {
        switch self {
        case .moveNetworkDevice, .makePort, .makeMacvlan, .listenForNames, .listenForRole: true
        default: false
        }
    }

    /// The slots that this step needs.
    var uses: [Slot] {
        switch self {
        case .limit, .filterDevices, .delegateCgroup: [.cgroup]
        case .copyTree(_, let copy): copy.owners.map { [$0.namespace] } ?? []
        case .mountOverlay(let overlay): overlay.layers + (overlay.isWritable ? [.writable] : [])
        case .mountFileSystem(_, _, _, let owners): owners.map { [$0.namespace] } ?? []
        case .fillVolume(let fill): [.root] + (fill.owners.map { [$0] } ?? [])
        case .handOver(let slots): slots
        default: []
        }
    }

    /// The slots that this step fills.
    var fills: [Slot] {
        switch self {
        case .makeCgroup, .openCgroup: [.cgroup]
        case .makeDevices: [.devices]
        case .writeOwnFile(let slot, _, _, _): [slot]
        case .openProc: [.proc]
        case .connect(let slot, _): [slot]
        case .connectListener: [.listener]
        case .openNamespace(let namespace): [.namespace(namespace.kind)]
        case .openStreams: [.stream(0), .stream(1), .stream(2)]
        case .mapIDs, .openUserNamespace: [.userNamespace]
        case .copyTree(let slot, _), .copyRoot(let slot, _), .makeMapping(let slot, _, _): [slot]
        case .makeNodes: [.nodes]
        case .openNull: [.null]
        case .sealProgram: [.program]
        case .mountOverlay(let overlay): [overlay.root]
        case .mountFileSystem(let slot, _, _, _): [slot]
        case .makeWritable: [.writable]
        case .makeGate: [.gate, .report]
        default: []
        }
    }

    func account(in filled: inout SlotSet) throws(PlanError) {
        for slot in uses where !filled.contains(slot) { throw PlanError(.slot, "\(slot) is used before it is made") }
        for slot in fills where !filled.insert(slot) { throw PlanError(.slot, "\(slot) is made twice") }
    }
}

extension MountStep {
    var uses: [Slot] {
        switch self {
        case .awaitHost(let slots): slots
        case .attachRoot, .attachRootInPlace: [.root]
        case .attachDevices: [.devices, .root]
        case .attach(let slot, _, _): [slot, .root]
        case .mount, .makeNode, .makeDeviceLinks: [.root]
        case .attachNode: [.nodes, .root]
        case .makeReadOnly(let slot): [slot]
        case .awaitIDs, .makeNamespaces, .becomeRoot, .setOOMScore, .newCgroupNamespace, .isolateMounts, .learnProcess,
            .awaitHooks, .runHook,
            .openSettings:
            []
        }
    }

    /// The slot that this step fills.
    var fills: Slot? {
        switch self {
        case .mount(_, _, _, _, let slot), .attachDevices(let slot): slot
        case .openSettings: .settings
        default: nil
        }
    }
}
