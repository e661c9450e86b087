// SPDX-License-Identifier: Apache-2.0
internal import OCI

extension ResourceSettings {
    /// What a container gets of the processors.
    mutating func addTime(_ cpu: RuntimeConfiguration.Resources.CPU) throws(CgroupError) {
        guard (cpu.realtimeRuntime ?? 0) == 0, (cpu.realtimePeriod ?? 0) == 0 else {
            throw CgroupError(
                .firstVersion,
                "cpu: realtimeRuntime and realtimePeriod are of cgroup v1 alone: leave them out, and set "
                    + "process.scheduler")
        }
        if let idle = cpu.idle, idle != 0, idle != 1 { throw CgroupError(.limit, "cpu.idle: \(idle) is not 0 or 1") }
        // A weight cannot be written where the group is idle: sched_group_set_shares of Linux.
        if cpu.idle == 0 { add("cpu.idle", 0, otherwise: []) }
        // Of 1024 shares, which are the default, nobody gets more or less than of none.
        if let shares = cpu.shares, let weight = CPUWeight.weight(ofShares: shares) {
            add("cpu.weight", weight, otherwise: shares == 1024 ? [] : nil)
        }
        if cpu.idle == 1 { add("cpu.idle", 1) }
        addQuota(cpu)
        if let burst = cpu.burst { add("cpu.max.burst", burst, otherwise: burst == 0 ? [] : nil) }
    }

    /// `cpu.max` takes a quota alone, and then leaves the period as it is.
    private mutating func addQuota(_ cpu: RuntimeConfiguration.Resources.CPU) {
        let period = cpu.period.flatMap { $0 == 0 ? nil : "\($0)" }
        let quota = cpu.quota.flatMap { $0 == 0 ? nil : $0 < 0 ? "max" : "\($0)" }
        if period == nil && quota == nil { return }
        let value = quota ?? current.quota
        add("cpu.max", value + (period.map { " \($0)" } ?? ""), otherwise: value == "max" ? [] : nil)
    }
}
