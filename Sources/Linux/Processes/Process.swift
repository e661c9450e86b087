// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// A process as its parent holds it: the number people see, and the descriptor that no other process can come to mean.
public struct Process: ~Copyable, Sendable {
    public let id: Int32
    public let handle: Descriptor

    /// Opens a process that exists: pidfd_open(2).
    public init(opening id: Int32) throws(SystemError) {
        handle = try Self.handle(of: id)
        self.id = id
    }

    /// A descriptor of the process that has the number `id` now: pidfd_open(2).
    public static func handle(of id: Int32) throws(SystemError) -> Descriptor {
        Descriptor(adopting: try check("pidfd_open") { mb_pidfd_open(id, 0) })
    }

    init(id: Int32, handle: consuming Descriptor) {
        self.id = id
        self.handle = handle
    }

    /// Takes over a descriptor of a process that somebody else made; its number is the one in this pid namespace:
    /// proc(5), `/proc/PID/fdinfo`.
    public init(holding handle: consuming Descriptor) throws(SystemError) {
        let lines = try Descriptor.contents(of: "/proc/self/fdinfo/\(handle.raw)").split(separator: UInt8(ascii: "\n"))
        var number: Int32?
        for line in lines {
            let text = String(decoding: line, as: UTF8.self)
            if text.hasPrefix("Pid:") { number = Int32(text.dropFirst(4).drop { $0 == "\t" || $0 == " " }) }
        }
        guard let number, number > 0 else { throw SystemError("pidfd", .noChild) }
        id = number
        self.handle = handle
    }

    /// The descriptor alone, to be handed to another process.
    public consuming func takeHandle() -> Descriptor { handle }

    /// Sends a signal: pidfd_send_signal(2). 0 only asks whether it could be sent.
    public borrowing func send(_ signal: Signal) throws(SystemError) {
        let number = handle.raw
        try check("pidfd_send_signal") { mb_pidfd_send_signal(number, signal.rawValue) }
    }

    /// Waits for a child to end, and takes its status: waitid(2).
    public borrowing func wait() throws(SystemError) -> ExitStatus {
        let number = handle.raw
        var info = unsafe siginfo_t()
        try check("waitid") { unsafe mb_waitid_pidfd(number, &info, WEXITED) }
        let (code, status) = unsafe (mb_siginfo_code(&info), mb_siginfo_status(&info))
        return code == mb_cld_exited() ? .exited(status) : .signaled(Signal(rawValue: status))
    }

    /// The first kernel that tells how a process ended which is no child: Linux 6.15, PIDFD_INFO_EXIT.
    public static let firstToTellOfOthers = KernelVersion(6, 15)

    /// How a process ended that is no child of this one: ioctl_pidfd(2), PIDFD_GET_INFO. nil where its parent has not waited
    /// for it yet.
    public borrowing func statusOfOther() throws(SystemError) -> ExitStatus? {
        let number = handle.raw
        var status: CInt = 0
        let isKnown = try check("ioctl") { unsafe mb_pidfd_exit_status(number, &status) }
        guard isKnown == 1 else { return nil }
        // As wait(2) has it.
        return status & 0x7f == 0 ? .exited(status >> 8 & 0xff) : .signaled(Signal(rawValue: status & 0x7f))
    }

    /// Whether the process has ended (its parent may not have waited for it yet).
    public borrowing func hasEnded() throws(SystemError) -> Bool {
        var item = pollfd(fd: handle.raw, events: Int16(POLLIN), revents: 0)
        return try check("poll") { unsafe poll(&item, 1, 0) } > 0
    }
}

/// How a process ended.
public enum ExitStatus: Hashable, Sendable {
    case exited(Int32)
    case signaled(Signal)

    /// As a shell tells it: the code, or 128 and the signal.
    public var code: Int32 {
        switch self {
        case .exited(let code): code
        case .signaled(let signal): 128 + signal.rawValue
        }
    }
}

/// Which side of a clone this is.
public enum CloneResult: ~Copyable {
    case child
    case parent(Process)
}

extension Process {
    /// Makes a child in new namespaces, from its first instruction in `cgroup`: clone3(2).
    ///
    /// The child is a copy of this thread alone and no `pthread_atfork` handler runs: only a process with one thread
    /// may call it. The cgroup is joined by `CLONE_INTO_CGROUP`, which costs 0.1 ms where a write to `cgroup.procs`
    /// waits for an RCU grace period.
    public static func clone(
        into namespaces: Namespaces, cgroup: borrowing Descriptor
    ) throws(SystemError) -> CloneResult {
        try clone(into: namespaces, cgroupNumber: cgroup.raw)
    }

    /// Makes a child in new namespaces, in the cgroup of its parent: clone3(2).
    public static func clone(into namespaces: Namespaces) throws(SystemError) -> CloneResult {
        try clone(into: namespaces, cgroupNumber: nil)
    }

    /// Makes a child of this process' own parent, in new namespaces and in those that children of this process are made in:
    /// clone3(2), CLONE_PARENT.
    public static func cloneSibling(into namespaces: Namespaces = []) throws(SystemError) -> CloneResult {
        try clone(into: namespaces, cgroupNumber: nil, ofParent: true)
    }

    private static func clone(
        into namespaces: Namespaces, cgroupNumber: CInt?, ofParent: Bool = false
    ) throws(SystemError) -> CloneResult {
        var pidfd: CInt = -1
        var arguments = clone_args()
        arguments.flags = namespaces.rawValue | UInt64(CLONE_PIDFD)
        if ofParent { arguments.flags |= UInt64(CLONE_PARENT) } else { arguments.exit_signal = UInt64(SIGCHLD) }
        if let cgroupNumber {
            arguments.flags |= mb_clone_into_cgroup()
            arguments.cgroup = UInt64(cgroupNumber)
        }
        let id = try unsafe withUnsafeMutablePointer(to: &pidfd) { slot throws(SystemError) in
            arguments.pidfd = UInt64(UInt(bitPattern: slot))
            return try check("clone3") { unsafe mb_clone3(&arguments) }
        }
        if id == 0 { return .child }
        return .parent(Process(id: id, handle: Descriptor(adopting: pidfd)))
    }
}
