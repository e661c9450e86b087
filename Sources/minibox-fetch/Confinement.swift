// SPDX-License-Identifier: Apache-2.0
import Linux
import OCI

/// What the program denies itself before it speaks with anybody, beyond what whoever started it has taken from it.
struct Confinement {
    /// The version of Landlock; nil where the kernel has none, or refused.
    var landlock: Int32?
    var hasFilter = false

    var json: JSON {
        ["landlock": landlock.map { JSON($0) } ?? .null, "filter": .bool(hasFilter)]
    }

    /// What is read: the machine's certificates, and how names are resolved; not `/etc` as a whole, and no home. Of
    /// `/proc` libdispatch reads the state of its threads, by their own numbers, and ends the program where it cannot;
    /// Landlock keeps what is secret of other processes there.
    static let readable = [
        "/etc/ssl", "/etc/pki", "/etc/ca-certificates", "/usr/share/ca-certificates",
        "/usr/local/share/ca-certificates",
        "/usr/lib/ssl", "/etc/hosts", "/etc/resolv.conf", "/run/systemd/resolve", "/run/resolvconf",
        "/run/NetworkManager", "/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf", "/etc/services",
        "/etc/protocols", "/etc/localtime", "/usr/share/zoneinfo", "/dev/urandom", "/proc",
        "/sys/devices/system/cpu", "/sys/fs/cgroup",
    ]

    /// Where authorities are that are believed instead of the machine's, as OpenSSL and Go have it: `SSL_CERT_FILE`, and
    /// `SSL_CERT_DIR`, of hashed names.
    static var chosenAuthorities: String? {
        Environment.value(of: "SSL_CERT_FILE") ?? Environment.value(of: "SSL_CERT_DIR")
    }

    /// System calls that start programs, look into others, or change what is mounted or loaded.
    static let denied = [
        "execve", "execveat", "fork", "vfork", "ptrace", "process_vm_readv", "process_vm_writev", "kcmp", "pidfd_getfd",
        "mount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree", "fsopen", "fsmount", "fsconfig",
        "fspick",
        "mount_setattr", "unshare", "setns", "init_module", "finit_module", "delete_module", "kexec_load",
        "kexec_file_load", "bpf", "perf_event_open", "userfaultfd", "keyctl", "add_key", "request_key", "mknod",
        "mknodat", "chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown", "fchownat", "link", "linkat", "symlink",
        "symlinkat", "io_uring_setup", "io_uring_enter", "io_uring_register", "reboot", "swapon", "swapoff",
        "personality", "name_to_handle_at", "open_by_handle_at",
    ]

    static func enter() -> Confinement {
        var result = Confinement()
        try? ResourceLimit(soft: 0, hard: 0).apply(to: .core)
        // Nobody of the same user looks at its memory, where there are passwords.
        try? CurrentProcess.setDumpable(false)
        guard (try? CurrentProcess.setNoNewPrivileges()) != nil else { return result }
        result.landlock = try? Landlock.restrict(
            writing: ["."], reading: readable + [chosenAuthorities].compactMap { $0 })
        let rules = SeccompRules(
            defaultAction: .allow, foreignAction: .killProcess, architectures: [.native],
            rules: [
                SeccompRule(denied, .errno(1)),
                // Threads, but no processes: clone3 cannot be looked into, and the C library does without.
                SeccompRule(["clone3"], .errno(38)),
                SeccompRule(["clone"], .errno(1), where: [SeccompComparison(0, .maskedEqual, 0, mask: 0x10000)]),
            ])
        result.hasFilter = (try? SeccompRanges.compile(rules).load()) != nil
        return result
    }
}
