// SPDX-License-Identifier: Apache-2.0
import Glibc

/// A program that runs in the background, with pipes on its standard streams. Ended, if it has not, by ``stop()``.
public final class RunningProgram {
    /// Why a program could not be started.
    public struct StartError: Error {
        public var program: String
        public var errno: Int32
    }

    /// `POSIX_SPAWN_SETSID` of <spawn.h>, which is there for _GNU_SOURCE alone.
    private static let newSession: Int16 = 0x80

    public let process: pid_t
    private var input: Int32
    private var output: Int32
    private var errors: Int32
    private var outputBytes: [UInt8] = []
    private var errorBytes: [UInt8] = []
    private var status: Int32?

    /// Starts `words`; the first is a path.
    /// - Parameters:
    ///   - hasInput: false for `/dev/null`, otherwise a pipe whose other end ``write(_:)`` fills.
    ///   - directory: where it starts; nil for where we are.
    ///   - descriptors: of ours, and what it gets as 3, 4 and so on.
    public init(
        _ words: [String], environment: [String: String], hasInput: Bool = false, terminal: String? = nil,
        directory: String? = nil, descriptors: [Int32] = []
    ) throws {
        let words = directory.map { ["/usr/bin/env", "-C", $0] + words } ?? words
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        var pipes: [[Int32]] = []
        for _ in 0..<3 {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else { throw StartError(program: "pipe", errno: errno) }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            pipes.append(ends)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var flags = Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        if let terminal {
            // The leader of a new session that opens a terminal is controlled by it.
            flags |= Self.newSession
            posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
            posix_spawn_file_actions_adddup2(&actions, 0, 1)
            posix_spawn_file_actions_adddup2(&actions, 0, 2)
        } else {
            if hasInput {
                posix_spawn_file_actions_adddup2(&actions, pipes[0][0], 0)
            } else {
                posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
            }
            posix_spawn_file_actions_adddup2(&actions, pipes[1][1], 1)
            posix_spawn_file_actions_adddup2(&actions, pipes[2][1], 2)
        }
        // Above whatever they replace.
        let copies = descriptors.map { fcntl($0, F_DUPFD_CLOEXEC, 100) }
        defer { copies.forEach { close($0) } }
        for (offset, copy) in copies.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, copy, Int32(3 + offset))
        }
        posix_spawnattr_setflags(&attributes, flags)
        var child: pid_t = 0
        var arguments = words.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (arguments + variables).forEach { free($0) } }
        let code = posix_spawn(&child, words[0], &actions, &attributes, &arguments, &variables)
        close(pipes[0][0])
        close(pipes[1][1])
        close(pipes[2][1])
        process = child
        (input, output, errors) = (pipes[0][1], pipes[1][0], pipes[2][0])
        if !hasInput || code != 0 { closeInput() }
        guard code == 0 else {
            close(output)
            close(errors)
            throw StartError(program: words[0], errno: code)
        }
    }

    deinit {
        closeInput()
        if output >= 0 { close(output) }
        if errors >= 0 { close(errors) }
    }

    /// Writes to its standard input; false where nobody reads it any more.
    @discardableResult
    public func write(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(input, $0.baseAddress, $0.count) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Ends its standard input.
    public func closeInput() {
        if input >= 0 { close(input) }
        input = -1
    }

    /// Sends it a signal.
    public func send(_ signal: Int32) { if status == nil { kill(process, signal) } }

    /// Reads until its output contains `text`; false where it ended or `seconds` went by before.
    public func waitForOutput(_ text: String, seconds: Double = 10) -> Bool {
        waitFor(text, seconds: seconds, in: { outputSoFar }, isOpen: { output >= 0 })
    }

    /// The same for what it writes on standard error.
    public func waitForErrors(_ text: String, seconds: Double = 10) -> Bool {
        waitFor(text, seconds: seconds, in: { errorsSoFar }, isOpen: { errors >= 0 })
    }

    private func waitFor(_ text: String, seconds: Double, in written: () -> String, isOpen: () -> Bool) -> Bool {
        var time = Clock.Span(seconds)
        while !written().contains(text) {
            let isOver = time.isOver()
            guard isOpen() else { return false }
            read(milliseconds: isOver ? 0 : 50)
            // What was there already is read also by who comes late to it.
            if isOver { return written().contains(text) }
        }
        return true
    }

    /// What it has written so far.
    public var outputSoFar: String { String(decoding: outputBytes, as: UTF8.self) }
    public var errorsSoFar: String { String(decoding: errorBytes, as: UTF8.self) }

    /// Waits for its end. After `seconds` it is killed, and the status is -1.
    /// - Parameter sharesStreams: whether others write to its streams for long, and are not waited for.
    public func wait(seconds: Double = 20, sharesStreams: Bool = false) -> Outcome {
        var time = Clock.Span(seconds)
        var killed = false
        while status == nil {
            read(milliseconds: 5)
            // Asked before whether it has ended, so that who comes late to it finds its end.
            let isOver = time.isOver()
            collect()
            if status == nil, isOver, !killed {
                killed = true
                kill(process, SIGKILL)
            }
        }
        // What it wrote before its end is there, and at most as much as pipes hold: two reads, and one for their ends. What
        // others of its streams' owners may still write is not waited for.
        for _ in 0..<3 { read(milliseconds: 0) }
        let patience = Clock.now + (sharesStreams ? 0 : 1)
        while output >= 0 || errors >= 0, Clock.now < patience {
            if !read(milliseconds: 20), Clock.now > patience - 0.9 { break }
        }
        return Outcome(status: killed ? -1 : status ?? -1, output: outputSoFar, errors: errorsSoFar)
    }

    /// Kills it, if it has not ended, and waits.
    @discardableResult
    public func stop() -> Outcome {
        send(SIGKILL)
        return wait()
    }

    private func collect() {
        var word: Int32 = 0
        guard status == nil, waitpid(process, &word, WNOHANG) == process else { return }
        status = word & 0x7f == 0 ? (word >> 8) & 0xff : 128 + (word & 0x7f)
    }

    /// Reads what is there; false where nothing came.
    @discardableResult
    private func read(milliseconds: Int32) -> Bool {
        var polled = [
            pollfd(fd: output, events: Int16(POLLIN), revents: 0),
            pollfd(fd: errors, events: Int16(POLLIN), revents: 0),
        ]
        guard output >= 0 || errors >= 0 else {
            usleep(useconds_t(milliseconds) * 1000)
            return false
        }
        guard poll(&polled, 2, milliseconds) > 0 else { return false }
        if polled[0].revents != 0 { Self.take(&output, &outputBytes) }
        if polled[1].revents != 0 { Self.take(&errors, &errorBytes) }
        return true
    }

    private static func take(_ descriptor: inout Int32, _ bytes: inout [UInt8]) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        if count > 0 {
            bytes += buffer[..<count]
        } else {
            close(descriptor)
            descriptor = -1
        }
    }
}

