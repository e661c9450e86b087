// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// What a process gives up that reads what strangers wrote.
enum WorkerConfinement {
    /// To make files that belong to anybody and are of any kind. `sysAdmin` is for `trusted.overlay.opaque` and
    /// `security.ima`, which only who has it may set: kernel, fs/xattr.c, xattr_permission. Of what else it is good for, the
    /// filter lets nothing pass.
    private static let kept: CapabilitySet = [
        .chown, .dacOverride, .fowner, .fsetid, .mknod, .setfcap, .sysAdmin,
    ]

    /// Bytes of memory, of which a worker needs some 3 MiB, and 128 MiB more where zstd was told to look back that far.
    private static let memory: UInt64 = 512 << 20

    /// Files and memory, and nothing else: no programs, no processes, no network, no mounts.
    private static let allowed = [
        "read", "pread64", "readv", "write", "pwrite64", "writev", "lseek", "close", "dup", "fcntl", "ftruncate",
        "umask",
        "openat", "openat2", "mkdirat", "mknodat", "symlinkat", "linkat", "unlinkat", "fchown", "fchownat", "fchmod",
        "fchmodat", "fchmodat2", "utimensat", "fsetxattr", "lsetxattr", "newfstatat", "fstat", "statx", "getdents64",
        "readlinkat", "fchdir", "brk", "munmap", "mremap", "madvise", "futex", "rt_sigaction", "rt_sigprocmask",
        "rt_sigreturn", "sigaltstack", "getpid", "gettid", "tgkill", "exit", "exit_group", "getrandom", "clock_gettime",
        "gettimeofday", "poll", "ppoll", "sched_yield", "restart_syscall", "rseq", "fadvise64",
    ]

    /// The filter under which a worker runs. A call that it lacks fails with ENOSYS.
    static func filter() throws(SeccompError) -> SeccompFilter {
        // No memory becomes a program.
        let notExecutable = SeccompComparison(2, .maskedEqual, 0, mask: 4)
        let rules = SeccompRules(
            defaultAction: .errno(38), foreignAction: .killProcess, architectures: [.native],
            rules: [
                SeccompRule(allowed, .allow), SeccompRule(["mmap", "mprotect"], .allow, where: [notExecutable]),
            ])
        return try SeccompRanges.compile(rules)
    }

    /// The same directory, where devices are none, programs cannot be executed and set-id bits mean nothing: of who has
    /// taken a worker over, the nodes that it may make are no way to a disk. As it was where mounts cannot be made.
    static func withoutDevices(_ directory: consuming Descriptor) throws(SystemError) -> Descriptor {
        do throws(SystemError) {
            let mount = try DetachedMount(copying: directory)
            try mount.add(.inert, recursive: false)
            return mount.take()
        } catch {
            return directory
        }
    }

    /// Has no streams and no signals of the command's any more, and leaves nothing behind when it crashes.
    static func letGo() throws(SystemError) {
        try CurrentProcess.resetSignals()
        let nothing = try Descriptor.open("/dev/null", .readWrite)
        for stream: Int32 in 0...2 { try CurrentProcess.setStandardStream(stream, to: nothing) }
        try ResourceLimit(soft: 0, hard: 0).apply(to: .core)
        let most = try ResourceLimit.current(.data)
        let memory = min(memory, most.hard)
        try ResourceLimit(soft: memory, hard: memory).apply(to: .data)
        CurrentProcess.setFileModeMask(0)
    }

    /// Leaves this process, a copy of `parent`, without rights but over files, and to die with `parent`.
    static func confine(parent: Int32, _ filter: SeccompFilter) throws(SystemError) {
        try CurrentProcess.setNoNewPrivileges()
        let own = try ProcessCapabilities.permittedOfCaller().intersection(kept)
        if ProcessCapabilities.boundingOfCaller().contains(.setpcap) {
            try? ProcessCapabilities.bound(to: own)
        }
        try ProcessCapabilities.set(effective: own, permitted: own, inheritable: [])
        // Last, since a change of rights may take it away.
        try CurrentProcess.setParentDeathSignal(.kill)
        guard CurrentProcess.parent == parent else { throw SystemError("getppid", .noSuchProcess) }
        try filter.load()
    }
}
