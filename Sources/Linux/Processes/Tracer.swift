// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// Threads of other processes whose system calls this process is told of, and all that they start: ptrace(2).
///
/// They are seized, so that no signal is sent to them, and not killed with the tracer: where it ends, however it does, the kernel
/// lets them go.
public struct Tracer: ~Copyable {
    /// What a thread that stands still has come to. It goes on by ``resume(_:)``.
    public enum Event: Sendable {
        /// It is about to make a call; the architecture is that of ``SeccompArchitecture/auditValue``.
        case entry(thread: Int32, number: UInt64, arguments: [UInt64], architecture: UInt32)
        /// The call has come to this; a negative error number where it failed.
        case exit(thread: Int32, result: Int64, isError: Bool)
        /// It has started another, which is traced as well and stands still at its own time.
        case started(thread: Int32, child: Int32)
        /// It runs another program; of a process with several threads the one that did goes on as the first.
        case executed(thread: Int32, former: Int32)
        /// It gets a signal.
        case signal(thread: Int32, Signal)
        /// It stopped for a reason of its own, or of the tracer's.
        case stopped(thread: Int32)
        /// It is no more: there is nothing to resume.
        case ended(thread: Int32, ExitStatus)
    }

    /// Those that are traced, and of those that stand still how they go on.
    private var threads: Set<Int32> = []
    private var resting: [Int32: (request: CInt, signal: Int)] = [:]

    public init() {}

    public var isEmpty: Bool { threads.isEmpty }

    deinit {
        for thread in threads {
            var status: CInt = 0
            if resting[thread] == nil { Self.stop(thread, &status) }
            let signal = resting[thread]?.signal ?? Self.signal(of: status)
            _ = unsafe mb_ptrace(17 /* PTRACE_DETACH */, thread, 0, UnsafeMutableRawPointer(bitPattern: signal))
        }
    }

    /// Traces the thread from now on; false where it has ended.
    public mutating func seize(_ thread: Int32) throws(SystemError) -> Bool {
        // PTRACE_O_TRACESYSGOOD, TRACEFORK, TRACEVFORK, TRACECLONE and TRACEEXEC.
        let options = unsafe UnsafeMutableRawPointer(bitPattern: 0x1 | 0x2 | 0x4 | 0x8 | 0x10)
        do throws(SystemError) {
            try check("ptrace") { unsafe mb_ptrace(0x4206 /* PTRACE_SEIZE */, thread, 0, options) }
            threads.insert(thread)
            try check("ptrace") { mb_ptrace(0x4207 /* PTRACE_INTERRUPT */, thread, 0, nil) }
            return true
        } catch {
            if error.errno == .noSuchProcess { return false }
            throw error
        }
    }

    /// What the next of them has come to; nil where nothing has happened since.
    public mutating func next() throws(SystemError) -> Event? {
        var status: CInt = 0
        let thread: Int32
        do throws(SystemError) {
            thread = try check("wait4") { unsafe mb_wait_thread(-1, WNOHANG, &status) }
        } catch {
            guard error.errno == .noChild else { throw error }
            threads = []
            return nil
        }
        if thread == 0 { return nil }
        guard status & 0xff == 0x7f else {
            threads.remove(thread)
            resting[thread] = nil
            let ending = status & 0x7f
            return .ended(
                thread: thread, ending == 0 ? .exited(status >> 8 & 0xff) : .signaled(Signal(rawValue: ending)))
        }
        // One that was just started is seen before its parent tells of it.
        threads.insert(thread)
        resting[thread] = (24 /* PTRACE_SYSCALL */, Self.signal(of: status))
        return try event(of: thread, status)
    }

    private mutating func event(of thread: Int32, _ status: CInt) throws(SystemError) -> Event {
        let (signal, kind) = (status >> 8 & 0xff, status >> 16)
        switch kind {
        case 0 where signal == SIGTRAP | 0x80:
            var info = mb_syscall_info()
            let answer = unsafe mb_syscall_info(thread, &info)
            if answer == 0, info.kind == 1 {
                let list = [
                    info.arguments.0, info.arguments.1, info.arguments.2, info.arguments.3, info.arguments.4,
                    info.arguments.5,
                ]
                return .entry(
                    thread: thread, number: info.number, arguments: list, architecture: info.architecture)
            }
            if answer == 0, info.kind == 2 {
                return .exit(thread: thread, result: info.result, isError: info.is_error != 0)
            }
            return .stopped(thread: thread)
        case 0: return .signal(thread: thread, Signal(rawValue: signal))
        case 1, 2, 3, 4:
            // PTRACE_EVENT_FORK, VFORK, CLONE and EXEC.
            var message: UInt = 0
            _ = unsafe withUnsafeMutablePointer(to: &message) {
                unsafe mb_ptrace(0x4201 /* PTRACE_GETEVENTMSG */, thread, 0, UnsafeMutableRawPointer($0))
            }
            let other = Int32(truncatingIfNeeded: message)
            guard kind == 4 else { return .started(thread: thread, child: other) }
            if other != thread {
                threads.remove(other)
                resting[other] = nil
            }
            return .executed(thread: thread, former: other)
        default:
            // PTRACE_EVENT_STOP: where a signal stopped the whole process it stays so until another comes.
            if [SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU].contains(signal) {
                resting[thread] = (0x4208 /* PTRACE_LISTEN */, 0)
            }
            return .stopped(thread: thread)
        }
    }

    /// Lets a thread go on until its next event, with the signal that it was about to get.
    public mutating func resume(_ thread: Int32) {
        guard let rest = resting.removeValue(forKey: thread) else { return }
        // It may have been killed meanwhile, which the next event tells.
        _ = unsafe mb_ptrace(rest.request, thread, 0, UnsafeMutableRawPointer(bitPattern: rest.signal))
    }

    /// The seccomp programs of a thread that stands still: ``StoppedThread/filters()``.
    public borrowing func filters(of thread: Int32) throws(SystemError) -> [SeccompFilter] {
        try StoppedThread.filters(of: thread)
    }

    /// As many bytes of a process' memory as there are, at most `count`: process_vm_readv(2).
    public static func memory(of process: Int32, at address: UInt64, count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let read = unsafe bytes.withUnsafeMutableBytes {
            unsafe mb_read_memory(process, address, $0.baseAddress, count)
        }
        return read > 0 ? Array(bytes.prefix(read)) : []
    }

    /// The signal that a stopped thread gets when it goes on: none but in a signal-delivery-stop.
    private static func signal(of status: CInt) -> Int {
        let (signal, kind) = (status >> 8 & 0xff, status >> 16)
        return status & 0xff == 0x7f && kind == 0 && signal != SIGTRAP | 0x80 ? Int(signal) : 0
    }

    /// Stops a thread that runs, so that it can be let go.
    private static func stop(_ thread: Int32, _ status: inout CInt) {
        guard mb_ptrace(0x4207, thread, 0, nil) == 0 else { return }
        for _ in 0..<2000 {
            if unsafe mb_wait_thread(thread, WNOHANG, &status) != 0 { return }
            usleep(500)
        }
    }
}

extension Errno {
    /// Its name, as `EPERM`.
    public var name: String {
        guard let text = unsafe mb_error_name(rawValue) else { return "error \(rawValue)" }
        return unsafe String(cString: text)
    }
}
