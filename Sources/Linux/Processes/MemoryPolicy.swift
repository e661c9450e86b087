// SPDX-License-Identifier: Apache-2.0
internal import CLinux

/// Which memory nodes a process' pages come from: set_mempolicy(2). It survives exec.
public struct MemoryPolicy: Hashable, Sendable {
    /// The modes, by the number of `linux/mempolicy.h`.
    public enum Mode: Int32, Hashable, Sendable, CaseIterable {
        case `default` = 0
        case preferred = 1
        case bind = 2
        case interleave = 3
        case local = 4
        /// Since 5.15.
        case preferredMany = 5
        /// Since 6.9.
        case weightedInterleave = 6

        /// The name in the runtime specification: `MPOL_BIND`.
        public var name: String {
            switch self {
            case .default: "MPOL_DEFAULT"
            case .preferred: "MPOL_PREFERRED"
            case .bind: "MPOL_BIND"
            case .interleave: "MPOL_INTERLEAVE"
            case .local: "MPOL_LOCAL"
            case .preferredMany: "MPOL_PREFERRED_MANY"
            case .weightedInterleave: "MPOL_WEIGHTED_INTERLEAVE"
            }
        }

        public init?(name: String) {
            guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
            self = found
        }
    }

    /// `MPOL_F_*`, part of the mode for the kernel.
    public struct Flags: OptionSet, Hashable, Sendable {
        public let rawValue: Int32
        public init(rawValue: Int32) { self.rawValue = rawValue }

        public static let named: [(flag: Flags, name: String)] = [
            (Flags(rawValue: 1 << 13), "MPOL_F_NUMA_BALANCING"), (Flags(rawValue: 1 << 14), "MPOL_F_RELATIVE_NODES"),
            (Flags(rawValue: 1 << 15), "MPOL_F_STATIC_NODES"),
        ]

        /// The one flag of this name; nil for a name that is none.
        public init?(name: String) {
            guard let known = Self.named.first(where: { $0.name == name }) else { return nil }
            self = known.flag
        }

        public var names: [String] { Self.named.filter { contains($0.flag) }.map(\.name) }
    }

    public var mode: Mode
    public var flags: Flags
    /// nil for the modes that take none.
    public var nodes: NumberSet?

    public init(mode: Mode, flags: Flags = [], nodes: NumberSet? = nil) {
        self.mode = mode
        self.flags = flags
        self.nodes = nodes
    }

    /// Makes this the policy of the calling thread.
    public func apply() throws(SystemError) {
        let mode = mode.rawValue | flags.rawValue
        let mask = nodes?.mask ?? []
        // The kernel takes one bit less than it is told: get_nodes of mm/mempolicy.c.
        let count = mask.isEmpty ? 0 : UInt(mask.count * 64 + 1)
        try check("set_mempolicy") { unsafe mb_set_mempolicy(mode, mask, count) }
    }

    /// That of the calling thread: get_mempolicy(2).
    public static func current() throws(SystemError) -> MemoryPolicy {
        var mode: CInt = 0
        var mask = [UInt64](repeating: 0, count: 64)
        try check("get_mempolicy") { unsafe mb_get_mempolicy(&mode, &mask, UInt(mask.count * 64)) }
        let flags = Flags(rawValue: mode & ~0x1fff)
        return MemoryPolicy(
            mode: Mode(rawValue: mode & 0x1fff) ?? .default, flags: flags,
            nodes: mask.contains { $0 != 0 } ? NumberSet(mask: mask) : nil)
    }
}
