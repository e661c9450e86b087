// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// A signal: signal(7).
public struct Signal: RawRepresentable, Hashable, Sendable {
    public let rawValue: Int32
    public init(rawValue: Int32) { self.rawValue = rawValue }

    public static let hangup = Signal(rawValue: SIGHUP)
    public static let interrupt = Signal(rawValue: SIGINT)
    public static let quit = Signal(rawValue: SIGQUIT)
    public static let kill = Signal(rawValue: SIGKILL)
    public static let terminate = Signal(rawValue: SIGTERM)
    public static let stop = Signal(rawValue: SIGSTOP)
    public static let child = Signal(rawValue: SIGCHLD)
    public static let windowChange = Signal(rawValue: SIGWINCH)
    public static let brokenPipe = Signal(rawValue: SIGPIPE)

    private static let names: [(Int32, String)] = [
        (SIGHUP, "HUP"), (SIGINT, "INT"), (SIGQUIT, "QUIT"), (SIGILL, "ILL"), (SIGTRAP, "TRAP"), (SIGABRT, "ABRT"),
        (SIGBUS, "BUS"), (SIGFPE, "FPE"), (SIGKILL, "KILL"), (SIGUSR1, "USR1"), (SIGSEGV, "SEGV"), (SIGUSR2, "USR2"),
        (SIGPIPE, "PIPE"), (SIGALRM, "ALRM"), (SIGTERM, "TERM"), (SIGCHLD, "CHLD"), (SIGCONT, "CONT"),
        (SIGSTOP, "STOP"), (SIGTSTP, "TSTP"), (SIGTTIN, "TTIN"), (SIGTTOU, "TTOU"), (SIGURG, "URG"),
        (SIGXCPU, "XCPU"), (SIGXFSZ, "XFSZ"), (SIGVTALRM, "VTALRM"), (SIGPROF, "PROF"), (SIGWINCH, "WINCH"),
        (SIGIO, "IO"), (SIGPWR, "PWR"), (SIGSYS, "SYS"),
    ]

    /// The names of all, `TERM` and the others.
    public static var namesOfAll: [String] { names.map(\.1) }

    /// A signal by name (`TERM`, `SIGTERM`, any case) or number (1 to 64).
    public init?(parsing text: String) {
        if let number = Int32(text), (1...64).contains(number) {
            self.init(rawValue: number)
            return
        }
        let upper = text.uppercased()
        let name = upper.hasPrefix("SIG") ? String(upper.dropFirst(3)) : upper
        guard let found = Self.names.first(where: { $0.1 == name }) else { return nil }
        self.init(rawValue: found.0)
    }
}

extension Signal: CustomStringConvertible {
    /// `SIGTERM`, or `signal 35`.
    public var description: String {
        Self.names.first { $0.0 == rawValue }.map { "SIG" + $0.1 } ?? "signal \(rawValue)"
    }
}

/// A set of signals, held back from this process and read from a descriptor instead: signalfd(2).
public struct SignalQueue: ~Copyable, Sendable {
    public let descriptor: Descriptor

    /// Blocks `signals` for this thread and opens the queue that they go to.
    public init(of signals: [Signal]) throws(SystemError) {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in signals { unsafe sigaddset(&set, signal.rawValue) }
        try check("sigprocmask") { unsafe sigprocmask(SIG_BLOCK, &set, nil) }
        descriptor = Descriptor(adopting: try check("signalfd") { unsafe mb_signalfd(&set) })
    }

    private init(sharing descriptor: consuming Descriptor) { self.descriptor = descriptor }

    /// The same queue, for another holder: each signal goes to whoever asks first.
    public borrowing func share() throws(SystemError) -> SignalQueue {
        SignalQueue(sharing: try descriptor.duplicate())
    }

    /// The next signal, or nil where none waits.
    public borrowing func next() throws(SystemError) -> Signal? {
        let number = descriptor.raw
        var signal: Int32 = 0
        do {
            try check("read") { unsafe mb_read_signal(number, &signal) }
        } catch {
            if error.errno == .again { return nil }
            throw error
        }
        return Signal(rawValue: signal)
    }

    /// Gives the signals to this thread again as they come, for who has had a queue of them and goes on.
    public static func release(_ signals: [Signal]) throws(SystemError) {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        for signal in signals { unsafe sigaddset(&set, signal.rawValue) }
        try check("sigprocmask") { unsafe sigprocmask(SIG_UNBLOCK, &set, nil) }
    }

    /// What people and service managers end a program with.
    public static var ending: [Signal] { [.hangup, .interrupt, .quit, .terminate] }

    /// Every signal that a program can hold back and that is not sent by its own faults.
    public static var forwardable: [Signal] {
        (1...64).filter {
            ![
                SIGKILL, SIGSTOP, SIGCHLD, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGSYS, SIGTRAP, SIGABRT, SIGPIPE, SIGURG,
                32, 33,
            ].contains($0)
        }.map(Signal.init(rawValue:))
    }
}
