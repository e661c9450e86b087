// SPDX-License-Identifier: Apache-2.0

/// The system calls of the standard profile, by what programs use them for.
///
/// Names are those of every architecture together: `chown32` is the `chown` of i386. The 32-bit clocks' calls have a twin
/// that ends in `time64`.
enum SystemCalls {
    /// The bytes of an open file.
    static let contents = [
        "open", "openat", "openat2", "creat", "close", "close_range", "read", "readv", "pread64", "preadv", "preadv2",
        "write", "writev", "pwrite64", "pwritev", "pwritev2", "lseek", "_llseek", "dup", "dup2", "dup3", "fcntl",
        "fcntl64", "flock", "fsync", "fdatasync", "sync", "syncfs", "sync_file_range", "sync_file_range2",
        "arm_sync_file_range", "truncate", "truncate64", "ftruncate", "ftruncate64", "fallocate", "fadvise64",
        "fadvise64_64", "arm_fadvise64_64", "readahead", "cachestat", "copy_file_range", "sendfile", "sendfile64",
        "splice", "tee", "vmsplice", "io_setup", "io_submit", "io_cancel", "io_destroy", "io_getevents",
        "io_pgetevents", "io_pgetevents_time64",
    ]

    /// Paths, directories and what is in them. `mknod` makes pipes and sockets too; for devices there is the capability,
    /// and the device filter behind it.
    static let names = [
        "link", "linkat", "symlink", "symlinkat", "readlink", "readlinkat", "unlink", "unlinkat", "rename", "renameat",
        "renameat2", "mkdir", "mkdirat", "rmdir", "mknod", "mknodat", "chdir", "fchdir", "getcwd", "getdents",
        "getdents64", "name_to_handle_at",
    ]

    /// What is known about a file, and who may use it.
    static let attributes = [
        "stat", "stat64", "fstat", "fstat64", "lstat", "lstat64", "fstatat64", "newfstatat", "statx", "statfs",
        "statfs64", "fstatfs", "fstatfs64", "statmount", "listmount", "access", "faccessat", "faccessat2", "chmod",
        "fchmod", "fchmodat", "fchmodat2", "chown", "chown32", "fchown", "fchown32", "lchown", "lchown32", "fchownat",
        "umask", "utime", "utimes", "futimesat", "utimensat", "utimensat_time64", "getxattr", "lgetxattr", "fgetxattr",
        "getxattrat", "setxattr", "lsetxattr", "fsetxattr", "setxattrat", "listxattr", "llistxattr", "flistxattr",
        "listxattrat", "removexattr", "lremovexattr", "fremovexattr", "removexattrat",
    ]

    /// Until something happens.
    static let waiting = [
        "poll", "ppoll", "ppoll_time64", "select", "_newselect", "pselect6", "pselect6_time64", "epoll_create",
        "epoll_create1", "epoll_ctl", "epoll_ctl_old", "epoll_wait", "epoll_wait_old", "epoll_pwait", "epoll_pwait2",
        "eventfd", "eventfd2", "inotify_init", "inotify_init1", "inotify_add_watch", "inotify_rm_watch",
        "fanotify_mark", "futex", "futex_time64", "futex_waitv", "futex_wait", "futex_wake", "futex_requeue",
        "set_robust_list", "get_robust_list",
    ]

    /// A process's own address space.
    static let memory = [
        "brk", "mmap", "mmap2", "munmap", "mremap", "mprotect", "madvise", "mincore", "msync", "mlock", "mlock2",
        "mlockall", "munlock", "munlockall", "remap_file_pages", "memfd_create", "memfd_secret", "membarrier", "mseal",
        "map_shadow_stack", "pkey_alloc", "pkey_free", "pkey_mprotect", "process_mrelease", "rseq",
    ]

    /// Their lives.
    static let processes = [
        "fork", "vfork", "execve", "execveat", "exit", "exit_group", "wait4", "waitid", "waitpid", "pidfd_open",
        "pidfd_send_signal", "getpid", "getppid", "gettid", "getpgid", "getpgrp", "setpgid", "getsid", "setsid",
        "set_tid_address", "set_thread_area", "get_thread_area", "prctl", "restart_syscall", "uname", "sysinfo",
        "getrandom",
    ]

    static let signals = [
        "kill", "tkill", "tgkill", "pause", "rt_sigaction", "rt_sigpending", "rt_sigprocmask", "rt_sigqueueinfo",
        "rt_sigreturn", "rt_sigsuspend", "rt_sigtimedwait", "rt_sigtimedwait_time64", "rt_tgsigqueueinfo",
        "sigaltstack",
        "signalfd", "signalfd4", "sigprocmask", "sigreturn",
    ]

