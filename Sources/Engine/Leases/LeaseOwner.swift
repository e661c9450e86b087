// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

/// What a lease is tied to, held so that its end is seen: a process, or the ends of a pipe that can be written to.
struct LeaseOwner: ~Copyable {
    /// The lease's name: `pid-NUMBER-START-SCOPE` or `pipe-DEVICE-INODE-SCOPE`. The same owner gives the same name, and no
    /// other does: a number that was used again has another start, and what another boot or pid namespace numbers another
    /// scope, ``ProcessScope/name``.
    let id: String
    let descriptor: Descriptor
    private let isProcess: Bool

    private init(_ id: String, _ descriptor: consuming Descriptor, isProcess: Bool) {
        self.id = id
        self.descriptor = descriptor
        self.isProcess = isProcess
    }

    /// The owner that a command names.
    init(_ argument: LeaseArgument) throws(EngineError) {
        switch argument {
        case .process(let number):
            let process: Process
            do throws(SystemError) { process = try Process(opening: number) } catch {
                switch error.errno {
                case .noSuchProcess: throw EngineError(.missing, "--lease: there is no process \(number)")
                // pidfd_open(2): the number of a thread.
                case .invalid: throw EngineError(.invalid, "--lease: \(number) is a thread, and no process")
                default: throw EngineError(.invalid, "--lease: cannot watch the process \(number)", cause: error)
                }
            }
            self = try Self.of(process, "the process \(number)")
        case .descriptor(let number): self = try Self.of(descriptor: number)
        }
    }

    /// What a descriptor that a command was started with turns out to be.
    private enum Given: ~Copyable {
        case pipe(id: String, Descriptor)
        case process(Process)
        case endedProcess, endedPipe
        case other(FileStatus.Kind)
    }

    private static func of(descriptor number: Int32) throws(EngineError) -> LeaseOwner {
        let given: Given
        do throws(SystemError) { given = try Self.given(number) } catch {
            guard error.errno == .badDescriptor else {
                throw EngineError(.invalid, "--lease: cannot watch descriptor \(number)", cause: error)
            }
            throw EngineError(
                .missing, "--lease: descriptor \(number) is not open in this command: let it be inherited")
        }
        switch consume given {
        case .pipe(let id, let reading): return LeaseOwner(id, reading, isProcess: false)
        case .process(let process): return try of(process, "the process of descriptor \(number)")
        case .endedProcess: throw EngineError(.missing, "--lease: the process of descriptor \(number) has ended")
        case .endedPipe:
            throw EngineError(.missing, "--lease: nobody holds the other end of descriptor \(number) any more")
        case .other(let kind):
            let word =
                switch kind {
                case .regular: "a file"
                case .directory: "a directory"
                case .character, .block: "a device"
                case .socket: "a socket"
                default: "neither a pipe nor a process"
                }
            throw EngineError(
                .invalid,
                "--lease: descriptor \(number) is \(word), which tells of nobody's end: give one end of a pipe, or a pidfd"
            )
        }
    }

    private static func given(_ number: Int32) throws(SystemError) -> Given {
        let given = try CurrentProcess.duplicateInherited(number)
        let status = try given.status()
        guard status.kind == .pipe else {
            let target = try Descriptor.open("/proc/self/fd", [.directory]).readLink("\(number)")
            if let process = try? Process(holding: given) { return .process(process) }
            let isProcess = target == "anon_inode:[pidfd]" || target.hasPrefix("pidfd:")
            return isProcess ? .endedProcess : .other(status.kind)
        }
        // One that was given for writing would keep itself from ending.
        let reading = try Descriptor.open("/proc/self/fd/\(given.number)", [.readOnly, .nonBlocking])
        try CurrentProcess.closeInherited(sameAs: status)
        // An end to read of a named pipe that was opened after the last writer has gone does not tell: fifo(7).
        if try isHungUp(given) { return .endedPipe }
        // What was given for writing has this command as a writer until here.
        try given.close()
        return try isHungUp(reading) ? .endedPipe : .pipe(id: name(of: status), reading)
    }

    private static func isHungUp(_ pipe: borrowing Descriptor) throws(SystemError) -> Bool {
        var set = PollSet()
        let end = set.add(pipe, .change)
        try set.wait(milliseconds: 0)
        return set.isReady(end)
    }

