// SPDX-License-Identifier: Apache-2.0
public import ContainerRuntime
internal import Linux

/// What a container uses at a moment.
public struct ContainerUse: Sendable {
    public let record: ContainerRecord
    /// nil where it does not run, or has no cgroup.
    public let use: CgroupUse?
    /// Bytes over its interfaces; nil where it does not run, or has the host's.
    public let network: (received: UInt64, sent: UInt64)?
    /// Of ``Linux/Clock/monotonic``.
    public let time: UInt64
    /// Of the machine, in bytes: what is a limit where there is none.
    public let machineMemory: UInt64
}

extension Engine {
    /// What containers use now: those that are named, or all that run; with `all`, also those that do not.
    public func use(of names: [String], all: Bool) throws(EngineError) -> [ContainerUse] {
        recover()
        var records: [ContainerRecord] = []
        if names.isEmpty { records = try list(all: all) }
        for name in names { records.append(try containers.find(name)) }
        let memory = Self.machineMemory()
        return records.map { record in
            guard let process = record.runningProcess, let details = ContainerDetails(record.details) else {
                return ContainerUse(
                    record: record, use: nil, network: nil, time: Clock.monotonic, machineMemory: memory)
            }
            var use: CgroupUse?
            if let path = details.cgroup, let cgroup = try? Cgroup(opening: path) { use = cgroup.use() }
            let network = details.namespaces.contains(.network) ? Self.network(of: process) : nil
            return ContainerUse(
                record: record, use: use, network: network, time: Clock.monotonic, machineMemory: memory)
        }
    }

    /// The sums over all interfaces but the loopback one: proc_pid_net(5), `dev`.
    private static func network(of process: Int32) -> (received: UInt64, sent: UInt64)? {
        guard let bytes = try? Descriptor.contents(of: "/proc/\(process)/net/dev") else { return nil }
        return sums(ofInterfaces: bytes)
    }

    static func sums(ofInterfaces bytes: [UInt8]) -> (received: UInt64, sent: UInt64) {
        var sums: (received: UInt64, sent: UInt64) = (0, 0)
        for line in bytes.split(separator: UInt8(ascii: "\n")).dropFirst(2) {
            guard let colon = line.lastIndex(of: UInt8(ascii: ":")) else { continue }
            let name = line[..<colon].drop { $0 == UInt8(ascii: " ") }
            if name.elementsEqual(Array("lo".utf8)) { continue }
            let fields = line[(colon + 1)...].split(separator: UInt8(ascii: " ")).map {
                UInt64(String(decoding: $0, as: UTF8.self)) ?? 0
            }
            guard fields.count > 8 else { continue }
            sums.received &+= fields[0]
            sums.sent &+= fields[8]
        }
        return sums
    }

    /// proc_meminfo(5), `MemTotal`.
    private static func machineMemory() -> UInt64 {
        for line in ((try? Descriptor.contents(of: "/proc/meminfo")) ?? []).split(separator: UInt8(ascii: "\n"))
        where line.starts(with: Array("MemTotal:".utf8)) {
            let digits = line.dropFirst(9).drop { $0 == UInt8(ascii: " ") }.prefix(while: \.isDigit)
            return (UInt64(String(decoding: digits, as: UTF8.self)) ?? 0) << 10
        }
        return 0
    }
}
