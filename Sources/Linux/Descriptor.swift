// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// A file descriptor with one owner: closed once, by ``close()`` or when it goes out of scope.
public struct Descriptor: ~Copyable, Sendable {
    let raw: CInt

    /// Takes over `raw`, which nobody else closes from now on.
    init(adopting raw: CInt) {
        precondition(raw >= 0, "not a descriptor")
        self.raw = raw
    }

    /// Closes now, and reports the error that going out of scope would swallow (a full disk on NFS, a quota).
    public consuming func close() throws(SystemError) {
        let number = raw
        discard self
        if Glibc.close(number) != 0 { throw SystemError("close", Errno(rawValue: Glibc.errno)) }
    }

    /// Gives the number up without closing it, for a descriptor that outlives this program's `exec`.
    consuming func release() -> CInt {
        let number = raw
        discard self
        return number
    }

    deinit { _ = Glibc.close(raw) }

    /// A second descriptor of the same open file, closed on `exec`.
    public borrowing func duplicate() throws(SystemError) -> Descriptor {
        let number = raw
        return Descriptor(adopting: try check("fcntl") { mb_fcntl(number, F_DUPFD_CLOEXEC, 3) })
    }

    /// The number, for a message or for `/proc/self/fd/N`; it owns nothing.
    public var number: Int32 { raw }
}
