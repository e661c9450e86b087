// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension SeccompProfile {
    /// The profile of a container that asks for none: what ordinary programs need, as much as Docker's, and less of what
    /// attacks need.
    ///
    /// What it does not name fails with ENOSYS, as on a kernel that has no such call: libraries then fall back to an
    /// older one. So the calls that it knows and refuses are named too, and fail with EPERM.
    public static let standard = SeccompProfile(
        defaultAction: .errno(38), foreignAction: .errno(38), companions: [.amd64: [.x86], .arm64: [.arm]],
        groups: everyone + filtered + byCapability)

    /// Stands for all that ``standard`` says, where a cache has to tell versions apart; a test holds it against the text.
    static let standardVersion: UInt64 = 8392898593383960771

    private static let everyone: [Group] =
        ([
            SystemCalls.contents, SystemCalls.names, SystemCalls.attributes, SystemCalls.waiting, SystemCalls.memory,
            SystemCalls.processes, SystemCalls.signals, SystemCalls.clocks, SystemCalls.identities,
            SystemCalls.scheduling, SystemCalls.sockets, SystemCalls.ipc, SystemCalls.confinement,
            SystemCalls.inspection, SystemCalls.architecture,
        ] as [[String]]).map { Group(SeccompRule($0, .allow)) } + [Group(SeccompRule(SystemCalls.refused, refusal))]

    private static let refusal = SeccompAction.errno(1)
}

// MARK: - Calls of which some arguments are refused

extension SeccompProfile {
    private static let filtered: [Group] =
        terminals + families + personalities + [
            // Behind a pointer, where no filter sees the address family: this call could make a socket of any.
            refuse("socketcall", where: .low(0, 1)),
            Group(SeccompRule(["socketcall"], .allow)),
        ]

    /// The kernel takes 32 bits of the request, so only they are compared: 64 would let it through with another half.
    private static let terminals: [Group] = [
        // TIOCSTI types into the terminal of whoever started the container (CVE-2017-5226 and its like).
        refuse("ioctl", where: .low(1, 0x5412)),
        // TIOCLINUX pastes a selection into a virtual console (CVE-2023-28100).
        refuse("ioctl", where: .low(1, 0x541c)),
        Group(SeccompRule(["ioctl"], .allow)),
    ]

    /// The address families that a kernel still has, without two: AF_ALG (38), the kernel's ciphers for anyone to reach,
    /// a source of privilege escalations; and AF_VSOCK (40), which reaches the virtual machine's host past every network
    /// namespace.
    private static let families: [Group] =
        (Array(1...11) + Array(13...18) + [21, 22, 24] + Array(26...33) + [35, 36, 39] + Array(41...45)).map {
            Group(SeccompRule(["socket"], .allow, where: [.init(0, .equal, $0)]))
        } + [Group(SeccompRule(["socket"], refusal))]

    /// PER_LINUX and PER_LINUX32, each also with the version number of Linux 2.6 (UNAME26), and the question which it
    /// is; the other personalities turn protections off (ADDR_NO_RANDOMIZE, READ_IMPLIES_EXEC) or wake dead code.
    private static let personalities: [Group] =
        [0, 8, 0x20000, 0x20008, 0xffff_ffff].map {
            Group(SeccompRule(["personality"], .allow, where: [.init(0, .equal, $0)]))
        } + [Group(SeccompRule(["personality"], refusal))]

    private static func refuse(_ name: String, where comparison: SeccompComparison) -> Group {
        Group(SeccompRule([name], refusal, where: [comparison]))
    }
}

// MARK: - Calls that go with a capability

extension SeccompProfile {
    private static let byCapability: [Group] =
        [
            // A new namespace hands out capabilities within it, and with them the kernel's least tested code.
            Group(
                SeccompRule(["clone"], .allow, where: [.init(0, .maskedEqual, 0, mask: 0x7e02_0000)]),
                excludes: .init(capabilities: .sysAdmin)),
            // Its flags are behind a pointer. The C library falls back to clone when the call is not there.
            Group(SeccompRule(["clone3"], .errno(38)), excludes: .init(capabilities: .sysAdmin)),
        ]
        + groups(SystemCalls.administration, with: .sysAdmin)
        + groups(["bpf"], with: .sysAdmin, or: .bpf)
        + groups(["perf_event_open"], with: .sysAdmin, or: .perfmon)
        + groups(["syslog"], with: .sysAdmin, or: .syslog)
        + groups(["open_by_handle_at"], with: .dacReadSearch)
        + groups(["reboot"], with: .sysBoot)
        + groups(["chroot"], with: .sysChroot)
        + groups(["init_module", "finit_module", "delete_module"], with: .sysModule)
        + groups(["acct"], with: .sysPacct)
        + groups(["kcmp", "pidfd_getfd", "process_madvise"], with: .sysPtrace)
        + groups(["iopl", "ioperm"], with: .sysRawio)
        + groups(["settimeofday", "stime", "clock_settime", "clock_settime64"], with: .sysTime)
        + groups(["vhangup"], with: .sysTtyConfig)
        + groups(["mbind", "get_mempolicy", "set_mempolicy", "set_mempolicy_home_node"], with: .sysNice)

    /// Allowed with one of the capabilities, refused with none.
    private static func groups(
        _ names: [String], with capability: CapabilitySet, or other: CapabilitySet = []
    ) -> [Group] {
        var groups = [Group(SeccompRule(names, .allow), includes: .init(capabilities: capability))]
        if !other.isEmpty { groups.append(Group(SeccompRule(names, .allow), includes: .init(capabilities: other))) }
        groups.append(Group(SeccompRule(names, refusal), excludes: .init(capabilities: capability.union(other))))
        return groups
    }
}

extension SeccompComparison {
    /// That the low 32 bits of an argument are `value`: all that the kernel looks at where it takes an `int`.
    fileprivate static func low(_ argument: Int, _ value: UInt64) -> SeccompComparison {
        SeccompComparison(argument, .maskedEqual, value, mask: 0xffff_ffff)
    }
}
