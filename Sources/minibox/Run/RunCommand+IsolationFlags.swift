// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

extension RunCommand {
    static var namespaces: FlagGroup<Options> {
        FlagGroup(
            "Namespaces",
            [
                .value("hostname", short: "h", "NAME", "Name of the host inside", HostName.init(parsing:)) {
                    $0.hostname = $1
                },
                .value("domainname", "NAME", "NIS domain of the host inside", HostName.init(parsing:)) {
                    $0.domainName = $1
                },
                mode("pid", .pid, "Whose processes it sees (private)") { $0.pidNamespace = $1 },
                mode("ipc", .ipc, "Whose shared memory and queues it has (private)") { $0.ipcNamespace = $1 },
                mode("uts", .uts, "Whose host name it has (private)") { $0.utsNamespace = $1 },
                mode("cgroupns", .cgroup, "Whose cgroups it sees (private)") { $0.cgroupNamespace = $1 },
                mode("userns", .user, "Whose ids it has: ones of its own, or the host's (auto)") {
                    $0.userNamespace = $1
                },
                mode("timens", .time, "Whose clocks since boot it has (host)") { $0.timeNamespace = $1 },
            ])
    }

    static var rights: FlagGroup<Options> {
        FlagGroup(
            "Rights",
            [
                .toggle("privileged", "Let it do everything: no isolation from root") { $0.isPrivileged = $1 },
                .list("cap-add", "CAPABILITY", "Give it a capability, or ALL", CapabilityArgument.init(parsing:)) {
                    $0.addedCapabilities.append($1)
                },
                .list(
                    "cap-drop", "CAPABILITY", "Take a capability from it, or ALL", CapabilityArgument.init(parsing:)
                ) { $0.droppedCapabilities.append($1) },
                .list(
                    "security-opt", "OPTION",
                    "seccomp=unconfined|builtin|FILE, no-new-privileges=BOOL, [un]mask=PATH, keyring=, apparmor=",
                    SecurityOption.init(parsing:)
                ) { $0.securityOptions.append($1) },
                .list(
                    "seccomp-notify", "CALL,...[,refuse=PATTERN]",
                    "Write calls and their paths among the events, and refuse some: mkdir, open, changes and such",
                    NotifyArgument.init(parsing:)
                ) { $0.notified.append($1) },
                .value(
                    "proc", "all|pids", "What /proc shows: processes alone, or the machine as well (all)",
                    ProcView.init(parsing:)
                ) { $0.procView = $1 },
                .list(
                    "sysctl", "NAME=VALUE", "Set a kernel setting of its namespaces",
                    SysctlArgument.init(parsing:)
                ) { $0.sysctls.append($1) },
            ])
    }

    static var limits: FlagGroup<Options> {
        FlagGroup(
            "Limits",
            [
                .value("memory", short: "m", "BYTES", "Most memory it may use", ByteCount.init(parsing:)) {
                    $0.memory = $1
                },
                .value(
                    "memory-swap", "BYTES", "Most memory and swap together, -1 for any", ByteLimit.init(parsing:)
                ) { $0.memorySwap = $1 },
                .value(
                    "memory-reservation", "BYTES", "Memory that is left to it when others want some",
                    ByteCount.init(parsing:)
                ) { $0.memoryReservation = $1 },
                .value("cpus", "NUMBER", "Most processors it may use, as in 1.5", CPUCount.init(parsing:)) {
                    $0.cpus = $1
                },
                .value("cpu-period", "MICROSECONDS", "Period of --cpu-quota (100000)", CPUPeriod.init(parsing:)) {
                    $0.cpuPeriod = $1
                },
                .value(
                    "cpu-quota", "MICROSECONDS", "Most processor time in each period, -1 for any",
                    CPUQuota.init(parsing:)
                ) { $0.cpuQuota = $1 },
                .value(
                    "cpu-shares", short: "c", "NUMBER", "Weight among others (1024)", CPUShares.init(parsing:)
                ) { $0.cpuShares = $1 },
                .value("cpuset-cpus", "LIST", "Processors it may use, as in 0-3,5", CPUList.init(parsing:)) {
                    $0.cpuList = $1
                },
                .value("cpuset-mems", "LIST", "Nodes of memory it may use, as in 0-1", MemoryNodeList.init(parsing:)) {
                    $0.memoryNodes = $1
                },
                .value(
                    "blkio-weight", "NUMBER", "Weight of its input and output among others, 10 to 1000",
                    BlockWeight.init(parsing:)
                ) { $0.blockWeight = $1 },
                .value("pids-limit", "NUMBER", "Most processes, -1 for any", ProcessLimit.init(parsing:)) {
                    $0.processLimit = $1
                },
                .value(
                    "cgroup-parent", "PATH", "Make its cgroup below this one, which is made where it is missing",
                    CgroupParentArgument.init(parsing:)
                ) { $0.cgroupParent = $1 },
                rate("device-read-bps", "BYTES", "Most bytes read a second", DeviceRate.init(parsingBytes:)) {
                    $0.readBytes.append($1)
                },
                rate("device-write-bps", "BYTES", "Most bytes written a second", DeviceRate.init(parsingBytes:)) {
                    $0.writeBytes.append($1)
                },
                rate("device-read-iops", "NUMBER", "Most reads a second", DeviceRate.init(parsingOperations:)) {
                    $0.readOperations.append($1)
                },
                rate("device-write-iops", "NUMBER", "Most writes a second", DeviceRate.init(parsingOperations:)) {
                    $0.writeOperations.append($1)
                },
                .list(
                    "ulimit", "NAME=SOFT[:HARD]", "Limit a resource, as in nofile=1024:2048",
                    UlimitArgument.init(parsing:)
                ) { $0.ulimits.append($1) },
                .value(
                    "oom-score-adj", "NUMBER", "When it is ended for want of memory: -1000 never, 1000 first",
                    OutOfMemoryScore.init(parsing:)
                ) { $0.outOfMemoryScore = $1 },
            ])
    }

    private static func mode(
        _ name: String, aliases: [String] = [], _ kind: NamespaceMode.Kind, _ summary: String,
        set: @escaping @Sendable (inout Options, NamespaceMode) -> Void
    ) -> Flag<Options> {
        let choices = kind.choices.joined(separator: "|")
        let read: @Sendable (String) throws(SyntaxError) -> NamespaceMode = { text throws(SyntaxError) in
            try NamespaceMode(parsing: text, for: kind)
        }
        return .value(name, aliases: aliases, choices, summary, read, set: set)
    }

    private static func rate(
        _ name: String, _ unit: String, _ summary: String,
        _ read: @escaping @Sendable (String) throws(SyntaxError) -> DeviceRate,
        add: @escaping @Sendable (inout Options, DeviceRate) -> Void
    ) -> Flag<Options> { .list(name, "DEVICE:\(unit)", summary, read, add: add) }
}
