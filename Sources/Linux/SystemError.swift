// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// A system call that failed: its name and the error number it left.
///
/// Making one allocates nothing, so a cloned child may throw it.
public struct SystemError: Error, Sendable {
    /// The name of the call, as in section 2 of the manual.
    public let call: StaticString
    /// What the kernel answered.
    public let errno: Errno

    /// The failure of `call` with `errno`.
    public init(_ call: StaticString, _ errno: Errno) {
        self.call = call
        self.errno = errno
    }
}

extension SystemError: CustomStringConvertible {
    /// `call: what the error number means`, as in `openat2: no such file or directory`.
    public var description: String { "\(call): \(errno)" }
}

/// An error number of the kernel.
public struct Errno: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: Int32
    public init(rawValue: Int32) { self.rawValue = rawValue }

    public static let notPermitted = Errno(rawValue: EPERM)
    public static let noEntry = Errno(rawValue: ENOENT)
    public static let noSuchProcess = Errno(rawValue: ESRCH)
    public static let badDescriptor = Errno(rawValue: EBADF)
    public static let interrupted = Errno(rawValue: EINTR)
    public static let inputOutput = Errno(rawValue: EIO)
    public static let noChild = Errno(rawValue: ECHILD)
    public static let connectionReset = Errno(rawValue: ECONNRESET)
    public static let connectionRefused = Errno(rawValue: ECONNREFUSED)
    public static let again = Errno(rawValue: EAGAIN)
    public static let access = Errno(rawValue: EACCES)
    public static let busy = Errno(rawValue: EBUSY)
    public static let exists = Errno(rawValue: EEXIST)
    public static let crossDevice = Errno(rawValue: EXDEV)
    public static let noAddress = Errno(rawValue: ENXIO)
    public static let addressInUse = Errno(rawValue: EADDRINUSE)
    public static let addressNotAvailable = Errno(rawValue: EADDRNOTAVAIL)
    public static let protocolNotSupported = Errno(rawValue: EPROTONOSUPPORT)
    public static let noDevice = Errno(rawValue: ENODEV)
    public static let notDirectory = Errno(rawValue: ENOTDIR)
    public static let isDirectory = Errno(rawValue: EISDIR)
    public static let invalid = Errno(rawValue: EINVAL)
    public static let noSpace = Errno(rawValue: ENOSPC)
    public static let readOnly = Errno(rawValue: EROFS)
    public static let brokenPipe = Errno(rawValue: EPIPE)
    public static let argumentsTooLong = Errno(rawValue: E2BIG)
    public static let nameTooLong = Errno(rawValue: ENAMETOOLONG)
    public static let noSystemCall = Errno(rawValue: ENOSYS)
    public static let notEmpty = Errno(rawValue: ENOTEMPTY)
    public static let loop = Errno(rawValue: ELOOP)
    public static let noData = Errno(rawValue: ENODATA)
    public static let overflow = Errno(rawValue: EOVERFLOW)
    public static let notSupported = Errno(rawValue: EOPNOTSUPP)
    public static let noMemory = Errno(rawValue: ENOMEM)
    public static let execFormat = Errno(rawValue: ENOEXEC)
    public static let quota = Errno(rawValue: EDQUOT)
    public static let timedOut = Errno(rawValue: ETIMEDOUT)
    public static let range = Errno(rawValue: ERANGE)
    public static let restart = Errno(rawValue: ERESTART)
    public static let noAddressFamily = Errno(rawValue: EAFNOSUPPORT)
    public static let noBuffers = Errno(rawValue: ENOBUFS)
    public static let exchangeFull = Errno(rawValue: EXFULL)

    /// The C library's words, in lower case: `no such file or directory`.
    public var description: String {
        guard let text = unsafe mb_error_text(rawValue) else { return "error \(rawValue)" }
        return unsafe String(cString: text).lowercased()
    }
}

/// Runs a system call, again for as long as a signal interrupts it, and throws where it returns -1.
///
/// `close` must not go through it: Linux has freed the descriptor even when it says EINTR.
@discardableResult @inline(__always)
func check<R: FixedWidthInteger & SignedInteger>(_ call: StaticString, _ body: () -> R) throws(SystemError) -> R {
    while true {
        let result = body()
        if result != -1 { return result }
        let code = Glibc.errno
        if code != EINTR { throw SystemError(call, Errno(rawValue: code)) }
    }
}
