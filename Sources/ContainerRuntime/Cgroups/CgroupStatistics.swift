// SPDX-License-Identifier: Apache-2.0
public import OCI

/// What a container uses, as the files of its cgroup say it: cgroup-v2.rst.
///
/// ``json`` is the schema of runc's `events --stats` (types/events.go), which was made for cgroup v1: times in
/// nanoseconds, memory and swap together, transfers by disk and direction. As there, what is zero is mostly left out, and
/// what a controller that the cgroup does not have would say is zero.
public struct CgroupStatistics: Sendable {
    /// The contents of the files that are there, by name.
    let files: [String: [UInt8]]
    /// `/proc/PID/net/dev` of a process of the container; nil where none is known.
    let interfaces: [UInt8]?

    init(files: [String: [UInt8]], interfaces: [UInt8]? = nil) {
        self.files = files
        self.interfaces = interfaces
    }

    /// The files that are read; those of huge pages are told from the names in the directory.
    static let names = [
        "cpu.stat", "cpu.pressure", "cpuset.cpus.effective", "cpuset.mems.effective", "memory.stat", "memory.current",
        "memory.max", "memory.peak", "memory.swap.current", "memory.swap.max", "memory.events", "memory.pressure",
        "pids.current", "pids.max", "io.stat", "io.pressure",
    ]

    /// The member `data` of an event of the type `stats`.
    public var json: JSON {
        [
            "cpu": processors, "cpuset": processorSet, "memory": memory, "pids": pids, "blkio": disks,
            "hugetlb": hugePages, "intel_rdt": .object(JSON.Object()), "network_interfaces": .array(network),
        ]
    }

    func numbers(_ file: String) -> [String: UInt64] { files[file].map(ControlFile.numbers(in:)) ?? [:] }

    /// The first word of a file.
    func word(_ file: String) -> String? { files[file].flatMap { CgroupTree.words($0).first } }

    /// A file of one number; 0 where it is not there, or says `max`.
    func number(_ file: String) -> UInt64 { word(file).flatMap { UInt64($0) } ?? 0 }

    /// An object of the members that say something.
    static func object(_ members: [(String, UInt64)]) -> JSON {
        .object(JSON.Object(members.filter { $0.1 != 0 }.map { ($0.0, JSON($0.1)) }))
    }

    private var processors: JSON {
        let times = numbers("cpu.stat")
        func nanoseconds(_ name: String) -> UInt64 {
            (times[name] ?? 0).multipliedReportingOverflow(by: 1000).partialValue
        }
        var usage = Self.object([("total", nanoseconds("usage_usec"))])
        usage["kernel"] = JSON(nanoseconds("system_usec"))
        usage["user"] = JSON(nanoseconds("user_usec"))
        var result: JSON = [
            "usage": usage,
            "throttling": Self.object([
                ("periods", times["nr_periods"] ?? 0), ("throttledPeriods", times["nr_throttled"] ?? 0),
                ("throttledTime", nanoseconds("throttled_usec")),
            ]),
        ]
        result["psi"] = pressure("cpu.pressure")
        return result
    }

    private var processorSet: JSON {
        func list(_ file: String) -> JSON? {
            guard let text = word(file) else { return nil }
            return .array(ControlFile.list(text).map { JSON($0) })
        }
        var result: JSON = .object(JSON.Object())
        result["cpus"] = list("cpuset.cpus.effective")
        result["mems"] = list("cpuset.mems.effective")
        // The first version's switches, which this one does not have.
        for name in [
            "cpu_exclusive", "mem_hardwall", "mem_exclusive", "memory_migrate", "memory_spread_page",
            "memory_spread_slab", "memory_pressure", "sched_load_balance", "sched_relax_domain_level",
        ] { result[name] = 0 }
        return result
    }

    private var pids: JSON { Self.object([("current", number("pids.current")), ("limit", number("pids.max"))]) }

    private var hugePages: JSON {
        var sizes = JSON.Object()
        for file in files.keys.sorted() where file.hasPrefix("hugetlb.") && file.hasSuffix(".current") {
            let size = String(file.dropFirst("hugetlb.".count).dropLast(".current".count))
            // Reservations have files of their own.
            if size.contains(".") { continue }
            var use = Self.object([("usage", number(file))])
            use["failcnt"] = JSON(numbers("hugetlb.\(size).events")["max"] ?? 0)
            sizes[size] = use
        }
        return .object(sizes)
    }

    /// Pressure stall information: `some avg10=0.00 avg60=0.00 avg300=0.00 total=0`, and the same of `full`.
    func pressure(_ file: String) -> JSON? {
        guard let bytes = files[file] else { return nil }
        var result = JSON.Object()
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let words = CgroupTree.words(Array(line))
            guard let name = words.first, name == "some" || name == "full" else { continue }
            var values = JSON.Object()
            for word in words.dropFirst() {
                let parts = word.split(separator: "=")
                guard parts.count == 2 else { continue }
                values[String(parts[0])] =
                    UInt64(parts[1]).map { JSON($0) } ?? Double(String(parts[1])).map { .number($0) }
            }
            result[name] = .object(values)
        }
        return result.keys.isEmpty ? nil : .object(result)
    }
}
