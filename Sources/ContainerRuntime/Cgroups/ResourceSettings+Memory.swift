// SPDX-License-Identifier: Apache-2.0
internal import OCI

extension ResourceSettings {
    mutating func addMemory(_ memory: RuntimeConfiguration.Resources.Memory) throws(CgroupError) {
        let limit = try Self.bytes(memory.limit, "memory.limit")
        let swap = try Self.bytes(memory.swap, "memory.swap")
        let reservation = try Self.bytes(memory.reservation, "memory.reservation")
        if memory.checkBeforeUpdate == true { try checkUse(limit: limit, swap: swap) }
        // Swap first: less memory may need more of it.
        try addSwap(swap, limit: limit)
        add(limit, to: "memory.max")
        add(reservation, to: "memory.low")
        noteFirstVersion(memory)
    }

    /// A number of bytes, or nil where nothing is asked for.
    private static func bytes(_ value: Int64?, _ member: String) throws(CgroupError) -> Int64? {
        guard let value, value != 0 else { return nil }
        guard value >= -1 else {
            throw CgroupError(.limit, "\(member): \(value) is no number of bytes: write -1 for no limit")
        }
        return value
    }

    private mutating func add(_ bytes: Int64?, to file: String) {
        guard let bytes else { return }
        if bytes == -1 { addUnlimited(file) } else { add(file, bytes) }
    }

    /// The first version counts memory and swap together, this one swap alone.
    private mutating func addSwap(_ swap: Int64?, limit: Int64?) throws(CgroupError) {
        guard let swap else {
            // As under the first version, whoever may have any memory may have any swap.
            if limit == -1 { addUnlimited("memory.swap.max") }
            return
        }
        if swap == -1 { return addUnlimited("memory.swap.max") }
        guard let memory = limit ?? current.memory, memory > 0 else {
            throw CgroupError(
                .limit,
                "memory.swap: \(swap) is memory and swap together, and memory has no limit: set memory.limit too")
        }
        guard swap >= memory else {
            throw CgroupError(
                .limit, "memory.swap: \(swap) is less than the \(memory) bytes of memory.limit, which it includes")
        }
        // A kernel that does not count swap, or has none, gives none.
        add("memory.swap.max", swap - memory, otherwise: swap == memory ? [] : nil)
    }

    /// The kernel would make room by killing.
    private func checkUse(limit: Int64?, swap: Int64?) throws(CgroupError) {
        guard let used = current.memoryInUse else { return }
        for (member, value) in [("memory.swap", swap), ("memory.limit", limit)] {
            guard let value, value > 0, value <= used else { continue }
            throw CgroupError(
                .inUse, "\(member): the container uses \(used) bytes now, which is not less than the limit of \(value)")
        }
    }

    private mutating func noteFirstVersion(_ memory: RuntimeConfiguration.Resources.Memory) {
        for (member, value) in [("memory.kernel", memory.kernel), ("memory.kernelTCP", memory.kernelTCP)]
        where (value ?? 0) > 0 {
            note("\(member) is ignored: cgroup v2 counts what the kernel uses as memory")
        }
        if let swappiness = memory.swappiness {
            note("memory.swappiness \(swappiness) is ignored: it is of cgroup v1 alone")
        }
        if memory.disableOOMKiller == true {
            note("memory.disableOOMKiller is ignored: under cgroup v2 the kernel kills where a limit is reached")
        }
    }
}
