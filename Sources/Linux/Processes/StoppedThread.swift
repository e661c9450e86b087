// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// A thread of another process that stands still for as long as this value lives, and then goes on as before: ptrace(2).
///
/// It is seized, so that no signal is sent to it, and let go with the signal that it was about to get. What it notices is what
/// a SIGSTOP and a SIGCONT would let it notice: a wait of epoll_wait(2) and a few others ends with EINTR, as signal(7) says.
/// Where the looker is killed, the kernel lets the thread go. It is for others' children: how one of its own has ended, which ends
/// meanwhile, it would not be told any more.
public struct StoppedThread: ~Copyable {
    public let id: Int32
    /// What it gets when it goes on; 0 for nothing.
    private let signal: Int

    /// Stops the thread with this number; nil where it has ended, or ends meanwhile.
    ///
    /// It throws EPERM where another traces it already or this process may not, and ETIMEDOUT where it does not stop in time, as
    /// one that waits for a disk does not.
    public static func stop(_ id: Int32, milliseconds: Int = 2000) throws(SystemError) -> StoppedThread? {
        do throws(SystemError) {
            try request(.seize, id)
            try request(.interrupt, id)
        } catch {
            if error.errno == .noSuchProcess || hasEnded(id) { return nil }
            throw error
        }
        var pause = 20
        var waited = 0
        while true {
            var status: CInt = 0
            let answer = try check("wait4") { unsafe mb_wait_thread(id, WNOHANG, &status) }
            if answer == id {
                // Ended: whoever started it is told now, as it would have been.
                guard status & 0xff == 0x7f else { return nil }
                let (number, event) = (Int(status >> 8 & 0xff), status >> 16)
                return StoppedThread(id: id, signal: event == 0 ? number : 0)
            }
            guard waited < milliseconds * 1000 else { throw SystemError("ptrace", .timedOut) }
            _ = usleep(UInt32(pause))
            waited += pause
            pause = min(pause * 2, 2000)
        }
    }

    /// Whether nothing is left of it but its number, with which EPERM is the answer as well.
    private static func hasEnded(_ id: Int32) -> Bool {
        guard let bytes = try? Descriptor.contents(of: "/proc/\(id)/status") else { return true }
        return ["Z", "X"].contains(ProcessStatus(bytes).value(of: "State")?.first)
    }

    private init(id: Int32, signal: Int) {
        self.id = id
        self.signal = signal
    }

    deinit { _ = unsafe mb_ptrace(Request.detach.rawValue, id, 0, UnsafeMutableRawPointer(bitPattern: signal)) }

    /// The numbers of `linux/ptrace.h`.
    enum Request: CInt {
        case detach = 17
        case seize = 0x4206
        case interrupt = 0x4207
        case filter = 0x420c
    }

    private static func request(_ kind: Request, _ id: Int32) throws(SystemError) {
        try check("ptrace") { mb_ptrace(kind.rawValue, id, 0, nil) }
    }

    /// Its seccomp programs as they were loaded, the oldest first: PTRACE_SECCOMP_GET_FILTER.
    ///
    /// It needs CAP_SYS_ADMIN and a looker without a filter of its own, or throws EACCES; EIO and EMEDIUMTYPE tell of a kernel
    /// that keeps no programs (CONFIG_CHECKPOINT_RESTORE).
    public borrowing func filters() throws(SystemError) -> [SeccompFilter] { try Self.filters(of: id) }

    static func filters(of thread: Int32) throws(SystemError) -> [SeccompFilter] {
        var filters: [SeccompFilter] = []
        while true {
            let index = UInt(filters.count)
            let count: Int
            do throws(SystemError) {
                count = try check("ptrace") { mb_ptrace(Request.filter.rawValue, thread, index, nil) }
            } catch {
                // There is no such program; and without any the thread is not in that mode at all.
                if error.errno == .noEntry || error.errno == .invalid { return filters }
                throw error
            }
            var words = [UInt64](repeating: 0, count: count)
            let read = unsafe words.withUnsafeMutableBytes {
                unsafe mb_ptrace(Request.filter.rawValue, thread, index, $0.baseAddress)
            }
            guard read == count else { throw SystemError("ptrace", .noSuchProcess) }
            filters.append(SeccompFilter(instructions: words))
        }
    }
}
