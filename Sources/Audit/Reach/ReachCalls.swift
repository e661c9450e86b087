// SPDX-License-Identifier: Apache-2.0

/// The system calls behind what `minibox-probe reach` asks for, as a filter sees them.
enum ReachCalls {
    /// Those of another name, or with arguments that filters look at.
    private static let different: [String: (name: String, arguments: [UInt64])] = [
        "unshare-mnt": ("unshare", [0x0002_0000]), "unshare-net": ("unshare", [0x4000_0000]),
        "unshare-user": ("unshare", [0x1000_0000]), "clone-user": ("clone", [0x1000_0011]),
        "bpf-map": ("bpf", [0]), "bpf-program": ("bpf", [5]), "socket-packet": ("socket", [17, 3]),
        "socket-raw": ("socket", [2, 3, 1]), "socket-vsock": ("socket", [40, 1]), "socket-alg": ("socket", [38, 5]),
        "socket-netlink": ("socket", [16, 3]), "personality": ("personality", [0x0004_0000]),
        "ptrace-traceme": ("ptrace", [0]), "landlock": ("landlock_create_ruleset", [0, 0, 1]),
        "seccomp-notify": ("seccomp", [3]), "request_key": ("request_key", []), "keyctl": ("keyctl", [0]),
    ]

    /// Those that are several calls, or none that is theirs alone.
    private static let several: Set<String> = [
        "parent-memory", "receive-buffer", "bind-low", "audit-get", "bounding-set", "file-capability", "append-only",
        "mode-0", "real-time", "raise-limit", "wake-alarm", "ns_last_pid", "mlock", "mknod", "fchown", "setgroups",
        "setresuid",
    ]

    /// The call behind a name of the probe's; nil where a filter's answer to one call does not say what comes of it.
    static func call(_ name: String) -> CallCase? {
        if several.contains(name) { return nil }
        if let other = different[name] { return CallCase(name, other.name, other.arguments) }
        return CallCase(name, name)
    }
}
