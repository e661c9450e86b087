// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux
internal import OCI

/// `update ID`.
enum UpdateVerb {
    typealias Resources = RuntimeConfiguration.Resources

    struct Options: Sendable {
        /// `-` for standard input.
        var file: String?
        var resources = Resources()
        /// What there is none of here, once it was asked for.
        var refused: String?
    }

    static let verb = Verb(
        name: "update", group: .inside, words: "ID", count: 1...1, summary: "Change the limits of a container",
        options: Options(),
        flags: [
            .value("resources", "r", "FILE|-", "Read them as the specification's 'resources'; then no flag counts") {
                $0.file = $1
            }
        ] + memory + processors + others, perform: perform)

    private static let memory: [Flag<Options>] = [
        bytes("memory", "Of memory") { $0.limit = $1 },
        bytes("memory-reservation", "Of memory that is not taken back before others'") { $0.reservation = $1 },
        bytes("memory-swap", "Of memory and swap together; -1 for no limit") { $0.swap = $1 },
        bytes("kernel-memory", "Ignored: cgroup v2 counts it with the memory") { $0.kernel = $1 },
        bytes("kernel-memory-tcp", "Ignored: cgroup v2 counts it with the memory") { $0.kernelTCP = $1 },
    ]

    private static let processors: [Flag<Options>] = [
        number("cpu-period", "US", "Length of a period, in microseconds") { (all, value) in
            all.changeProcessor { $0.period = value }
        },
        number("cpu-quota", "US", "Microseconds of a period that it may run; -1 for all") { (all, value) in
            all.changeProcessor { $0.quota = value }
        },
        number("cpu-burst", "US", "Microseconds that it may save up") { (all, value) in
            all.changeProcessor { $0.burst = value }
        },
        number("cpu-share", "N", "Weight against others") { (all, value) in all.changeProcessor { $0.shares = value } },
        number("cpu-rt-period", "US", "Of real-time scheduling, which cgroup v2 does not limit") {
            (all, value) in all.changeProcessor { $0.realtimePeriod = value }
        },
        number("cpu-rt-runtime", "US", "Of real-time scheduling, which cgroup v2 does not limit") {
            (all, value) in all.changeProcessor { $0.realtimeRuntime = value }
        },
        number("cpu-idle", "0|1", "Run only when nothing else does") { (all, value) in
            all.changeProcessor { $0.idle = value }
        },
        .value("cpuset-cpus", nil, "LIST", "Processors that it may run on") {
            (options, list) in options.resources.changeProcessor { $0.cpus = list }
        },
        .value("cpuset-mems", nil, "LIST", "Memory nodes that it may use") {
            (options, list) in options.resources.changeProcessor { $0.mems = list }
        },
    ]

    private static let others: [Flag<Options>] = [
        number("blkio-weight", "N", "Weight of its transfers, from 10 to 1000") {
            (all, value) in all.changeBlockIO { $0.weight = value }
        },
        number("pids-limit", "N", "Processes; -1 for no limit") { $0.pids = .init(limit: $1) },
        .value("l3-cache-schema", nil, "SCHEMA", "Refused: there is no Intel RDT here") {
            (options, _) in options.refused = "l3-cache-schema"
        },
        .value("mem-bw-schema", nil, "SCHEMA", "Refused: there is no Intel RDT here") {
            (options, _) in options.refused = "mem-bw-schema"
        },
    ]

    private static func number<Number: FixedWidthInteger & Sendable>(
        _ name: String, _ placeholder: String, _ help: String,
        _ set: @escaping @Sendable (inout Resources, Number) -> Void
    ) -> Flag<Options> {
        .value(name, nil, placeholder, help) { (options, text) throws(UsageError) in
            set(&options.resources, try FlagValue.number(text, of: name))
        }
    }

    private static func bytes(
        _ name: String, _ help: String, _ set: @escaping @Sendable (inout Resources.Memory, Int64) -> Void
    ) -> Flag<Options> {
        .value(name, nil, "BYTES", help) { (options, text) throws(UsageError) in
            guard let count = FlagValue.bytes(text) else {
                throw UsageError("the value of --\(name) is not a size: '\(text)'", hint: "write it as 512m, 2g or -1")
            }
            var memory = options.resources.memory ?? Resources.Memory()
            set(&memory, count)
            options.resources.memory = memory
        }
    }

    private static func perform(
        _ options: Options, _ words: [String], _ session: inout Session
    ) throws(RuntimeError) -> Int32 {
        let runtime = try session.runtimeForCgroups()
        if let refused = options.refused {
            throw RuntimeError(
                .unsupported, "--\(refused) is not supported: this runtime does not use Intel RDT",
                RuntimeError.Details(phase: "intelRdt"))
        }
        let resources = try options.file.map { file throws(RuntimeError) in try read(file) } ?? options.resources
        for note in try runtime.update(try ContainerID(words[0]), resources) { session.log.warn(note) }
        return 0
    }

    private static func read(_ file: String) throws(RuntimeError) -> Resources {
        let bytes: [UInt8]
        let name = file == "-" ? "standard input" : file
        do {
            bytes = try file == "-" ? Descriptor.standardInput().readAll() : Descriptor.contents(of: file)
        } catch {
            throw RuntimeError(.invalid, "cannot read \(name)", path: name, cause: error)
        }
        do {
            return try Resources(parsing: bytes)
        } catch {
            throw RuntimeError(error, in: bytes, named: name)
        }
    }
}

extension RuntimeConfiguration.Resources {
    /// Those of the processor, made when the first flag sets one.
    fileprivate mutating func changeProcessor(_ change: (inout CPU) -> Void) {
        var new = cpu ?? CPU()
        change(&new)
        cpu = new
    }

    fileprivate mutating func changeBlockIO(_ change: (inout BlockIO) -> Void) {
        var new = blockIO ?? BlockIO()
        change(&new)
        blockIO = new
    }
}
