// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// A program of this machine that is run, outside of any container, for what it does or writes.
public struct HostProgram: Sendable {
    /// The program's file, and its arguments, the first of which is its own name.
    public var path: String
    public var arguments: [String]
    /// `NAME=value`: all of it, nothing is inherited.
    public var environment: [String]

    public init(_ path: String, _ arguments: [String], environment: [String]) {
        self.path = path
        self.arguments = [path] + arguments
        self.environment = environment
    }

    /// The file of the program `name`, looked for in the directories of `PATH` as execvp(3) does; nil where there is none.
    public static func find(_ name: String) -> String? {
        let path = Linux.Environment.value(of: "PATH") ?? "/usr/local/bin:/usr/bin:/bin"
        for directory in path.split(separator: ":") where directory.utf8.first == UInt8(ascii: "/") {
            let file = "\(directory)/\(name)"
            guard let status = try? Descriptor.open(file, .path).status() else { continue }
            if status.kind == .regular, status.permissions & 0o111 != 0 { return file }
        }
        return nil
    }

    /// Starts the program in `directory`, with pipes for what it writes: posix_spawn(3). It reads `input`, or nothing.
    ///
    /// It has the default action for each signal and blocks none. Unlike a clone, this is possible in a process with
    /// several threads.
    public func start(in directory: borrowing Descriptor, input: [UInt8]? = nil) throws(SystemError) -> RunningProgram {
        let source = try Self.input(input)
        let output = try Pipe()
        let error = try Pipe()
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, source.raw, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output.writer.raw, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, error.writer.raw, 2)
        unsafe mb_spawn_in(&actions, directory.raw)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        var all = sigset_t()
        unsafe sigemptyset(&none)
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var argv = unsafe arguments.map { unsafe strdup($0) as UnsafeMutablePointer<CChar>? } + [nil]
        var envp = unsafe environment.map { unsafe strdup($0) as UnsafeMutablePointer<CChar>? } + [nil]
        defer {
            for index in unsafe argv.indices { unsafe free(argv[index]) }
            for index in unsafe envp.indices { unsafe free(envp[index]) }
        }
        var id: pid_t = 0
        let code = unsafe posix_spawn(&id, path, &actions, &attributes, &argv, &envp)
        guard code == 0 else { throw SystemError("posix_spawn", Errno(rawValue: code)) }
        // Nobody else waits for it, so the number is still its own.
        return RunningProgram(
            process: try Process(opening: id), output: output.takeReader(), error: error.takeReader())
    }

    /// A file in memory: unlike a pipe it takes any size at once, whether the program reads it or not.
    private static func input(_ bytes: [UInt8]?) throws(SystemError) -> Descriptor {
        guard let bytes else { return try Descriptor.open("/dev/null", .readOnly) }
        let file = Descriptor(adopting: try check("memfd_create") { unsafe mb_memfd_create("input", 1 /* CLOEXEC */) })
        try file.write(bytes)
        try file.seek(to: 0)
        return file
    }
}

/// A program that was started.
public struct RunningProgram: ~Copyable, Sendable {
    public let process: Process
    /// What it writes to its standard output, and to its standard error.
    public let output: Descriptor
    public let error: Descriptor

    /// How a program ended, and what it wrote.
    public struct Result: Sendable {
        public var status: ExitStatus
        public var output: [UInt8] = []
        public var error: [UInt8] = []
        /// The signal that came for this process meanwhile, on which the program was ended.
        public var interrupt: Signal?
    }

    /// Takes what the program writes, up to `limit` bytes of each stream, and waits for its end. A signal of `signals`
    /// ends it before.
    ///
    /// It is over when the program is, also where something that it left behind still has its streams.
    public consuming func finish(
        limit: Int = 1 << 20, interruptedBy signals: borrowing SignalQueue
    ) throws(SystemError) -> Result {
        var result = Result(status: .exited(0))
        try output.setNonBlocking(true)
        try error.setNonBlocking(true)
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var isOpen = (output: true, error: true)
        while true {
            var set = PollSet()
            let end = set.add(process.handle, .reading)
            let signal = set.add(signals.descriptor, .reading)
            if isOpen.output { _ = set.add(output, .reading) }
            if isOpen.error { _ = set.add(error, .reading) }
            try set.wait()
            if set.isReady(signal), let received = try signals.next() {
                result.interrupt = received
                try process.send(.terminate)
            }
            // What was written before the end is there when the end is.
            let hasEnded = set.isReady(end)
            if isOpen.output { isOpen.output = try Self.drain(output, &buffer, limit, into: &result.output) }
            if isOpen.error { isOpen.error = try Self.drain(error, &buffer, limit, into: &result.error) }
            if hasEnded { break }
        }
        result.status = try process.wait()
        return result
    }

    /// The same without signals, and with an end: nil where the program is not over after `milliseconds`, at which it is
    /// killed. A time of -1 is none.
    public consuming func finish(limit: Int, within milliseconds: Int) throws(SystemError) -> Result? {
        let end = Clock.monotonic / 1_000_000 + UInt64(max(0, milliseconds))
        var result = Result(status: .exited(0))
        try output.setNonBlocking(true)
        try error.setNonBlocking(true)
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var isOpen = (output: true, error: true)
        while true {
            let now = Clock.monotonic / 1_000_000
            if milliseconds >= 0, now >= end {
                try process.send(.kill)
                _ = try process.wait()
                return nil
            }
            var set = PollSet()
            let ended = set.add(process.handle, .reading)
            if isOpen.output { _ = set.add(output, .reading) }
            if isOpen.error { _ = set.add(error, .reading) }
            try set.wait(milliseconds: milliseconds < 0 ? -1 : Int32(clamping: end - now))
            let hasEnded = set.isReady(ended)
            if isOpen.output { isOpen.output = try Self.drain(output, &buffer, limit, into: &result.output) }
            if isOpen.error { isOpen.error = try Self.drain(error, &buffer, limit, into: &result.error) }
            if hasEnded { break }
        }
        result.status = try process.wait()
        return result
    }

    /// Whether more may come.
    private static func drain(
        _ stream: borrowing Descriptor, _ buffer: inout [UInt8], _ limit: Int, into bytes: inout [UInt8]
    ) throws(SystemError) -> Bool {
        while true {
            do throws(SystemError) {
                let count = try stream.read(into: &buffer)
                if count == 0 { return false }
                bytes += buffer[..<min(count, max(0, limit - bytes.count))]
            } catch {
                if error.errno == .again { return true }
                throw error
            }
        }
    }
}
