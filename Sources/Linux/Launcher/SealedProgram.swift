// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// This program as a private copy that nobody can change.
///
/// A process that enters a container where others may look into any (CAP_SYS_PTRACE, and the host's users) shows them its
/// program at `/proc/PID/exe` before it executes the container's own (CVE-2019-5736). The launcher is no answer there: it
/// comes after that.
public enum SealedProgram {
    /// Executes a sealed copy of this program in its place, with the same arguments and variables. Returns where this
    /// process is one already, and throws where that cannot be made.
    ///
    /// Descriptors that do not close themselves stay open. It costs a copy of the program: some milliseconds.
    public static func become() throws(SystemError) {
        let program = try Descriptor.open("/proc/self/exe", .readOnly)
        let number = program.raw
        // F_GET_SEALS: EINVAL for what is no memfd, fcntl(2).
        let seals = mb_fcntl(number, 1034, 0)
        if seals >= 0, seals & 0x8 /* F_SEAL_WRITE */ != 0 { return }
        let copy = try copy(of: program)
        let file = copy.raw
        var arguments = unsafe CommandLine.arguments.map { unsafe strdup($0) as UnsafeMutablePointer<CChar>? }
        unsafe arguments.append(nil)
        try check("execveat") { unsafe mb_execveat(file, "", &arguments, environ, Int32(atEmptyPath)) }
    }

    /// A sealed copy of a program of this machine's: an ELF file that needs no other, since a container that it is run in
    /// need not have any.
    ///
    /// ENOEXEC where it is no ELF file (elf(5)), or asks for an interpreter; EACCES where nobody may execute it.
    public static func copy(of path: String) throws(SystemError) -> Descriptor {
        let program = try Descriptor.open(path, [.readOnly, .nonBlocking])
        let status = try program.status()
        guard status.kind == .regular, status.permissions & 0o111 != 0 else { throw SystemError("execve", .access) }
        guard StaticProgram.isOne(try program.read(upTo: 4096)) else { throw SystemError("execve", .execFormat) }
        try program.seek(to: 0)
        return try copy(of: program)
    }

    private static func copy(of program: borrowing Descriptor) throws(SystemError) -> Descriptor {
        let copy = try Descriptor.memory()
        try program.copyContents(to: copy, program.status(), through: CopyBuffer())
        try copy.seal()
        return copy
    }
}

/// A program that the launcher executes by its descriptor.
public struct PlacedProgram: Sendable {
    let number: Int32
    /// Where it is in /proc: what a container may have mounted there would run in its place, with no more rights.
    public var path: String { "/proc/self/fd/\(number)" }

    /// Moves it behind the numbers that the program's own descriptors get.
    public init(_ program: consuming Descriptor) throws(SystemError) {
        let file = program.raw
        number = try check("fcntl") { mb_fcntl(file, F_DUPFD_CLOEXEC, 64) }
    }
}