extension RunningProgram {
    /// The processes that it has started and that are still its own.
    public var children: [pid_t] { Self.children(of: process) }

    /// The same of another process. Some may be left out while it starts or ends others: proc_pid_task(5).
    public static func children(of process: pid_t) -> [pid_t] {
        let text = try? String(contentsOfFile: "/proc/\(process)/task/\(process)/children", encoding: .utf8)
        return (text ?? "").split(separator: " ").compactMap { pid_t($0) }
    }
}

/// Time that only goes forward, in seconds.
public enum Clock {
    public static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// How much longer things may take than on a machine that does nothing else: `MINIBOX_PATIENCE`.
    public static let patience = getenv("MINIBOX_PATIENCE").flatMap { Double(String(cString: $0)) } ?? 1

    /// The time that a wait has left. Those of less than a second are pauses, and as long as they are said to be.
    struct Span {
        private var left: Double
        private var last = now

        init(_ seconds: Double) { left = seconds < 1 ? seconds : seconds * patience }

        /// Asked each time that what is waited for is not there. What lies between two questions counts for half a second
        /// at most: a machine that stands still, or does not let us run, has not given anybody else that time either.
        mutating func isOver() -> Bool {
            let (before, asked) = (last, now)
            left -= min(asked - before, 0.5)
            last = asked
            return left <= 0
        }
    }

    /// Asks every 5 ms until `condition` holds; false where it does not within `seconds`.
    public static func wait(seconds: Double = 5, until condition: () throws -> Bool) rethrows -> Bool {
        var time = Span(seconds)
        while true {
            // Asked before the condition, which has the last word.
            let isOver = time.isOver()
            if try condition() { return true }
            if isOver { return false }
            usleep(5000)
        }
    }
}