    /// To read clocks and to set timers. `adjtimex` only reads without CAP_SYS_TIME.
    static let clocks = [
        "time", "times", "gettimeofday", "clock_getres", "clock_getres_time64", "clock_gettime", "clock_gettime64",
        "clock_nanosleep", "clock_nanosleep_time64", "nanosleep", "adjtimex", "clock_adjtime", "clock_adjtime64",
        "alarm", "getitimer", "setitimer", "timer_create", "timer_delete", "timer_getoverrun", "timer_gettime",
        "timer_gettime64", "timer_settime", "timer_settime64", "timerfd_create", "timerfd_gettime",
        "timerfd_gettime64", "timerfd_settime", "timerfd_settime64",
    ]

    /// Users, groups and capabilities: the kernel asks for the capability itself.
    static let identities = [
        "getuid", "getuid32", "geteuid", "geteuid32", "getgid", "getgid32", "getegid", "getegid32", "getresuid",
        "getresuid32", "getresgid", "getresgid32", "getgroups", "getgroups32", "setuid", "setuid32", "setgid",
        "setgid32", "setreuid", "setreuid32", "setregid", "setregid32", "setresuid", "setresuid32", "setresgid",
        "setresgid32", "setfsuid", "setfsuid32", "setfsgid", "setfsgid32", "setgroups", "setgroups32", "capget",
        "capset",
    ]

    static let scheduling = [
        "getpriority", "setpriority", "ioprio_get", "ioprio_set", "getrlimit", "ugetrlimit", "setrlimit", "prlimit64",
        "getrusage", "getcpu", "sched_yield", "sched_getaffinity", "sched_setaffinity", "sched_getattr",
        "sched_setattr", "sched_getparam", "sched_setparam", "sched_getscheduler", "sched_setscheduler",
        "sched_get_priority_max", "sched_get_priority_min", "sched_rr_get_interval", "sched_rr_get_interval_time64",
    ]

    /// All that is done with a socket once it is there.
    static let sockets = [
        "socketpair", "bind", "listen", "accept", "accept4", "connect", "shutdown", "getsockname", "getpeername",
        "getsockopt", "setsockopt", "send", "sendto", "sendmsg", "sendmmsg", "recv", "recvfrom", "recvmsg", "recvmmsg",
        "recvmmsg_time64",
    ]

    /// Between processes of one IPC namespace.
    static let ipc = [
        "pipe", "pipe2", "ipc", "msgget", "msgsnd", "msgrcv", "msgctl", "semget", "semop", "semtimedop",
        "semtimedop_time64", "semctl", "shmget", "shmat", "shmdt", "shmctl", "mq_open", "mq_unlink", "mq_timedsend",
        "mq_timedsend_time64", "mq_timedreceive", "mq_timedreceive_time64", "mq_notify", "mq_getsetattr",
    ]

    /// With which a program confines itself further.
    static let confinement = ["seccomp", "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"]

    /// For debuggers. The kernel lets a process trace only others of its user namespace, and since 4.8 seccomp holds for
    /// what the tracer makes of a call.
    static let inspection = ["ptrace", "process_vm_readv", "process_vm_writev", "uretprobe"]

    /// Of single architectures: segments, instruction caches, thread pointers.
    static let architecture = [
        "arch_prctl", "modify_ldt", "breakpoint", "cacheflush", "set_tls", "riscv_flush_icache", "riscv_hwprobe",
    ]

    /// What CAP_SYS_ADMIN unlocks: namespaces, mounts, names of the host, quotas, security modules.
    static let administration = [
        "clone", "clone3", "unshare", "setns", "mount", "umount", "umount2", "fsopen", "fsconfig", "fsmount", "fspick",
        "open_tree", "move_mount", "mount_setattr", "sethostname", "setdomainname", "quotactl", "quotactl_fd",
        "fanotify_init", "lookup_dcookie", "lsm_get_self_attr", "lsm_set_self_attr", "lsm_list_modules",
    ]

    /// Refused whatever the capabilities.
    static let refused = [
        // Not namespaced: a key of one container is a key of all.
        "add_key", "request_key", "keyctl",
        // A second way into most of the kernel, past this filter, and a history of escalations.
        "io_uring_setup", "io_uring_enter", "io_uring_register",
        // Stops the kernel in the middle of a copy: what makes races winnable.
        "userfaultfd",
        // Another kernel, other swap, another root.
        "kexec_load", "kexec_file_load", "swapon", "swapoff", "pivot_root",
        // Pages of other processes, moved between nodes.
        "move_pages", "migrate_pages",
        // Old, unneeded, and each once a hole.
        "uselib", "ustat", "sysfs", "vm86", "vm86old", "nfsservctl",
    ]
}
