// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Engine
internal import OCI

/// What a container uses, in the words that `stats` shows, which are docker's.
struct UseRow: Hashable, Sendable {
    let id: String
    let name: String
    let processors: String
    let memory: String
    let memoryShare: String
    let network: String
    let disks: String
    let processes: String

    private static let unknown = "--"

    /// - Parameter former: what it used a while before: a share of the processors is one of a time.
    init(_ use: ContainerUse, former: ContainerUse?) {
        id = use.record.id
        name = use.record.name
        func pair(_ first: String?, _ second: String?) -> String {
            "\(first ?? Self.unknown) / \(second ?? Self.unknown)"
        }
        if let now = use.use?.processorTime, let before = former?.use?.processorTime, let former,
            use.time > former.time, now >= before
        {
            // Microseconds of processors in nanoseconds of time.
            processors = Self.percent(Double(now - before) * 1000 / Double(use.time - former.time))
        } else {
            processors = Self.unknown
        }
        let limit = use.use?.memoryLimit.map { min($0, use.machineMemory) } ?? use.machineMemory
        if let used = use.use?.memory {
            memory = pair(Self.binary(used), Self.binary(limit))
            memoryShare = limit > 0 ? Self.percent(Double(used) / Double(limit)) : Self.unknown
        } else {
            (memory, memoryShare) = (pair(nil, nil), Self.unknown)
        }
        network = pair(use.network.map { Self.decimal($0.received) }, use.network.map { Self.decimal($0.sent) })
        disks = pair(use.use?.read.map(Self.decimal), use.use?.written.map(Self.decimal))
        processes = use.use?.processes.map { "\($0)" } ?? Self.unknown
    }

    /// With docker's names.
    func json(isUntruncated: Bool) -> JSON {
        .object(
            JSON.Object([
                ("BlockIO", .string(disks)), ("CPUPerc", .string(processors)),
                ("Container", .string(isUntruncated ? id : String(id.prefix(12)))),
                ("ID", .string(isUntruncated ? id : String(id.prefix(12)))), ("MemPerc", .string(memoryShare)),
                ("MemUsage", .string(memory)), ("Name", .string(name)), ("NetIO", .string(network)),
                ("PIDs", .string(processes)),
            ]))
    }

    /// `12.34%`, of 1.
    static func percent(_ share: Double) -> String {
        let hundredths = Int((share * 10000).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)%"
    }

    /// As docker writes memory: powers of 1024, four digits.
    static func binary(_ bytes: UInt64) -> String {
        scaled(Double(bytes), by: 1024, ["B", "KiB", "MiB", "GiB", "TiB", "PiB"], digits: 4)
    }

    /// As docker writes transfers: powers of 1000, three digits.
    static func decimal(_ bytes: UInt64) -> String {
        scaled(Double(bytes), by: 1000, ["B", "kB", "MB", "GB", "TB", "PB"], digits: 3)
    }

    private static func scaled(_ value: Double, by base: Double, _ units: [String], digits: Int) -> String {
        var rest = value
        var unit = 0
        while rest >= base, unit + 1 < units.count {
            rest /= base
            unit += 1
        }
        let whole = "\(Int(rest))".count
        var power = 1
        for _ in 0..<max(0, digits - whole) { power *= 10 }
        let rounded = Int((rest * Double(power)).rounded())
        var text = "\(rounded / power)"
        var fraction = "\(rounded % power + power)".dropFirst()
        while fraction.last == "0" { fraction.removeLast() }
        if !fraction.isEmpty { text += "." + fraction }
        return text + units[unit]
    }
}
