// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// What a process does to itself. There is one, so these are functions, not state.
public enum CurrentProcess {
    public static var id: Int32 { getpid() }
    public static var effectiveUser: UInt32 { geteuid() }

    /// Joins the namespaces `kinds` of the process that `handle`, a pidfd, holds: setns(2).
    /// A pid namespace is joined by children made from now on.
    public static func join(_ kinds: Namespaces, of handle: borrowing Descriptor) throws(SystemError) {
        let number = handle.raw
        try check("setns") { mb_setns(number, Int32(truncatingIfNeeded: kinds.rawValue)) }
    }

    /// Leaves the parent's namespaces for new ones: unshare(2).
    public static func unshare(_ kinds: Namespaces) throws(SystemError) {
        try check("unshare") { mb_unshare(Int32(truncatingIfNeeded: kinds.rawValue)) }
    }

    /// Sets the real, effective and saved group: setresgid(2).
    public static func setGroup(_ group: UInt32) throws(SystemError) {
        try check("setresgid") { mb_setresgid(group, group, group) }
    }

    /// Sets the real, effective and saved user: setresuid(2).
    public static func setUser(_ user: UInt32) throws(SystemError) {
        try check("setresuid") { mb_setresuid(user, user, user) }
    }

    /// Sets the supplementary groups: setgroups(2).
    public static func setSupplementaryGroups(_ groups: [UInt32]) throws(SystemError) {
        try check("setgroups") { unsafe mb_setgroups(groups.count, groups) }
    }

    /// Owns files that are made from now on as `owner`, and keeps every capability over files: setfsuid(2).
    ///
    /// The kernel takes the file capabilities away with the user 0 (capabilities(7), "Effect of user ID changes");
    /// they are still permitted, so they are raised again. It also takes the parent-death signal away (`commit_creds` of
    /// kernel/cred.c), which is set again.
    public static func setFileOwner(_ owner: UInt32) throws(SystemError) { try setFileOwner(owner, group: owner) }

    /// The same with a group of another number.
    public static func setFileOwner(_ owner: UInt32, group: UInt32) throws(SystemError) {
        let signal = try parentDeathSignal()
        mb_setfsid(owner, group)
        if let signal { try setParentDeathSignal(signal) }
        if owner != 0 { try check("capset") { mb_raise_permitted_capabilities() } }
    }

    /// Sets the permission bits that new files do not get, and returns the former ones: umask(2).
    @discardableResult
    public static func setFileModeMask(_ mask: UInt32) -> UInt32 { umask(mask) }

    /// Starts a session without a terminal: setsid(2).
    public static func startSession() throws(SystemError) { try check("setsid") { setsid() } }

    /// Sets the name of the host in this UTS namespace: sethostname(2).
    public static func setHostname(_ name: String) throws(SystemError) {
        try check("sethostname") { unsafe mb_sethostname(name, name.utf8.count) }
    }

    /// Sets the NIS domain name in this UTS namespace: setdomainname(2).
    public static func setDomainName(_ name: String) throws(SystemError) {
        try check("setdomainname") { unsafe mb_setdomainname(name, name.utf8.count) }
    }

    /// Makes a directory the current one: fchdir(2).
    public static func changeDirectory(to directory: borrowing Descriptor) throws(SystemError) {
        let number = directory.raw
        try check("fchdir") { fchdir(number) }
    }

    /// Makes the directory at `path` the current one: chdir(2).
    public static func changeDirectory(to path: String) throws(SystemError) {
        try check("chdir") { unsafe chdir(path) }
    }

    /// The current directory as the kernel knows it: getcwd(2) itself, whose answer begins with `(unreachable)` where
    /// the directory is outside the root (CVE-2024-21626), which glibc would hide.
    public static func currentDirectory() throws(SystemError) -> String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = try check("getcwd") { unsafe mb_getcwd(&buffer, buffer.count) }
        return String(decoding: buffer[..<max(0, Int(count) - 1)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Whether other processes of the same user may look into this one: prctl(2), PR_SET_DUMPABLE.
    public static func setDumpable(_ dumpable: Bool) throws(SystemError) {
        try check("prctl") { mb_prctl(PR_SET_DUMPABLE, dumpable ? 1 : 0, 0, 0, 0) }
    }

    /// Becomes the parent of what its descendants leave behind: prctl(2), PR_SET_CHILD_SUBREAPER. Children do not inherit
    /// it.
    public static func adoptOrphans() throws(SystemError) {
        try check("prctl") { mb_prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) }
    }

    /// Gets `signal` when the parent ends: prctl(2), PR_SET_PDEATHSIG.
    public static func setParentDeathSignal(_ signal: Signal) throws(SystemError) {
        try check("prctl") { mb_prctl(PR_SET_PDEATHSIG, UInt(signal.rawValue), 0, 0, 0) }
    }

    /// The signal that this process gets when its parent ends; nil for none: prctl(2), PR_GET_PDEATHSIG.
    public static func parentDeathSignal() throws(SystemError) -> Signal? {
        var number: CInt = 0
        try unsafe withUnsafeMutablePointer(to: &number) { place throws(SystemError) in
            let address = UInt(bitPattern: place)
            try check("prctl") { mb_prctl(PR_GET_PDEATHSIG, address, 0, 0, 0) }
        }
        return number == 0 ? nil : Signal(rawValue: number)
    }

    /// Never gains privileges by `exec` again: prctl(2), PR_SET_NO_NEW_PRIVS.
    public static func setNoNewPrivileges() throws(SystemError) {
        try check("prctl") { mb_prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) }
    }

    /// Puts `descriptor` in the place of the standard stream `number` (0, 1 or 2): dup2(2).
    public static func setStandardStream(_ number: Int32, to descriptor: borrowing Descriptor) throws(SystemError) {
        let source = descriptor.raw
        try check("dup2") { dup2(source, number) }
    }

    /// Sends a signal to this process itself.
    public static func raise(_ signal: Signal) { _ = kill(getpid(), signal.rawValue) }

    /// Ends at once, without flushing buffers that belong to the parent: _exit(2).
    public static func exitImmediately(_ code: Int32) -> Never { _exit(code) }

    /// Resets every signal's action to the default and blocks none.
    public static func resetSignals() throws(SystemError) {
        try check("sigprocmask") { mb_reset_signals() }
    }

    /// Ignores a signal.
    public static func ignore(_ signal: Signal) { mb_ignore_signal(signal.rawValue) }
}