    private static func of(_ process: consuming Process, _ words: String) throws(EngineError) -> LeaseOwner {
        let number = process.id
        // Its start is asked after it was opened, so it is not that of another one with its number, unless it has ended.
        guard let start = ProcessTimes.start(of: number), (try? process.hasEnded()) == false else {
            throw EngineError(.missing, "--lease: \(words) has ended")
        }
        return LeaseOwner("pid-\(number)-\(start)-\(ProcessScope.name ?? "")", process.takeHandle(), isProcess: true)
    }

    /// What has become of the owner of a lease.
    enum Fate: ~Copyable {
        case lives(LeaseOwner)
        case ended
        /// It cannot be told: it is of another pid namespace, or the kernel did not answer. Nobody's things are removed for
        /// want of an answer.
        case unknown
    }

    /// Looks for the owner of a lease that is there.
    static func fate(of id: String) -> Fate {
        let parts = id.split(separator: "-").map(String.init)
        guard parts.count == 4, let own = ProcessScope.name, let boot = own.split(separator: ".").first else {
            return .unknown
        }
        guard parts[3].split(separator: ".").first == boot else { return .ended }
        guard parts[3] == own else { return .unknown }
        switch parts[0] {
        case "pid": return process(Int32(parts[1]) ?? 0, named: id)
        case "pipe": return findPipe(named: id)
        default: return .unknown
        }
    }

    private static func process(_ number: Int32, named id: String) -> Fate {
        let process: Process
        do throws(SystemError) { process = try Process(opening: number) } catch {
            // The number may be that of a thread by now: pidfd_open(2).
            return error.errno == .noSuchProcess || error.errno == .invalid ? .ended : .unknown
        }
        guard let hasEnded = try? process.hasEnded() else { return .unknown }
        if hasEnded { return .ended }
        guard let start = ProcessTimes.start(of: number) else { return .unknown }
        guard id == "pid-\(number)-\(start)-\(ProcessScope.name ?? "")" else { return .ended }
        return .lives(LeaseOwner(id, process.takeHandle(), isProcess: true))
    }

    /// An end to read of the pipe that a lease is tied to, where anybody can still write to it. It is looked for in all
    /// processes, which happens only where the lease's keeper was killed.
    private static func findPipe(named id: String) -> Fate {
        guard let proc = try? ProcDirectory.open(), let processes = try? proc.entries() else { return .unknown }
        var isWhole = true
        for process in processes where Int32(process) != nil {
            do throws(SystemError) {
                let held = try proc.open("\(process)/fd", [.directory])
                for number in try held.entries() {
                    do throws(SystemError) {
                        if let reading = try pipe(named: id, number, of: process, held) {
                            return .lives(LeaseOwner(id, reading, isProcess: false))
                        }
                    } catch {
                        // It was closed meanwhile.
                        if error.errno != .noEntry, error.errno != .noSuchProcess { isWhole = false }
                    }
                }
            } catch {
                if error.errno != .noEntry, error.errno != .noSuchProcess { isWhole = false }
            }
        }
        return isWhole ? .ended : .unknown
    }

    /// An end to read of a descriptor's pipe, where that is the one and can be written to.
    private static func pipe(
        named id: String, _ number: String, of process: String, _ held: borrowing Descriptor
    ) throws(SystemError) -> Descriptor? {
        let target = try held.readLink(number)
        guard target.hasPrefix("pipe:") || target.hasPrefix("/"), !target.hasPrefix("/dev/") else { return nil }
        let status = try held.open(number, .path).status()
        guard status.kind == .pipe, name(of: status) == id, try isWritable(process, number) else { return nil }
        return try held.open(number, [.readOnly, .nonBlocking])
    }

    /// Whether a process opened a descriptor for writing: proc(5), the octal `flags` of `/proc/PID/fdinfo/FD`.
    private static func isWritable(_ process: String, _ number: String) throws(SystemError) -> Bool {
        let bytes = try Descriptor.contents(of: "/proc/\(process)/fdinfo/\(number)")
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") where line.hasPrefix("flags:") {
            return line.utf8.last.map { ($0 & 3) != 0 } ?? false
        }
        return false
    }

    private static func name(of pipe: FileStatus) -> String {
        "pipe-\(pipe.device.major).\(pipe.device.minor)-\(pipe.inode)-\(ProcessScope.name ?? "")"
    }

    /// Waits until the owner ends.
    borrowing func awaitEnd() throws(SystemError) {
        while true {
            var set = PollSet()
            // Of a pipe only that nobody can write to it any more: what is written is nobody's concern.
            let end = set.add(descriptor, isProcess ? .reading : .change)
            try set.wait()
            if set.isReady(end) { return }
        }
    }
}
