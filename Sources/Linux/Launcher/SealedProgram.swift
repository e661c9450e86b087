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
        let copy = Descriptor(
            adopting: try check("memfd_create") {
                unsafe mb_memfd_create("minibox", 3 /* CLOEXEC, ALLOW_SEALING */)
            })
        try program.copyContents(to: copy, program.status(), through: CopyBuffer())
        let file = copy.raw
        try check("fcntl") { mb_fcntl(file, 1033 /* F_ADD_SEALS */, 0xf) }
        var arguments = unsafe CommandLine.arguments.map { unsafe strdup($0) as UnsafeMutablePointer<CChar>? }
        unsafe arguments.append(nil)
        try check("execveat") { unsafe mb_execveat(file, "", &arguments, environ, Int32(atEmptyPath)) }
    }
}
