// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

extension HostProgram {
    /// Runs the program in the place of this one, with its standard streams: execve(2). Returns only where that failed.
    public func become() throws(SystemError) {
        var argv = unsafe arguments.map { unsafe strdup($0) as UnsafeMutablePointer<CChar>? } + [nil]
        var envp = unsafe environment.map { unsafe strdup($0) as UnsafeMutablePointer<CChar>? } + [nil]
        defer {
            for index in unsafe argv.indices { unsafe free(argv[index]) }
            for index in unsafe envp.indices { unsafe free(envp[index]) }
        }
        try check("execve") { unsafe execve(path, &argv, &envp) }
    }
}
