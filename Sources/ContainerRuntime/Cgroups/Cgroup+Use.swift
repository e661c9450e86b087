// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// What a container's processes use, in few numbers; nil where the cgroup does not have the controller that counts it.
public struct CgroupUse: Hashable, Sendable {
    /// Time of processors, in microseconds: `cpu.stat`, which is there without the controller.
    public var processorTime: UInt64?
    /// Bytes, without what the kernel keeps of files that nobody has read lately, as docker counts.
    public var memory: UInt64?
    /// nil also for none.
    public var memoryLimit: UInt64?
    /// Bytes, of all disks.
    public var read: UInt64?
    public var written: UInt64?
    public var processes: UInt64?

    public init() {}
}

extension Cgroup {
    /// What it uses now: cgroup-v2.rst.
    public borrowing func use() -> CgroupUse {
        var use = CgroupUse()
        use.processorTime = numbers("cpu.stat")["usage_usec"]
        if let current = number("memory.current") {
            let idle = numbers("memory.stat")["inactive_file"] ?? 0
            use.memory = current > idle ? current - idle : current
        }
        use.memoryLimit = number("memory.max")
        use.processes = number("pids.current")
        if let bytes = try? directory.contents(of: "io.stat") {
            let (read, written) = Self.transfers(bytes)
            (use.read, use.written) = (read, written)
        }
        return use
    }

    /// The sums of `rbytes=` and `wbytes=` over the disks, a line each.
    static func transfers(_ bytes: [UInt8]) -> (read: UInt64, written: UInt64) {
        var sums: (read: UInt64, written: UInt64) = (0, 0)
        for word in CgroupTree.words(bytes) {
            if word.hasPrefix("rbytes=") { sums.read &+= UInt64(word.dropFirst(7)) ?? 0 }
            if word.hasPrefix("wbytes=") { sums.written &+= UInt64(word.dropFirst(7)) ?? 0 }
        }
        return sums
    }

    /// Sets control files, in this order. What cannot be set is told with what was set before it.
    public borrowing func set(_ settings: [CgroupSetting]) throws(CgroupError) { try apply(settings) }
}
