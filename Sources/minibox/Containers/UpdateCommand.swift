// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

/// `minibox update CONTAINER...`.
enum UpdateCommand {
    /// What its line says.
    struct Options: Sendable {
        var containers: [String] = []
        var change = UpdateRequest()
        var isEmpty = true
    }

    /// The table of `minibox update`.
    static func table() -> Command<Options> {
        Command(
            "Change the limits of containers, now and for their next starts", options: Options(),
            positionals: [.oneOrMore("CONTAINER") { $0.containers.append($1) }],
            flags: [
                limit("memory", short: "m", "BYTES", "Most memory it may use", ByteCount.init(parsing:)) {
                    $0.memory = $1
                },
                limit(
                    "memory-swap", "BYTES", "Most memory and swap together, -1 for any", ByteLimit.init(parsing:)
                ) { $0.memoryAndSwap = $1 },
                limit(
                    "memory-reservation", "BYTES", "Memory that is left to it when others want some",
                    ByteCount.init(parsing:)
                ) { $0.memoryReservation = $1 },
                limit("cpus", "NUMBER", "Most processors it may use, as in 1.5", CPUCount.init(parsing:)) {
                    $0.cpus = $1
                },
                limit("cpu-period", "MICROSECONDS", "Period of --cpu-quota", CPUPeriod.init(parsing:)) {
                    $0.cpuPeriod = $1
                },
                limit(
                    "cpu-quota", "MICROSECONDS", "Most processor time in each period, -1 for any",
                    CPUQuota.init(parsing:)
                ) { $0.cpuQuota = $1 },
                limit("cpu-shares", short: "c", "NUMBER", "Weight among others (1024)", CPUShares.init(parsing:)) {
                    $0.cpuShares = $1
                },
                limit("cpuset-cpus", "LIST", "Processors it may use, as in 0-3,5", CPUList.init(parsing:)) {
                    $0.cpuSet = $1
                },
                limit("cpuset-mems", "LIST", "Nodes of memory it may use, as in 0-1", MemoryNodeList.init(parsing:)) {
                    $0.memoryNodes = $1
                },
                limit(
                    "blkio-weight", "NUMBER", "Weight of its input and output among others, 10 to 1000",
                    BlockWeight.init(parsing:)
                ) { $0.blockWeight = $1 },
                limit("pids-limit", "NUMBER", "Most processes, -1 for any", ProcessLimit.init(parsing:)) {
                    $0.processes = $1
                },
                .value(
                    "restart", "POLICY", "Start it again: no, on-failure[:N], always or unless-stopped",
                    RestartPolicy.init(parsing:)
                ) { ($0.change.restart, $0.isEmpty) = ($1, false) },
            ])
    }

    private static func limit<Value>(
        _ name: String, short: Character? = nil, _ value: String, _ help: String,
        _ read: @escaping @Sendable (String) throws(SyntaxError) -> Value,
        set: @escaping @Sendable (inout LimitRequest, Value) -> Void
    ) -> Flag<Options> {
        .value(name, short: short, value, help, read) { options, value in
            set(&options.change.limits, value)
            options.isEmpty = false
        }
    }

    /// Changes each container that is named.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        guard !options.isEmpty else {
            throw EngineError(.invalid, "nothing is to be changed: name a limit, as in --memory 512m, or --restart")
        }
        let engine = try globals.engine
        return try Minibox.each(options.containers) { try engine.update($0, options.change) }
    }
}
