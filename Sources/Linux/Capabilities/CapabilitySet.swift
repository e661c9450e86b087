// SPDX-License-Identifier: Apache-2.0

/// A set of capabilities, one bit each, numbered as in `capabilities(7)` and `linux/capability.h`.
public struct CapabilitySet: OptionSet, Hashable, Sendable {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// The set of the one capability with this number, 0 to 63.
    public init(number: Int) { self.init(rawValue: 1 << UInt64(number)) }

    public static let chown = CapabilitySet(number: 0)
    public static let dacOverride = CapabilitySet(number: 1)
    public static let dacReadSearch = CapabilitySet(number: 2)
    public static let fowner = CapabilitySet(number: 3)
    public static let fsetid = CapabilitySet(number: 4)
    public static let kill = CapabilitySet(number: 5)
    public static let setgid = CapabilitySet(number: 6)
    public static let setuid = CapabilitySet(number: 7)
    public static let setpcap = CapabilitySet(number: 8)
    public static let linuxImmutable = CapabilitySet(number: 9)
    public static let netBindService = CapabilitySet(number: 10)
    public static let netBroadcast = CapabilitySet(number: 11)
    public static let netAdmin = CapabilitySet(number: 12)
    public static let netRaw = CapabilitySet(number: 13)
    public static let ipcLock = CapabilitySet(number: 14)
    public static let ipcOwner = CapabilitySet(number: 15)
    public static let sysModule = CapabilitySet(number: 16)
    public static let sysRawio = CapabilitySet(number: 17)
    public static let sysChroot = CapabilitySet(number: 18)
    public static let sysPtrace = CapabilitySet(number: 19)
    public static let sysPacct = CapabilitySet(number: 20)
    public static let sysAdmin = CapabilitySet(number: 21)
    public static let sysBoot = CapabilitySet(number: 22)
    public static let sysNice = CapabilitySet(number: 23)
    public static let sysResource = CapabilitySet(number: 24)
    public static let sysTime = CapabilitySet(number: 25)
    public static let sysTtyConfig = CapabilitySet(number: 26)
    public static let mknod = CapabilitySet(number: 27)
    public static let lease = CapabilitySet(number: 28)
    public static let auditWrite = CapabilitySet(number: 29)
    public static let auditControl = CapabilitySet(number: 30)
    public static let setfcap = CapabilitySet(number: 31)
    public static let macOverride = CapabilitySet(number: 32)
    public static let macAdmin = CapabilitySet(number: 33)
    public static let syslog = CapabilitySet(number: 34)
    public static let wakeAlarm = CapabilitySet(number: 35)
    public static let blockSuspend = CapabilitySet(number: 36)
    public static let auditRead = CapabilitySet(number: 37)
    public static let perfmon = CapabilitySet(number: 38)
    public static let bpf = CapabilitySet(number: 39)
    public static let checkpointRestore = CapabilitySet(number: 40)

    /// The names in the order of their numbers, so that `names[n]` is the name of capability `n`.
    public static let names = [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID",
        "CAP_SETUID", "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST",
        "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_LOCK", "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO",
        "CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN", "CAP_SYS_BOOT", "CAP_SYS_NICE",
        "CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE", "CAP_AUDIT_WRITE",
        "CAP_AUDIT_CONTROL", "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM",
        "CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
    ]

    /// Every capability that has a name here.
    public static let named = CapabilitySet(rawValue: (1 << UInt64(names.count)) - 1)
}

extension CapabilitySet {
    /// The one capability called `name`, in any case, with or without `CAP_`; nil for a name that is none.
    public init?(name: some StringProtocol) {
        let upper = name.uppercased()
        let full = upper.hasPrefix("CAP_") ? upper : "CAP_" + upper
        guard let number = Self.names.firstIndex(of: full) else { return nil }
        self.init(number: number)
    }

    /// The numbers of the members, ascending.
    public var numbers: [Int] { (0..<64).filter { rawValue & (1 << UInt64($0)) != 0 } }

    /// The members' names in the order of their numbers; one without a name is `CAP_N`.
    public var memberNames: [String] {
        numbers.map { Self.names.indices.contains($0) ? Self.names[$0] : "CAP_\($0)" }
    }
}

extension CapabilitySet: CustomStringConvertible {
    /// `CAP_CHOWN,CAP_KILL`, or `none`.
    public var description: String { isEmpty ? "none" : memberNames.joined(separator: ",") }
}
