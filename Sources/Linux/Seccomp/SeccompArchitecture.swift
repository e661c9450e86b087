// SPDX-License-Identifier: Apache-2.0
internal import CSeccomp
internal import Glibc

/// A system call table of the kernel, by the name that Docker and the OCI specification give it after `SCMP_ARCH_`.
public enum SeccompArchitecture: String, Hashable, Sendable, CaseIterable {
    case amd64 = "X86_64"
    case x86 = "X86"
    case x32 = "X32"
    case arm64 = "AARCH64"
    case arm = "ARM"
    case riscv64 = "RISCV64"

    /// The table of the programs that this binary's own architecture runs.
    public static var native: SeccompArchitecture {
        #if arch(arm64)
            .arm64
        #elseif arch(riscv64)
            .riscv64
        #else
            .amd64
        #endif
    }

    /// What `seccomp_data.arch` holds: `AUDIT_ARCH_*` of `linux/audit.h`. x32 shares that of x86_64.
    public var auditValue: UInt32 {
        switch self {
        case .amd64, .x32: 0xc000_003e
        case .x86: 0x4000_0003
        case .arm64: 0xc000_00b7
        case .arm: 0x4000_0028
        case .riscv64: 0xc000_00f3
        }
    }

    /// Whether arguments are 32 bits wide.
    public var isNarrow: Bool { self == .x86 || self == .x32 || self == .arm }

    /// The bit that tells an x32 call from an x86_64 one: `__X32_SYSCALL_BIT`.
    public static let x32Bit: UInt32 = 0x4000_0000

    /// libseccomp's own token, which is the audit value except for x32.
    var token: UInt32 { self == .x32 ? 0x4000_003e : auditValue }
}

/// What a name means in one architecture's table.
public enum SystemCallNumber: Hashable, Sendable {
    case number(UInt32)
    /// A call of other architectures.
    case absent
    /// Not a call that this program knows: misspelt, or newer than it.
    case unknown
}

extension SeccompArchitecture {
    /// The number of the call `name`, from libseccomp's tables and, for calls newer than them, from ours.
    public func number(of name: String) -> SystemCallNumber {
        let resolved = unsafe seccomp_syscall_resolve_name_arch(token, name)
        if resolved >= 0 { return .number(UInt32(resolved)) }
        // libseccomp answers with the multiplexer's entry, though the call also has a number of its own.
        if self == .x86, let direct = Self.directOnX86[name] { return .number(direct) }
        if resolved != __NR_SCMP_ERROR { return .absent }
        guard let newer = Self.newer[name] else { return .unknown }
        if newer < 424, self != .amd64 { return .absent }
        return .number(self == .x32 ? newer | Self.x32Bit : newer)
    }

    /// The name of the call with this number, or nil.
    public func name(of number: UInt32) -> String? {
        if let known = unsafe seccomp_syscall_resolve_num_arch(token, CInt(bitPattern: number)) {
            defer { unsafe free(known) }
            return unsafe String(cString: known)
        }
        let bare = self == .x32 ? number & ~Self.x32Bit : number
        guard bare >= 424 || self == .amd64 else { return nil }
        return Self.newer.first { $0.value == bare }?.key
    }

    /// Whether i386 has the call behind a multiplexer too, where a filter does not see its arguments.
    static func isMultiplexed(_ name: String) -> Bool { directOnX86[name] != nil }

    /// The calls that i386 had only behind `socketcall` and `ipc` until Linux 4.3 and 5.1.
    private static let directOnX86: [String: UInt32] = [
        "socket": 359, "socketpair": 360, "bind": 361, "connect": 362, "listen": 363, "accept4": 364,
        "getsockopt": 365, "setsockopt": 366, "getsockname": 367, "getpeername": 368, "sendto": 369, "sendmsg": 370,
        "recvfrom": 371, "recvmsg": 372, "shutdown": 373, "semget": 393, "semctl": 394, "shmget": 395, "shmctl": 396,
        "shmat": 397, "shmdt": 398, "msgget": 399, "msgsnd": 400, "msgrcv": 401, "msgctl": 402,
        "recvmmsg": 337, "sendmmsg": 345,
    ]

    /// Numbers since 424 are the same on every architecture; the two below it are of x86_64 alone.
    private static let newer: [String: UInt32] = [
        "uretprobe": 335, "uprobe": 336,
        "cachestat": 451, "fchmodat2": 452, "map_shadow_stack": 453, "futex_wake": 454, "futex_wait": 455,
        "futex_requeue": 456, "statmount": 457, "listmount": 458, "lsm_get_self_attr": 459, "lsm_set_self_attr": 460,
        "lsm_list_modules": 461, "mseal": 462, "setxattrat": 463, "getxattrat": 464, "listxattrat": 465,
        "removexattrat": 466, "open_tree_attr": 467, "file_getattr": 468, "file_setattr": 469, "listns": 470,
    ]
}
