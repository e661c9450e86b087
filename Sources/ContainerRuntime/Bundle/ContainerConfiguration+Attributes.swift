// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension ProcessAttribute {
    /// What a bundle says of a process beside rights, streams and limits, in the order in which it is set: what the others
    /// need the processors and the rights for comes last.
    static func list(
        _ process: RuntimeConfiguration.Process, of description: RuntimeConfiguration.LinuxConfiguration, joins: Bool
    ) throws(RuntimeError) -> [ProcessAttribute] {
        var list: [ProcessAttribute] = []
        if let personality = description.personality {
            guard personality.flags.isEmpty else {
                throw .configuration("linux.personality.flags", "the specification has none yet: remove it")
            }
            list.append(.personality(personality.domain == .linux32 ? .linux32 : .linux))
        }
        if let policy = description.memoryPolicy { list.append(.memoryPolicy(try MemoryPolicy(policy))) }
        if let priority = process.ioPriority {
            guard (0...7).contains(priority.priority), let name = IOPriority.Class(name: priority.class.rawValue) else {
                throw .configuration("process.ioPriority.priority", "it must be from 0 to 7")
            }
            list.append(.ioPriority(IOPriority(name, level: Int32(priority.priority))))
        }
        if let final = joins ? process.execCPUAffinity?.final : nil {
            guard let processors = try NumberSet.read(final, "process.execCPUAffinity.final") else { return list }
            list.append(.processors(processors))
        } else if !joins || process.execCPUAffinity?.initial != nil {
            // What the caller is bound to is not the container's: only its cgroup is.
            list.append(.everyProcessor)
        }
        if let scheduler = process.scheduler { list.append(.scheduling(try Scheduling(scheduler))) }
        return try list + labels(process)
    }

    private static func labels(_ process: RuntimeConfiguration.Process) throws(RuntimeError) -> [ProcessAttribute] {
        var labels: [ProcessAttribute] = []
        if let label = try label(.appArmor, process.apparmorProfile, "process.apparmorProfile") { labels.append(label) }
        if let label = try label(.selinux, process.selinuxLabel, "process.selinuxLabel") { labels.append(label) }
        return labels
    }

    private static func label(
        _ module: SecurityModule, _ label: String?, _ member: String
    ) throws(RuntimeError) -> ProcessAttribute? {
        // Engines write an empty text where they mean none.
        guard let label, !label.isEmpty else { return nil }
        guard module.isActive else {
            throw .configuration(
                member,
                "\(module.rawValue) is not in force in this kernel, so nothing would hold the program to it",
                hint: "remove \(member), or boot with \(module.rawValue)")
        }
        guard !label.utf8.contains(UInt8(ascii: "\n")) else { throw .configuration(member, "it must be one line") }
        return .label(module, label)
    }
}

extension MountRequest {
    /// Gives the container's own file systems the SELinux label `label`: mount(8), `context`. What the kernel shows of
    /// itself has labels of its own.
    static func label(_ mounts: inout [MountRequest], _ label: String?) throws(RuntimeError) {
        guard let label, !label.isEmpty else { return }
        guard SecurityModule.selinux.isActive else {
            throw .configuration(
                "linux.mountLabel", "selinux is not in force in this kernel, so the label would keep nobody out",
                hint: "remove linux.mountLabel, or boot with selinux")
        }
        guard SecurityModule.selinux.knows(label) else {
            throw .configuration(
                "linux.mountLabel", "the policy of selinux has no label \(label)", hint: "write one that it has")
        }
        for index in mounts.indices {
            switch mounts[index].source {
            case .new(var fileSystem) where !["proc", "sysfs", "cgroup", "cgroup2", "mqueue"].contains(fileSystem.type):
                fileSystem.options.append("context=\(label)")
                mounts[index].source = .new(fileSystem)
            case .ownDevices(var fileSystem):
                fileSystem.options.append("context=\(label)")
                mounts[index].source = .ownDevices(fileSystem)
            case .new, .tree, .image, .root, .hosted: break
            }
        }
    }
}

extension NumberSet {
    /// A list as `0-3,7`; nil where there is none.
    static func read(_ list: String?, _ member: String) throws(RuntimeError) -> NumberSet? {
        guard let list, !list.isEmpty else { return nil }
        guard let numbers = NumberSet(list: list) else {
            throw .configuration(member, "it must be a list as 0-3,7 and not \"\(list)\"")
        }
        return numbers
    }
}

extension MemoryPolicy {
    fileprivate init(_ policy: RuntimeConfiguration.MemoryPolicy) throws(RuntimeError) {
        guard let mode = Mode(name: policy.mode.rawValue) else {
            throw .configuration("linux.memoryPolicy.mode", "\(policy.mode.rawValue) is not known")
        }
        let nodes = try NumberSet.read(policy.nodes, "linux.memoryPolicy.nodes")
        switch mode {
        case .default, .local:
            if nodes != nil {
                throw .configuration("linux.memoryPolicy.nodes", "\(mode.name) takes none: remove it")
            }
        case .bind, .interleave, .weightedInterleave, .preferredMany:
            if nodes == nil { throw .configuration("linux.memoryPolicy.nodes", "\(mode.name) needs some") }
        case .preferred: break
        }
        var flags: Flags = []
        for flag in policy.flags { flags.formUnion(Flags(name: flag.rawValue) ?? []) }
        self.init(mode: mode, flags: flags, nodes: nodes)
    }
}

extension Scheduling {
    fileprivate init(_ scheduler: RuntimeConfiguration.Scheduler) throws(RuntimeError) {
        guard let policy = Policy(name: scheduler.policy.rawValue) else {
            throw .configuration("process.scheduler.policy", "\(scheduler.policy.rawValue) is not known")
        }
        let isRealTime = policy == .fifo || policy == .roundRobin
        if scheduler.priority != 0, !isRealTime {
            throw .configuration(
                "process.scheduler.priority",
                "only SCHED_FIFO and SCHED_RR have one: remove it, or write another policy")
        }
        guard !isRealTime || (1...99).contains(scheduler.priority) else {
            throw .configuration("process.scheduler.priority", "\(policy.name) needs one from 1 to 99")
        }
        if scheduler.nice != 0, policy != .other, policy != .batch {
            throw .configuration("process.scheduler.nice", "only SCHED_OTHER and SCHED_BATCH have one")
        }
        guard (-20...19).contains(scheduler.nice) else {
            throw .configuration("process.scheduler.nice", "it must be from -20 to 19")
        }
        if policy != .deadline, scheduler.runtime != 0 || scheduler.deadline != 0 || scheduler.period != 0 {
            throw .configuration(
                "process.scheduler", "only SCHED_DEADLINE has a runtime, a deadline and a period: remove them")
        }
        var flags: Flags = []
        for flag in scheduler.flags { flags.formUnion(Flags(name: flag.rawValue) ?? []) }
        self.init(
            policy: policy, flags: flags, nice: scheduler.nice, priority: UInt32(scheduler.priority),
            runtime: scheduler.runtime, deadline: scheduler.deadline, period: scheduler.period)
    }
}
