// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// What the process gives up that answers a container's calls, since it reads what the container's programs have in their
/// memory.
///
/// It keeps what it needs: to look into processes of other users (CAP_SYS_PTRACE), and to add to the log of events, which is
/// root's. So it stays root, without any other capability and without ways to get one, and makes few calls: it opens files
/// to read them or to add to them, makes no socket and starts nothing. Landlock would keep it from looking into the
/// container's processes, which are not in its domain: landlock(7), ptrace restrictions.
enum CallConfinement {
    private static let allowed = [
        "read", "write", "close", "lseek", "readlinkat", "fstat", "newfstatat", "fcntl", "flock", "mkdirat", "renameat",
        "renameat2", "ioctl", "process_vm_readv", "accept4", "recvmsg", "epoll_wait", "epoll_pwait", "epoll_ctl", "brk",
        "munmap", "mremap", "madvise", "futex", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack",
        "getpid", "gettid", "tgkill", "exit", "exit_group", "getrandom", "clock_gettime", "gettimeofday",
        "sched_yield", "restart_syscall", "rseq",
    ]

    /// O_ACCMODE, O_CREAT, O_TRUNC and O_APPEND: what of the flags of openat(2) says what is done with a file.
    private static let deeds: UInt64 = 0o3 | 0o100 | 0o1000 | 0o2000
    /// O_WRONLY, O_CREAT, O_APPEND.
    private static let adding: UInt64 = 0o1 | 0o100 | 0o2000

    static var rules: SeccompRules {
        // No memory becomes a program.
        let notExecutable = SeccompComparison(2, .maskedEqual, 0, mask: 4)
        return SeccompRules(
            defaultAction: .errno(38), foreignAction: .killProcess, architectures: [.native],
            rules: [
                SeccompRule(allowed, .allow), SeccompRule(["mmap", "mprotect"], .allow, where: [notExecutable]),
                SeccompRule(["openat"], .allow, where: [SeccompComparison(2, .maskedEqual, 0, mask: deeds)]),
                SeccompRule(["openat"], .allow, where: [SeccompComparison(2, .maskedEqual, adding, mask: deeds)]),
            ])
    }

    /// Takes effect for this process, which has one thread.
    static func enter() throws(SystemError) {
        CurrentProcess.ignore(.brokenPipe)
        try ResourceLimit(soft: 0, hard: 0).apply(to: .core)
        let kept = try ProcessCapabilities.permittedOfCaller().intersection(.sysPtrace)
        // Where CAP_SETPCAP is missing the set stays as it is, and no_new_privs leaves nothing to be gained of it.
        if ProcessCapabilities.boundingOfCaller().contains(.setpcap) { try? ProcessCapabilities.bound(to: []) }
        try CurrentProcess.setNoNewPrivileges()
        try ProcessCapabilities.set(effective: kept, permitted: kept, inheritable: [])
        let filter: SeccompFilter
        do throws(SeccompError) { filter = try SeccompRanges.compile(rules) } catch {
            throw SystemError("seccomp", .invalid)
        }
        _ = try filter.load()
    }
}
