// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

/// What a lease is tied to, held so that its end is seen: a process, or the ends of a pipe that can be written to.
struct LeaseOwner: ~Copyable {
    /// The lease's name: `pid-NUMBER-START-BOOT` or `pipe-DEVICE-INODE-BOOT`. The same owner gives the same name, and no
    /// other does: a number that was used again has another start, and what a boot numbers another boot's mark.
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
        return LeaseOwner("pid-\(number)-\(start)-\(bootMark)", process.takeHandle(), isProcess: true)
    }

    /// The owner of a lease that is there; nil where it has ended.
    init?(of id: String) {
        let parts = id.split(separator: "-").map(String.init)
        guard parts.count == 4, parts[3] == Self.bootMark else { return nil }
        switch parts[0] {
        case "pid":
            guard let number = Int32(parts[1]), let process = try? Process(opening: number),
                let found = try? Self.of(process, ""), found.id == id
            else { return nil }
            self = found
        case "pipe":
            guard let reading = Self.findPipe(named: id) else { return nil }
            self = LeaseOwner(id, reading, isProcess: false)
        default: return nil
        }
    }

    /// An end to read of the pipe that a lease is tied to, where anybody can still write to it. It is looked for in all
    /// processes, which happens only where the lease's keeper was killed.
    private static func findPipe(named id: String) -> Descriptor? {
        guard let proc = try? ProcDirectory.open(), let processes = try? proc.entries() else { return nil }
        for process in processes where Int32(process) != nil {
            guard let held = try? proc.open("\(process)/fd", [.directory]), let numbers = try? held.entries() else {
                continue
            }
            for number in numbers {
                guard let target = try? held.readLink(number), target.hasPrefix("pipe:") || target.hasPrefix("/"),
                    !target.hasPrefix("/dev/"), let place = try? held.open(number, .path),
                    let status = try? place.status(), status.kind == .pipe, name(of: status) == id,
                    isWritable(process, number)
                else { continue }
                if let reading = try? held.open(number, [.readOnly, .nonBlocking]) { return reading }
            }
        }
        return nil
    }

    /// Whether a process opened a descriptor for writing: proc(5), the octal `flags` of `/proc/PID/fdinfo/FD`.
    private static func isWritable(_ process: String, _ number: String) -> Bool {
        let bytes = (try? Descriptor.contents(of: "/proc/\(process)/fdinfo/\(number)")) ?? []
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") where line.hasPrefix("flags:") {
            return line.utf8.last.map { ($0 & 3) != 0 } ?? false
        }
        return false
    }

    private static func name(of pipe: FileStatus) -> String {
        "pipe-\(pipe.device.major).\(pipe.device.minor)-\(pipe.inode)-\(bootMark)"
    }

    /// The start of the kernel's own word for this boot: random(4).
    private static var bootMark: String {
        let bytes = (try? Descriptor.contents(of: "/proc/sys/kernel/random/boot_id")) ?? []
        return String(decoding: bytes.prefix(8), as: UTF8.self)
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
