// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux
internal import OCI

/// What a user asks of `update`: what is not named stays as it is.
public struct UpdateRequest: Sendable {
    public var limits = LimitRequest()
    public var restart: RestartPolicy?
    public init() {}
}

extension Engine {
    /// Changes the limits of a container, now and for its next starts.
    public func update(_ text: String, _ change: UpdateRequest) throws(EngineError) {
        recover()
        let record = try containers.find(text)
        guard !record.request.isNull, !isOfCommand(record) else { return try changeNow(record, change) }
        var request = try ContainerRequest(of: record)
        let former = try request.limits.settings()
        request.limits.take(change.limits)
        if let restart = change.restart {
            guard !request.removesItself || restart == .no else {
                throw EngineError(.invalid, "the container \(record.name) removes itself, so it cannot be restarted")
            }
            request.restart = restart
        }
        let settings = try request.limits.settings()
        let changed = settings.filter { !former.contains($0) }
        if case .running = record.state {
            if !changed.isEmpty { try set(changed, of: record) }
        } else {
            try requireControllers(of: changed)
        }
        try amend(record, Amendment(request: request.json, limits: settings))
        self.record(event: .container(record, "update"))
        self.record(Action("update", record))
    }

    /// What the next start would refuse is refused now.
    private func requireControllers(of settings: [CgroupSetting]) throws(EngineError) {
        if settings.isEmpty { return }
        let tree: CgroupTree?
        do { tree = try CgroupTree.find() } catch { throw EngineError(.start, "cannot use cgroups", cause: error) }
        for setting in settings
        where setting.controller != "cgroup" && tree?.controllers.contains(setting.controller) != true {
            let error = PlanError(.controller(setting.controller), setting.file)
            throw EngineError(.invalid, tree?.explanation(of: error) ?? "\(error)")
        }
    }

    /// Whether a command is its supervisor, which answers nobody, and ends with it.
    func isOfCommand(_ record: ContainerRecord) -> Bool {
        guard record.request["AutoRemove"]?.bool == true, case .command = answerer(of: record) else { return false }
        return true
    }

    /// Of one that is not kept, and so has no next start.
    private func changeNow(_ record: ContainerRecord, _ change: UpdateRequest) throws(EngineError) {
        guard change.restart == nil || change.restart == .no else {
            throw EngineError(.invalid, "the container \(record.name) removes itself, so it cannot be restarted")
        }
        try set(try change.limits.settings(), of: record)
        self.record(event: .container(record, "update"))
        self.record(Action("update", record))
    }

    private func set(_ settings: [CgroupSetting], of record: ContainerRecord) throws(EngineError) {
        let running = try runningCgroup(record.id)
        do throws(CgroupError) {
            // It was made with the controllers that its limits needed then.
            try CgroupTree.find()?.passDown(settings.map(\.controller), to: running.cgroup.path)
            try running.cgroup.set(Self.inOrder(settings, running.cgroup))
        } catch {
            throw EngineError(.invalid, "cannot change the limits of \(record.name)", cause: error)
        }
    }

    /// Swap is given before memory is taken, and taken after it: in between, no more is forbidden than afterwards.
    private static func inOrder(_ settings: [CgroupSetting], _ cgroup: borrowing Cgroup) -> [CgroupSetting] {
        let limit = settings.first { $0.file == "memory.max" }.flatMap { UInt64($0.value) }
        guard let limit, let now = cgroup.use().memoryLimit, limit < now else { return settings }
        return settings.filter { $0.file == "memory.swap.max" } + settings.filter { $0.file != "memory.swap.max" }
    }
}

extension LimitRequest {
    /// Takes over what is set in `other`. One way to say how much processor time there is takes the place of another.
    mutating func take(_ other: LimitRequest) {
        if let memory = other.memory { self.memory = memory }
        if let both = other.memoryAndSwap { memoryAndSwap = both }
        if let reservation = other.memoryReservation { memoryReservation = reservation }
        if let cpus = other.cpus { (self.cpus, cpuPeriod, cpuQuota) = (cpus, nil, nil) }
        if other.cpuPeriod != nil || other.cpuQuota != nil { cpus = other.cpus }
        if let period = other.cpuPeriod { cpuPeriod = period }
        if let quota = other.cpuQuota { cpuQuota = quota }
        if let shares = other.cpuShares { cpuShares = shares }
        if let set = other.cpuSet { cpuSet = set }
        if let nodes = other.memoryNodes { memoryNodes = nodes }
        if let weight = other.blockWeight { blockWeight = weight }
        if let processes = other.processes { self.processes = processes }
    }
}
