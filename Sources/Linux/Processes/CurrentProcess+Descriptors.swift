// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

extension CurrentProcess {
    /// Has every descriptor from `first` on closed by exec, also those that the caller of this program left open by
    /// accident: close_range(2), CLOSE_RANGE_CLOEXEC (CVE-2024-21626).
    public static func closeOnExec(from first: Int32) throws(SystemError) {
        try check("close_range") { mb_close_range(UInt32(first), .max, UInt32(CLOSE_RANGE_CLOEXEC)) }
    }

    /// Whether this process was started with a descriptor of this number: one that closes itself on exec it has opened.
    public static func hasInherited(_ number: Int32) -> Bool {
        let flags = mb_fcntl(number, F_GETFD, 0)
        return flags >= 0 && flags & FD_CLOEXEC == 0
    }

    /// A second descriptor of what this process was started with as `number`: EBADF where that is not open.
    public static func duplicateInherited(_ number: Int32) throws(SystemError) -> Descriptor {
        Descriptor(adopting: try check("fcntl") { mb_fcntl(number, F_DUPFD_CLOEXEC, 3) })
    }

    /// Closes what this process was started with that is the file `status` is of, but for the standard streams: a pipe
    /// whose other end somebody waits for must not be held by who was only told of it.
    public static func closeInherited(sameAs status: FileStatus) throws(SystemError) {
        for name in try Descriptor.open("/proc/self/fd", [.directory]).entries() {
            guard let number = Int32(name), number > 2, hasInherited(number),
                try duplicateInherited(number).status().isSameFile(as: status)
            else { continue }
            try check("close") { Glibc.close(number) }
        }
    }

    /// Whether exec gives this process no privileges: prctl(2), PR_GET_NO_NEW_PRIVS.
    public static func hasNoNewPrivileges() throws(SystemError) -> Bool {
        try check("prctl") { mb_prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) } == 1
    }

    /// Whether this thread is under a filter: prctl(2), PR_GET_SECCOMP, which a filter may refuse.
    public static func hasFilter() throws(SystemError) -> Bool {
        try check("prctl") { mb_prctl(PR_GET_SECCOMP, 0, 0, 0, 0) } == 2
    }

    /// Keeps the permitted capabilities when the last of this process' users stops being root: prctl(2), PR_SET_KEEPCAPS,
    /// until the next exec.
    public static func keepCapabilities(_ keeps: Bool) throws(SystemError) {
        try check("prctl") { mb_prctl(PR_SET_KEEPCAPS, keeps ? 1 : 0, 0, 0, 0) }
    }

    /// The real user and group, which the others are with it: getuid(2), getgid(2).
    public static var user: UInt32 { getuid() }
    public static var group: UInt32 { getgid() }

    /// The supplementary groups of this process: getgroups(2).
    public static func groups() throws(SystemError) -> [UInt32] {
        let count = try check("getgroups") { getgroups(0, nil) }
        var groups = [gid_t](repeating: 0, count: Int(count))
        try check("getgroups") { unsafe getgroups(count, &groups) }
        return groups
    }
}
