// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// A system call with arguments that open more than the call's name says.
struct CallCase: Sendable {
    let words: String
    let name: String
    let arguments: [UInt64]
    /// Without which the kernel refuses the call by itself, whatever its user namespace.
    let capability: CapabilitySet

    init(_ words: String, _ name: String, _ arguments: [UInt64] = [], with capability: CapabilitySet = []) {
        self.words = words
        self.name = name
        self.arguments = arguments
        self.capability = capability
    }

    /// Those of A20: what escapes of the last years came by, each refused by a careful profile.
    static let all = [
        // CLONE_NEWUSER and SIGCHLD: capabilities over new namespaces, for anybody (CVE-2022-0185, CVE-2022-2588).
        CallCase("clone(CLONE_NEWUSER)", "clone", [0x1000_0011]),
        CallCase("unshare(CLONE_NEWUSER)", "unshare", [0x1000_0000]),
        // Its flags are behind a pointer, where no filter sees them.
        CallCase("clone3", "clone3"),
        CallCase("io_uring_setup", "io_uring_setup", [1]),
        // Not namespaced (CVE-2016-0728).
        CallCase("keyctl", "keyctl"), CallCase("add_key", "add_key"), CallCase("request_key", "request_key"),
        CallCase("bpf", "bpf"),
        CallCase("userfaultfd", "userfaultfd"),
        // The host of a virtual machine, past every network namespace.
        CallCase("socket(AF_VSOCK)", "socket", [40, 1]),
        CallCase("socket(AF_ALG)", "socket", [38, 5]),
        CallCase("socket(AF_PACKET)", "socket", [17, 3], with: .netRaw),
        // With a half that the kernel does not look at, too (CVE-2019-10063).
        CallCase("ioctl(TIOCSTI)", "ioctl", [0, 0x5412]),
        CallCase("ioctl(TIOCSTI) with more bits", "ioctl", [0, 0x1_0000_5412]),
        // ADDR_NO_RANDOMIZE.
        CallCase("personality(ADDR_NO_RANDOMIZE)", "personality", [0x0004_0000]),
    ]

    /// Those of A19: what belongs to whoever runs the machine, with capabilities that a container has not.
    static let administration = [
        "init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot", "swapon", "swapoff",
        "acct", "iopl", "ioperm", "perf_event_open", "open_by_handle_at", "settimeofday", "clock_settime", "mount",
        "umount2", "pivot_root", "move_mount", "open_tree", "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr",
        "setns", "quotactl", "syslog",
    ]

    /// Whether these filters let a call of that name through, on the machine's own architecture.
    static func isAllowed(_ name: String, by filters: [SeccompFilter]) -> Bool {
        CallCase(name, name).answer(of: filters, on: .native)?.isAllowing ?? false
    }

    /// What these filters do with it; nil where the architecture has no such call.
    func answer(of filters: [SeccompFilter], on architecture: SeccompArchitecture) -> SeccompAction? {
        guard case .number(let number) = architecture.number(of: name) else { return nil }
        let narrow = architecture.isNarrow ? arguments.map { $0 & 0xffff_ffff } : arguments
        return filters.answer(to: SystemCall(number, narrow, on: architecture))
    }
}
