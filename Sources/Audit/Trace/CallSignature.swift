// SPDX-License-Identifier: Apache-2.0

/// What the arguments of a call are, a letter each.
///
/// `s` a path or another text, `d` a descriptor or a small number with a sign, `n` a number without one, `x` flags, `o` a mode, `p` a
/// pointer, `a` the address of a socket, whose length comes next.
struct CallSignature: Sendable {
    let letters: [Character]

    /// That of a call; nil where none is known, and all six are shown as they are.
    init?(of name: String) {
        guard let letters = Self.known[name] else { return nil }
        self.letters = Array(letters)
    }

    /// Where texts are, of which there are paths.
    var texts: [Int] { letters.indices.filter { letters[$0] == "s" } }

    private static let known: [String: String] = Dictionary(
        uniqueKeysWithValues: table.split(separator: " ").compactMap { entry in
            let parts = entry.split(separator: ":", omittingEmptySubsequences: false)
            return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
        })

    /// Section 2 of the manual, as far as programs in containers go.
    private static let table =
        "open:sxo openat:dsxo openat2:dspn creat:so close:d close_range:ddx read:dpn write:dpn pread64:dpnn pwrite64:dpnn "
        + "readv:dpn writev:dpn preadv:dpnn pwritev:dpnn lseek:dnd dup:d dup2:dd dup3:ddx fcntl:ddx ioctl:dxp flock:dd "
        + "fsync:d fdatasync:d ftruncate:dn truncate:sn fallocate:dxnn sendfile:ddpn splice:dpdpnx copy_file_range:dpdpnx "
        + "stat:sp lstat:sp fstat:dp newfstatat:dspx statx:dsxxp statfs:sp fstatfs:dp access:sd faccessat:dsd "
        + "faccessat2:dsdx readlink:spn readlinkat:dspn getcwd:pn chdir:s fchdir:d mkdir:so mkdirat:dso rmdir:s "
        + "unlink:s unlinkat:dsx rename:ss renameat:dsds renameat2:dsdsx link:ss linkat:dsdsx symlink:ss symlinkat:sds "
        + "mknod:son mknodat:dson chmod:so fchmod:do fchmodat:dso chown:sdd lchown:sdd fchown:ddd fchownat:dsddx umask:o "
        + "utime:sp utimes:sp utimensat:dspx futimesat:dsp getdents64:dpn inotify_add_watch:dsx inotify_init1:x "
        + "getxattr:sspn lgetxattr:sspn fgetxattr:dspn setxattr:sspnx lsetxattr:sspnx fsetxattr:dspnx listxattr:spn "
        + "removexattr:ss name_to_handle_at:dsppx mount:sssxp umount2:sx pivot_root:ss chroot:s swapon:sx "
        + "open_tree:dsx move_mount:dsdsx fsopen:sx memfd_create:sx "
        + "execve:spp execveat:dsppx exit:d exit_group:d wait4:dpxp waitid:ddpxp kill:dd tkill:dd tgkill:ddd pidfd_open:dx "
        + "pidfd_send_signal:ddpx clone:xpppp clone3:pn fork: vfork: getpid: gettid: getppid: getuid: geteuid: getgid: "
        + "getegid: getpgrp: getpgid:d setpgid:dd setsid: getsid:d setuid:d setgid:d setreuid:dd setregid:dd "
        + "setresuid:ddd setresgid:ddd getresuid:ppp getresgid:ppp setfsuid:d setfsgid:d getgroups:dp setgroups:np "
        + "capget:pp capset:pp prctl:dxxxx arch_prctl:xp personality:x seccomp:xxp unshare:x setns:dx ptrace:xdxp "
        + "brk:p mmap:pnxxdn munmap:pn mprotect:pnx mremap:pnnxp madvise:pnd mlock:pn mlockall:x "
        + "rt_sigaction:dppn rt_sigprocmask:dppn rt_sigreturn: rt_sigsuspend:pn rt_sigtimedwait:pppn sigaltstack:pp pause: "
        + "futex:pdnppn set_robust_list:pn get_robust_list:dpp set_tid_address:p rseq:pnxx sched_yield: restart_syscall: "
        + "sched_getaffinity:dnp sched_setaffinity:dnp prlimit64:dxpp getrlimit:xp setrlimit:xp getrusage:dp getpriority:dd "
        + "setpriority:ddd nanosleep:pp clock_nanosleep:dxpp clock_gettime:dp clock_getres:dp gettimeofday:pp time:p times:p "
        + "alarm:n setitimer:dpp timer_create:dpp timerfd_create:dx timerfd_settime:dxpp getrandom:pnx uname:p sysinfo:p "
        + "select:dpppp pselect6:dppppp poll:pnd ppoll:pnppn epoll_create:d epoll_create1:x epoll_ctl:dddp epoll_wait:dpdd "
        + "epoll_pwait:dpddpn eventfd2:nx signalfd4:dpnx pipe:p pipe2:px "
        + "socket:ddd socketpair:dddp bind:dan connect:dan listen:dd accept:dpp accept4:dppx shutdown:dd getsockname:dpp "
        + "getpeername:dpp getsockopt:dddpp setsockopt:dddpn sendto:dpnxan recvfrom:dpnxpp sendmsg:dpx recvmsg:dpx "
        + "sendmmsg:dpnx recvmmsg:dpnxp shmget:xnx shmat:dpx semget:xdx msgget:xx mq_open:sxop "
        + "bpf:dpn io_uring_setup:np io_uring_enter:dnnxpn userfaultfd:x perf_event_open:pdddx keyctl:dxxxx add_key:sspnd "
        + "request_key:sspd sethostname:sn reboot:xxxp init_module:pns finit_module:dsx delete_module:sx "
        + "landlock_create_ruleset:pnx landlock_restrict_self:dx"
}
