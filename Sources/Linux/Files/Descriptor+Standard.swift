// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

extension Descriptor {
    /// A second descriptor of what this program reads its input from, closed on `exec`.
    public static func standardInput() throws(SystemError) -> Descriptor {
        Descriptor(adopting: try check("fcntl") { mb_fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) })
    }
}
