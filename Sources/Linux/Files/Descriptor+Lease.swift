// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

extension Descriptor {
    /// Whether some process can still write to this regular file, which is open for reading alone: through a descriptor or
    /// a shared mapping that it had before. fcntl(2), F_SETLEASE: a lease for reading is given only where nobody can.
    ///
    /// The file must be this process' own, or it needs CAP_LEASE.
    public borrowing func isOpenForWriting() throws(SystemError) -> Bool {
        let number = raw
        do throws(SystemError) {
            try check("fcntl") { mb_fcntl(number, 1024 /* F_SETLEASE */, Int(F_RDLCK)) }
        } catch {
            if error.errno == .again { return true }
            throw error
        }
        try check("fcntl") { mb_fcntl(number, 1024 /* F_SETLEASE */, Int(F_UNLCK)) }
        return false
    }
}
