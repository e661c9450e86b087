// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension Cgroup {
    /// Whether its processes are held, or are about to be: `cgroup.freeze`, which an ancestor's does not change.
    public borrowing func isFrozen() -> Bool { number("cgroup.freeze") == 1 }

    /// Holds every process of it and below it: `pause`. On return none of them runs.
    ///
    /// Where one does not stop in time, since the kernel does something for it that cannot be interrupted, all are let
    /// go again.
    /// - Throws: ``CgroupError/Code/stuck``, which names that process.
    public borrowing func freeze(_ deadline: Deadline = .ofCommand) throws(CgroupError) {
        let isDone = try attempt("freeze") { () throws(SystemError) in
            try directory.write("1", to: "cgroup.freeze")
            return try wait(for: "frozen", toBe: 1, until: deadline)
        }
        if isDone { return }
        let reason = stuckProcess() ?? "a process in it does not stop"
        try? directory.write("0", to: "cgroup.freeze")
        throw CgroupError(.stuck, "cannot freeze the cgroup \(path): \(reason); nothing is frozen")
    }

    /// Lets its processes go on: `resume`. They do on return, unless a cgroup above is frozen, which is told.
    public borrowing func thaw(_ deadline: Deadline = .ofCommand) throws(CgroupError) {
        let isDone = try attempt("thaw") { () throws(SystemError) in
            try directory.write("0", to: "cgroup.freeze")
            return try wait(for: "frozen", toBe: 0, until: deadline)
        }
        if isDone { return }
        throw CgroupError(
            .stuck, "the cgroup \(path) stays frozen with one above it: write 0 to that one's cgroup.freeze")
    }
}
