// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension Cgroup {
    /// Kills what is in the cgroup at `path` and below it, and removes all of it. One that is gone is no error.
    ///
    /// It ends at the deadline, whatever a process does; frozen ones are killed like others.
    /// - Throws: ``CgroupError/Code/stuck``, which names a process that does not end and what it waits for.
    public static func remove(_ path: String, by deadline: Deadline = .ofCommand) throws(CgroupError) {
        // The usual case: the processes are gone, and nobody made a cgroup below.
        if try removeEmpty(path) { return }
        let cgroup: Cgroup
        do throws(CgroupError) {
            cgroup = try Cgroup(opening: path)
        } catch {
            if error.code == .missing { return }
            throw error
        }
        while true {
            try cgroup.empty(until: deadline)
            cgroup.removeChildren()
            if try removeEmpty(path) { return }
            // Somebody has put a process or a cgroup into it meanwhile: again, unless he keeps doing so.
            if deadline.left == 0 {
                throw CgroupError(
                    .stuck, "cannot remove the cgroup \(path): others keep making processes or cgroups in it")
            }
            Clock.sleep(milliseconds: 1)
        }
    }

    /// Removes it if nothing is in it; false where something is.
    private static func removeEmpty(_ path: String) throws(CgroupError) -> Bool {
        do throws(SystemError) {
            let (above, name) = path.atLastSlash ?? ("", path)
            try Descriptor.open(above + "/", [.directory]).remove(name, directory: true)
            return true
        } catch {
            switch error.errno {
            case .noEntry, .noDevice: return true
            case .busy: return false
            default: throw CgroupError(.file, "cannot remove the cgroup \(path)", cause: error)
            }
        }
    }

    private borrowing func empty(until deadline: Deadline) throws(CgroupError) {
        do throws(CgroupError) { try kill() } catch {
            if error.code == .missing { return }
            throw error
        }
        if try waitUntilEmpty(deadline) { return }
        let reason = stuckProcess() ?? "a process in it does not end"
        throw CgroupError(
            .stuck, "cannot remove the cgroup \(path): it was killed, but \(reason): delete again when it has ended")
    }

    private borrowing func removeChildren() {
        // What cannot be removed now is found by the next round.
        guard var walk = try? CgroupWalk(below: directory) else { return }
        try? walk.run(leave: { parent, name in try? parent.remove(name, directory: true) })
    }
}
