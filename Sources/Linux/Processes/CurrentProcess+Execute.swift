// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

extension CurrentProcess {
    /// Becomes the program at `path`, with this process' environment and streams: execve(2). Returns only where that failed.
    public static func execute(_ path: String, _ arguments: [String]) throws(SystemError) {
        try closeOnExec(from: 3)
        var argv = unsafe arguments.map { unsafe strdup($0) as UnsafeMutablePointer<CChar>? } + [nil]
        try check("execve") { unsafe execve(path, &argv, environ) }
    }
}
