// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension ConfineStep {
    /// How a process gives up what it does not keep: the same for a container's first and for one that joins it.
    static func steps(for process: ProcessConfiguration, limits: [LimitChoice]) -> [ConfineStep] {
        var steps: [ConfineStep] = [
            .resetSignals, .step(for: process.keyring), .startSession(terminal: process.streams.isTerminal),
        ]
        if case .pipes = process.streams { steps.append(.useStreams) }
        steps += limits.map(ConfineStep.setLimit)
        // With all rights still there: a real-time policy and a label need some.
        steps += process.attributes.map(ConfineStep.setAttribute)
        steps.append(.setFileModeMask(process.fileModeMask))
        steps.append(.changeDirectory(process.workingDirectory))
        if process.loadsFilterEarly { steps.append(.loadFilter(process.filter)) }
        if let sets = process.capabilitySets {
            steps += [.boundCapabilities(sets.bounding), .ownStreams, .keepCapabilities, .becomeUser]
            steps.append(.setCapabilitySets(sets))
            if process.noNewPrivileges { steps.append(.setNoNewPrivileges) }
            steps.append(.verify(Confinement(capabilities: sets, noNewPrivileges: process.noNewPrivileges)))
            // Here and not by the launcher: who answers its calls has to be told before `create` returns.
            if process.filter.listener != nil, !process.loadsFilterEarly { steps.append(.loadFilter(process.filter)) }
        } else {
            steps.append(.boundCapabilities(process.capabilities))
            steps.append(.becomeUser)
            steps.append(.setCapabilities(process.capabilities))
        }
        if process.endsWithParent { steps.append(.dieWithParent) }
        if process.filter.listener != nil, process.capabilitySets == nil, !process.loadsFilterEarly {
            // As above. It is the last step that a call of ours could be held by.
            steps += [.setNoNewPrivileges, .loadFilter(process.filter)]
        }
        return steps
    }

    private static func step(for keyring: KeyringChoice) -> ConfineStep {
        switch keyring {
        case .own: .newKeyring
        case .named(let name): .joinKeyring(name)
        case .inherited: .keepKeyring
        }
    }
}

extension Launch {
    /// The last acts of `process`.
    init(_ process: ProcessConfiguration, isSeen: Bool) {
        self.init(
            noNewPrivileges: process.noNewPrivileges && process.capabilitySets == nil,
            filter: process.loadsFilterEarly || process.filter.program == nil || process.filter.listener != nil
                ? nil : process.filter,
            arguments: (process.initProgram == nil ? [] : [ProcessConfiguration.initTarget]) + process.arguments,
            environment: process.environment, hasInit: process.initProgram != nil,
            furtherStreams: max(process.streams.further, process.furtherStreams), isSeen: isSeen)
    }
}

extension HostStep {
    /// To those who wait for something of the process.
    static func connections(of process: ProcessConfiguration) -> [HostStep] {
        var steps: [HostStep] = []
        if let path = process.consoleSocket { steps.append(.connect(.console, path: path)) }
        if let path = process.processSocket { steps.append(.connect(.process, path: path)) }
        if let listener = process.filter.listener { steps.append(.connectListener(listener)) }
        return steps
    }
}

extension ProcessConfiguration {
    /// Without no_new_privs only CAP_SYS_ADMIN may load a filter, and it is about to go: seccomp(2), EACCES.
    fileprivate var loadsFilterEarly: Bool { !noNewPrivileges && filter.program != nil }
}

extension ProcessAttribute {
    var isLabel: Bool { if case .label = self { true } else { false } }
}

extension Planner {
    /// The process with what this host lets the runtime give it, and what was left out.
    func attainableProcess() -> (process: ProcessConfiguration, notes: [String]) {
        var process = configuration.process
        guard let asked = process.capabilitySets else { return (process, process.notes) }
        // In a user namespace of its own a process has every capability there is: user_namespaces(7).
        let available = hasOwnUsers ? host.knownCapabilities : host.capabilities
        let (sets, notes) = asked.attainable(available: available, known: host.knownCapabilities)
        process.capabilitySets = sets
        return (process, process.notes + notes)
    }

    /// Limits above the runtime's own, which a child of a user namespace of its own may not give itself.
    func raisedLimits() -> [LimitChoice] {
        guard host.capabilities.contains(.sysResource) else { return [] }
        return configuration.process.limits.filter { choice in
            let current = host.limits.first { $0.resource == choice.resource }?.limit
            return current.map { choice.limit.hard > $0.hard } ?? true
        }
    }

    /// Limits that this host lets the runtime set: without CAP_SYS_RESOURCE a hard limit cannot be raised.
    func clampedLimits() -> (limits: [LimitChoice], notes: [String]) {
        guard !host.capabilities.contains(.sysResource) else { return (configuration.process.limits, []) }
        var notes: [String] = []
        let limits = configuration.process.limits.map { choice in
            guard let current = host.limits.first(where: { $0.resource == choice.resource })?.limit,
                choice.limit.hard > current.hard
            else { return choice }
            notes.append(
                "the hard limit \(choice.resource)=\(choice.limit.hard) is above the \(current.hard) that this process "
                    + "may pass on without CAP_SYS_RESOURCE: \(current.hard) it is")
            return LimitChoice(
                resource: choice.resource,
                limit: ResourceLimit(soft: min(choice.limit.soft, current.hard), hard: current.hard))
        }
        return (limits, notes)
    }

    /// The limits that are set: those that nothing is lost without need no controller.
    var limits: [CgroupSetting] {
        configuration.cgroup.settings.filter { hasController(for: $0) || $0.otherwise != [] }
    }

    /// A limit whose controller is not in the cgroup2 tree would be a promise that nobody keeps.
    func checkLimits() throws(PlanError) {
        for setting in limits where !hasController(for: setting) {
            throw PlanError(.controller(setting.controller), setting.file)
        }
    }

    private func hasController(for setting: CgroupSetting) -> Bool {
        setting.controller == "cgroup" || host.controllers.contains(setting.controller)
    }
}
