// SPDX-License-Identifier: Apache-2.0
internal import CLinux

/// How the kernel schedules a thread: sched(7), sched_setattr(2).
public struct Scheduling: Hashable, Sendable {
    /// The policies, by the number of `linux/sched.h`.
    public enum Policy: UInt32, Hashable, Sendable, CaseIterable {
        case other = 0
        case fifo = 1
        case roundRobin = 2
        case batch = 3
        /// Reserved, and implemented by no kernel, which says so.
        case iso = 4
        case idle = 5
        case deadline = 6

        /// The name in the runtime specification: `SCHED_FIFO`.
        public var name: String {
            switch self {
            case .other: "SCHED_OTHER"
            case .fifo: "SCHED_FIFO"
            case .roundRobin: "SCHED_RR"
            case .batch: "SCHED_BATCH"
            case .iso: "SCHED_ISO"
            case .idle: "SCHED_IDLE"
            case .deadline: "SCHED_DEADLINE"
            }
        }

        public init?(name: String) {
            guard let policy = Self.allCases.first(where: { $0.name == name }) else { return nil }
            self = policy
        }
    }

    /// `SCHED_FLAG_*`.
    public struct Flags: OptionSet, Hashable, Sendable {
        public let rawValue: UInt64
        public init(rawValue: UInt64) { self.rawValue = rawValue }

        /// The names in the runtime specification, in the order of their bits.
        public static let named: [(flag: Flags, name: String)] = [
            (Flags(rawValue: 0x01), "SCHED_FLAG_RESET_ON_FORK"), (Flags(rawValue: 0x02), "SCHED_FLAG_RECLAIM"),
            (Flags(rawValue: 0x04), "SCHED_FLAG_DL_OVERRUN"), (Flags(rawValue: 0x08), "SCHED_FLAG_KEEP_POLICY"),
            (Flags(rawValue: 0x10), "SCHED_FLAG_KEEP_PARAMS"), (Flags(rawValue: 0x20), "SCHED_FLAG_UTIL_CLAMP_MIN"),
            (Flags(rawValue: 0x40), "SCHED_FLAG_UTIL_CLAMP_MAX"),
        ]

        /// The one flag of this name; nil for a name that is none.
        public init?(name: String) {
            guard let known = Self.named.first(where: { $0.name == name }) else { return nil }
            self = known.flag
        }

        public var names: [String] { Self.named.filter { contains($0.flag) }.map(\.name) }
    }

    public var policy: Policy
    public var flags: Flags
    /// -20 to 19, of the policies that are not real-time.
    public var nice: Int32
    /// 1 to 99, of `SCHED_FIFO` and `SCHED_RR`.
    public var priority: UInt32
    /// Of `SCHED_DEADLINE`, in nanoseconds.
    public var runtime: UInt64
    public var deadline: UInt64
    public var period: UInt64

    public init(
        policy: Policy, flags: Flags = [], nice: Int32 = 0, priority: UInt32 = 0, runtime: UInt64 = 0,
        deadline: UInt64 = 0, period: UInt64 = 0
    ) {
        self.policy = policy
        self.flags = flags
        self.nice = nice
        self.priority = priority
        self.runtime = runtime
        self.deadline = deadline
        self.period = period
    }

    /// Makes this the scheduling of the calling thread: sched_setattr(2).
    public func apply() throws(SystemError) {
        var attributes = mb_scheduling()
        attributes.policy = policy.rawValue
        attributes.flags = flags.rawValue
        attributes.nice = nice
        attributes.priority = priority
        attributes.runtime = runtime
        attributes.deadline = deadline
        attributes.period = period
        try check("sched_setattr") { unsafe mb_sched_setattr(&attributes) }
    }

    /// That of the calling thread: sched_getattr(2).
    public static func current() throws(SystemError) -> Scheduling {
        var attributes = mb_scheduling()
        try check("sched_getattr") { unsafe mb_sched_getattr(&attributes) }
        return Scheduling(
            policy: Policy(rawValue: attributes.policy) ?? .other, flags: Flags(rawValue: attributes.flags),
            nice: attributes.nice, priority: attributes.priority, runtime: attributes.runtime,
            deadline: attributes.deadline, period: attributes.period)
    }
}
