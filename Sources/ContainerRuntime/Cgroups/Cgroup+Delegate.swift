// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension Cgroup {
    /// Lets a user of the host make cgroups below the one that is open at `directory`, and share out among them what it
    /// has: config-linux.md, "Cgroup ownership". Its own limits stay whose they are.
    static func delegate(_ directory: borrowing Descriptor, to owner: UInt32) throws(SystemError) {
        // 2^32-1 leaves the group: chown(2).
        try directory.setOwner(user: owner, group: .max)
        // Since Linux 5.15 the kernel says which files go with it.
        let files =
            (try? Descriptor.contents(of: "/sys/kernel/cgroup/delegate")).map(CgroupTree.words)
            ?? ["cgroup.procs", "cgroup.threads", "cgroup.subtree_control"]
        for file in files where !file.contains("/") {
            do throws(SystemError) {
                try directory.setOwner(user: owner, group: .max, of: file)
            } catch {
                // Of a controller that is not passed down to it.
                guard error.errno == .noEntry else { throw error }
            }
        }
    }
}
