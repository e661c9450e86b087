// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension Planner {
    func confine(limits: [LimitChoice]) -> [ConfineStep] {
        let process = configuration.process
        var steps: [ConfineStep] = [.resetSignals, .startSession(terminal: process.streams.isTerminal)]
        if !process.streams.isTerminal { steps.append(.useStreams) }
        steps += limits.map(ConfineStep.setLimit)
        steps.append(.setFileModeMask(process.fileModeMask))
        steps.append(.changeDirectory(process.workingDirectory))
        if loadsFilterEarly { steps.append(.loadFilter(process.filter)) }
        steps.append(.boundCapabilities(process.capabilities))
        steps.append(.becomeUser)
        steps.append(.setCapabilities(process.capabilities))
        steps.append(.dieWithParent)
        return steps
    }

    func launch() -> Launch {
        let process = configuration.process
        return Launch(
            noNewPrivileges: process.noNewPrivileges,
            filter: loadsFilterEarly || process.filter.program == nil ? nil : process.filter,
            arguments: process.arguments, environment: process.environment)
    }

    /// Without no_new_privs only CAP_SYS_ADMIN may load a filter, and it is about to go: seccomp(2), EACCES.
    private var loadsFilterEarly: Bool {
        !configuration.process.noNewPrivileges && configuration.process.filter.program != nil
    }

    /// Limits that this host lets the runtime set: without CAP_SYS_RESOURCE a hard limit cannot be raised.
    func clampedLimits() -> (limits: [LimitChoice], notes: [String]) {
        guard !host.capabilities.contains(.sysResource) else { return (configuration.process.limits, []) }
        var notes: [String] = []
        let limits = configuration.process.limits.map { choice in
            guard let current = host.limits[choice.resource], choice.limit.hard > current.hard else { return choice }
            notes.append(
                "the hard limit \(choice.resource)=\(choice.limit.hard) is above the \(current.hard) that this process "
                    + "may pass on without CAP_SYS_RESOURCE: \(current.hard) it is")
            return LimitChoice(
                resource: choice.resource,
                limit: ResourceLimit(soft: min(choice.limit.soft, current.hard), hard: current.hard))
        }
        return (limits, notes)
    }

    /// A limit whose controller is not in the cgroup2 tree would be a promise that nobody keeps.
    func checkLimits() throws(PlanError) {
        for setting in configuration.cgroup.settings where setting.controller != "cgroup" {
            guard host.controllers.contains(setting.controller) else {
                throw PlanError(.controller(setting.controller), setting.file)
            }
        }
    }
}
