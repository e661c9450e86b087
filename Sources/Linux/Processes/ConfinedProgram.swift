// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// A program of this machine that is run as nobody, since it speaks with strangers: without groups, capabilities or ways to
/// get any, in a session of its own, and in one directory, the only place where it can write.
public struct ConfinedProgram: Sendable {
    /// The user and the group that it is run as, which own nothing but what they are given.
    public static let user: UInt32 = 65534

    /// The program's file, and its arguments, the first of which is its own name.
    public var path: String
    public var arguments: [String]
    /// `NAME=value`: all of it, nothing is inherited.
    public var environment: [String]

    public init(_ path: String, arguments: [String], environment: [String]) {
        self.path = path
        self.arguments = arguments
        self.environment = environment
    }

    /// Starts the program in `directory`, which it need not be able to reach by any path, with pipes for its streams. It is
    /// killed when this process ends.
    ///
    /// Only for a process with one thread, since it clones. ENOENT where the file is not there, EACCES where not everybody
    /// may execute it, EINVAL where this user namespace has no number for nobody.
    public func start(in directory: borrowing Descriptor) throws(SystemError) -> ConfinedProcess {
        // Opened by who can reach it: nobody may not.
        let file = try Descriptor.open(path, .readOnly)
        let input = try Pipe()
        let output = try Pipe()
        let error = try Pipe()
        let report = try Pipe()
        switch try Process.clone(into: []) {
        case .child:
            do throws(SystemError) {
                try CurrentProcess.setStandardStream(0, to: input.reader)
                try CurrentProcess.setStandardStream(1, to: output.writer)
                try CurrentProcess.setStandardStream(2, to: error.writer)
                try CurrentProcess.changeDirectory(to: directory)
                try Self.becomeNobody()
                try execute(file)
            } catch {
                try? report.writer.write([UInt8(truncatingIfNeeded: error.errno.rawValue)])
            }
            CurrentProcess.exitImmediately(127)
        case .parent(let process):
            let answer = report.takeReader()
            let failure = try answer.read(upTo: 1)
            if let number = failure.first {
                _ = try process.wait()
                throw SystemError("execve", Errno(rawValue: Int32(number)))
            }
            // One that reads as well: what is written after the program's end is no SIGPIPE for this process.
            return ConfinedProcess(
                process: process, input: try input.writerThatReads(), output: output.takeReader(),
                error: error.takeReader())
        }
    }

    /// What a new process gives up before it becomes the program.
    private static func becomeNobody() throws(SystemError) {
        try CurrentProcess.resetSignals()
        // A terminal's keys are for who started it.
        try CurrentProcess.startSession()
        _ = CurrentProcess.setFileModeMask(0o077)
        // Where CAP_SETPCAP is missing the set stays as it is, and no_new_privs leaves nothing to be gained of it.
        do throws(SystemError) { try ProcessCapabilities.bound(to: []) } catch {
            guard error.errno == .notPermitted else { throw error }
        }
        try CurrentProcess.setNoNewPrivileges()
        try CurrentProcess.setSupplementaryGroups([])
        try CurrentProcess.setGroup(user)
        try CurrentProcess.setUser(user)
        try ProcessCapabilities.set(effective: [], permitted: [], inheritable: [])
        // The change of ids took it away: commit_creds of kernel/cred.c.
        try CurrentProcess.setParentDeathSignal(.kill)
    }

    private func execute(_ file: borrowing Descriptor) throws(SystemError) {
        var argv = unsafe arguments.map { unsafe strdup($0) as UnsafeMutablePointer<CChar>? } + [nil]
        var envp = unsafe environment.map { unsafe strdup($0) as UnsafeMutablePointer<CChar>? } + [nil]
        try CurrentProcess.closeOnExec(from: 3)
        let number = file.raw
        do throws(SystemError) {
            try check("execveat") { unsafe mb_execveat(number, "", &argv, &envp, Int32(atEmptyPath)) }
        } catch {
            // The interpreter of a script would be given a descriptor that is closed by then: execveat(2), BUGS.
            guard error.errno == .noEntry else { throw error }
            try check("execve") { unsafe execve(path, &argv, &envp) }
        }
    }
}

/// A confined program that was started. It is killed and waited for when this value goes.
public struct ConfinedProcess: ~Copyable, Sendable {
    private let process: Process
    /// What it reads, what it writes, and what it complains of.
    public let input: Descriptor
    public let output: Descriptor
    public let error: Descriptor

    init(
        process: consuming Process, input: consuming Descriptor, output: consuming Descriptor,
        error: consuming Descriptor
    ) {
        self.process = process
        self.input = input
        self.output = output
        self.error = error
    }

    /// Kills it, and returns how it ended; that may have been before.
    public borrowing func end() -> ExitStatus {
        try? process.send(.kill)
        return (try? process.wait()) ?? .signaled(.kill)
    }

    deinit { _ = end() }
}
