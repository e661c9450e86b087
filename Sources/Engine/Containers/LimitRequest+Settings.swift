// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

extension LimitRequest {
    /// The least that a container can start with: below it the kernel kills the set-up itself.
    static let leastMemory: UInt64 = 1 << 20

    /// The control files that these limits are: cgroup-v2.rst.
    func settings() throws(EngineError) -> [CgroupSetting] {
        var settings: [CgroupSetting] = []
        func add(_ file: String, _ value: some CustomStringConvertible) {
            settings.append(CgroupSetting(file: file, value: "\(value)"))
        }
        if let memory {
            guard memory.bytes >= Self.leastMemory else {
                throw EngineError(
                    .invalid, "--memory \(memory.bytes) is less than a container starts with: write 1m or more")
            }
            add("memory.max", memory.bytes)
        }
        if let memoryAndSwap { try addSwap(memoryAndSwap, to: &settings) }
        if let memoryReservation { add("memory.low", memoryReservation.bytes) }
        if let share = try processorTime() { add("cpu.max", share) }
        if let weight = CPUWeight.weight(ofShares: UInt64(cpuShares?.shares ?? 0)) { add("cpu.weight", weight) }
        if let cpuSet { add("cpuset.cpus", cpuSet) }
        if let memoryNodes { add("cpuset.mems", memoryNodes) }
        if let blockWeight { settings.append(.weight(blockWeight.weight)) }
        switch processes {
        case .processes(let count)?: add("pids.max", count)
        case .unlimited?: add("pids.max", "max")
        case nil: break
        }
        for (key, rates) in [
            ("rbps", readBytes), ("wbps", writeBytes), ("riops", readOperations), ("wiops", writeOperations),
        ] {
            for rate in rates { add("io.max", "\(try blockDevice(rate.path)) \(key)=\(rate.rate)") }
        }
        return settings
    }

    /// `cpu.max`: the quota and the period.
    private func processorTime() throws(EngineError) -> String? {
        let period = cpuPeriod?.microseconds ?? 100_000
        if cpuPeriod != nil || cpuQuota != nil {
            guard cpus == nil else {
                throw EngineError(.invalid, "--cpus is a quota of a period: leave --cpu-period and --cpu-quota out")
            }
            guard case .microseconds(let quota)? = cpuQuota else { return "max \(period)" }
            return "\(quota) \(period)"
        }
        return cpus?.quota().map { "\($0) \(period)" }
    }

    private func addSwap(_ both: ByteLimit, to settings: inout [CgroupSetting]) throws(EngineError) {
        switch both {
        case .unlimited: settings.append(CgroupSetting(file: "memory.swap.max", value: "max"))
        case .bytes(let total):
            guard let memory else {
                throw EngineError(.invalid, "--memory-swap is memory and swap together: give --memory too")
            }
            guard total >= memory.bytes else {
                throw EngineError(
                    .invalid, "--memory-swap \(total) is less than --memory \(memory.bytes), which it includes")
            }
            // Cgroup v2 counts swap alone.
            settings.append(CgroupSetting(file: "memory.swap.max", value: "\(total - memory.bytes)"))
        }
    }

    private func blockDevice(_ path: String) throws(EngineError) -> DeviceNumber {
        do {
            let status = try Descriptor.open(path, .path).status()
            guard status.kind == .block else { throw EngineError(.invalid, "\(path) is no block device") }
            return status.node
        } catch let error as SystemError {
            throw EngineError(.missing, "cannot limit \(path)", cause: error)
        } catch let error as EngineError {
            throw error
        } catch {
            throw EngineError(.invalid, path, cause: error)
        }
    }
}
