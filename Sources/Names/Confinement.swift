// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// What a process gives up that reads what a container's programs, and strangers, send it.
enum Confinement {
    /// Of memory, in bytes.
    private static let memory: UInt64 = 64 << 20

    /// What it holds, and no new thing: no file is opened, no socket made, no program started.
    private static let allowed = [
        "read", "write", "close", "lseek", "getdents64", "readlinkat", "fstat", "newfstatat", "fcntl", "recvfrom",
        "epoll_create1", "epoll_wait", "epoll_pwait", "epoll_ctl", "brk", "munmap", "mremap", "madvise", "futex",
        "rt_sigaction",
        "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "getpid", "gettid", "tgkill", "exit", "exit_group",
        "getrandom",
        "clock_gettime", "gettimeofday", "sched_yield", "restart_syscall", "rseq", "poll", "ppoll",
    ]

    private static func filter(_ own: [SeccompRule]) throws(SystemError) -> SeccompFilter {
        // No memory becomes a program.
        let notExecutable = SeccompComparison(2, .maskedEqual, 0, mask: 4)
        let rules = SeccompRules(
            defaultAction: .errno(38), foreignAction: .killProcess, architectures: [.native],
            rules: [
                SeccompRule(allowed, .allow), SeccompRule(["mmap", "mprotect"], .allow, where: [notExecutable]),
            ] + own)
        do throws(SeccompError) { return try SeccompRanges.compile(rules) } catch {
            throw SystemError("seccomp", .invalid)
        }
    }

    /// That the first argument of a call is the descriptor in a slot.
    static func isSlot(_ slot: Int, of given: borrowing DescriptorTable) throws(SystemError) -> SeccompComparison {
        SeccompComparison(0, .equal, UInt64(UInt32(bitPattern: try given.number(slot))))
    }

    /// Leaves this process, a copy of `parent`, with what is `given` to it and without any right, and to die with `parent`.
    /// It is for a process with one thread that ends by ``CurrentProcess/exitImmediately(_:)``.
    /// - Parameters:
    ///   - slots: how many there are; each is taken.
    ///   - rules: what it may beside.
    static func enter(
        parent: Int32, given: borrowing DescriptorTable, slots: Int, rules: [SeccompRule]
    ) throws(SystemError) {
        try CurrentProcess.resetSignals()
        CurrentProcess.ignore(.brokenPipe)
        try CurrentProcess.letGoOfCaller()
        var kept = KeptDescriptors()
        for slot in 0..<slots {
            try given.with(slot) { descriptor throws(SystemError) in kept.keep(descriptor) }
        }
        try CurrentProcess.closeDescriptors(except: kept)
        try ResourceLimit(soft: 0, hard: 0).apply(to: .core)
        let most = min(memory, try ResourceLimit.current(.data).hard)
        try ResourceLimit(soft: most, hard: most).apply(to: .data)
        // Where CAP_SETPCAP is missing the set stays as it is, and no_new_privs leaves nothing to be gained of it.
        if ProcessCapabilities.boundingOfCaller().contains(.setpcap) { try? ProcessCapabilities.bound(to: []) }
        try CurrentProcess.setNoNewPrivileges()
        try CurrentProcess.setSupplementaryGroups([])
        try CurrentProcess.setGroup(ConfinedProgram.user)
        try CurrentProcess.setUser(ConfinedProgram.user)
        try ProcessCapabilities.set(effective: [], permitted: [], inheritable: [])
        try CurrentProcess.setDumpable(false)
        _ = try Landlock.restrict(writing: [], reading: [])
        // The change of ids took it away: commit_creds of kernel/cred.c.
        try CurrentProcess.setParentDeathSignal(.kill)
        guard CurrentProcess.parent == parent else { throw SystemError("getppid", .noSuchProcess) }
        let filter = try filter(rules)
        _ = try filter.load()
    }
}
