// SPDX-License-Identifier: Apache-2.0
public import OCI

/// The control files of cgroup v2 that the `resources` of the runtime specification are: config-linux.md, "Control
/// groups". `create` and `update` share it.
///
/// Where the two versions of cgroups differ it says what runc says. What is absent or zero asks for nothing; -1 takes a
/// limit away. What only the first version can do is refused where it is a limit, and noted where it is a hint.
public struct ResourceSettings: Sendable {
    /// In the order in which they are written.
    public private(set) var settings: [CgroupSetting] = []
    /// What is ignored, a line each, for the log.
    public private(set) var notes: [String] = []
    let current: CurrentLimits

    /// - Parameters:
    ///   - current: what the cgroup has now, for limits that say something only together with another.
    /// - Throws: ``CgroupError`` of ``CgroupError/Code/limit`` or ``CgroupError/Code/firstVersion``, which names the
    ///   member.
    public init(
        _ resources: RuntimeConfiguration.Resources, current: CurrentLimits = .none
    ) throws(CgroupError) {
        self.current = current
        if let cpu = resources.cpu { addSets(cpu) }
        if let memory = resources.memory { try addMemory(memory) }
        if let cpu = resources.cpu { try addTime(cpu) }
        if let limit = resources.pids?.limit { addProcesses(limit) }
        if let blocks = resources.blockIO { try addBlocks(blocks) }
        for limit in resources.hugepageLimits { try addHugePages(limit) }
        for limit in resources.rdma { try addRDMA(limit) }
        if let network = resources.network { try refuse(network) }
        // The last word is with what is said in the files' own names.
        for setting in resources.unified { try addUnified(setting) }
    }

    mutating func add(_ file: String, _ value: some CustomStringConvertible, otherwise: [CgroupSetting]? = nil) {
        settings.append(CgroupSetting(file: file, value: "\(value)", otherwise: otherwise))
    }

    /// What is no limit is no loss where the kernel has no file to write it to.
    mutating func addUnlimited(_ file: String) { add(file, "max", otherwise: []) }

    mutating func note(_ line: String) { notes.append(line) }

    private mutating func addSets(_ cpu: RuntimeConfiguration.Resources.CPU) {
        if let cpus = cpu.cpus, !cpus.isEmpty { add("cpuset.cpus", cpus) }
        if let mems = cpu.mems, !mems.isEmpty { add("cpuset.mems", mems) }
    }

    /// Of an absent limit nothing is known, and less than none is no limit. None at all is a limit since runtime-spec
    /// 1.3; as runc does, it is written as 1, which the container's own process needs to be made.
    private mutating func addProcesses(_ limit: Int64) {
        if limit < 0 { addUnlimited("pids.max") } else { add("pids.max", max(limit, 1)) }
    }

    private mutating func addHugePages(_ limit: RuntimeConfiguration.Resources.HugepageLimit) throws(CgroupError) {
        // It becomes a part of a file's name.
        let digits = limit.pageSize.utf8.prefix { (0x30...0x39).contains($0) }
        guard !digits.isEmpty, digits.first != 0x30,
            ["KB", "MB", "GB"].contains(limit.pageSize.dropFirst(digits.count))
        else {
            throw CgroupError(
                .limit, "hugepageLimits: \"\(limit.pageSize)\" is no size of a page: write it as 2MB or 1GB")
        }
        let file = "hugetlb.\(limit.pageSize)"
        // Engines say 0 of every size that there is, and a host without the controller gives a container as little.
        add("\(file).max", limit.limit, otherwise: limit.limit == 0 ? [] : nil)
        // Reservations are counted since Linux 5.7; without, a program that reserves too much is killed as it uses it.
        add("\(file).rsvd.max", limit.limit, otherwise: [])
    }

    private mutating func addRDMA(_ limit: RuntimeConfiguration.Resources.RDMALimit) throws(CgroupError) {
        guard !limit.device.isEmpty, limit.device.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw CgroupError(.limit, "rdma: \"\(limit.device)\" is no name of a device: write it as mlx5_1")
        }
        let values =
            (limit.hcaHandles.map { ["hca_handle=\($0)"] } ?? [])
            + (limit.hcaObjects.map { ["hca_object=\($0)"] } ?? [])
        if !values.isEmpty { add("rdma.max", ([limit.device] + values).joined(separator: " ")) }
    }

    private func refuse(_ network: RuntimeConfiguration.Resources.Network) throws(CgroupError) {
        guard (network.classID ?? 0) == 0, network.priorities.isEmpty else {
            throw CgroupError(
                .firstVersion,
                "network: classes and priorities of packets are of cgroup v1 alone: leave linux.resources.network out, "
                    + "and use nftables' socket cgroupv2")
        }
    }

    /// Files that do not limit but move, end or stop processes: a container's own, or others that are named.
    private static let actions = ["cgroup.procs", "cgroup.threads", "cgroup.kill", "cgroup.freeze", "cgroup.type"]

    private mutating func addUnified(_ setting: RuntimeConfiguration.Setting) throws(CgroupError) {
        let file = setting.key
        let parts = file.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty,
            file.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") })
        else {
            throw CgroupError(
                .limit, "unified: \"\(file)\" is no file of a cgroup: write CONTROLLER.NAME, as in memory.high")
        }
        if Self.actions.contains(file) {
            throw CgroupError(.limit, "unified: \(file) is no limit: leave it out")
        }
        // Such a file takes a line at a time: io.max of two devices.
        for line in setting.value.split(separator: "\n") { add(file, line) }
    }
}

/// What a cgroup has now.
public struct CurrentLimits: Hashable, Sendable {
    /// `memory.max` in bytes; nil where there is no limit.
    public var memory: Int64?
    /// `memory.current` in bytes.
    public var memoryInUse: Int64?
    /// The first word of `cpu.max`: microseconds, or `max`.
    public var quota: String

    public init(memory: Int64? = nil, memoryInUse: Int64? = nil, quota: String = "max") {
        self.memory = memory
        self.memoryInUse = memoryInUse
        self.quota = quota
    }

    /// Those of a cgroup that was just made.
    public static let none = CurrentLimits()
}
