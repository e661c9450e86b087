// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension CgroupTree {
    /// Where one more program of a container goes: into its cgroup, or the one below it that its first process has gone to.
    ///
    /// A container that divides its cgroup, as an engine or an init in it does, has no process in the cgroup itself any more,
    /// and the kernel lets none in: a clone into it fails with EBUSY (cgroup-v2.rst, "No Internal Process Constraint").
    ///
    /// - Parameters:
    ///   - cgroup: the directory of the container's cgroup; absolute.
    ///   - process: the container's first process.
    public static func entrance(of cgroup: String, firstProcess process: Int32) -> String {
        guard let on = try? Descriptor.contents(of: cgroup + "/cgroup.subtree_control"), !words(on).isEmpty,
            let table = try? Descriptor.contents(of: "/proc/\(process)/cgroup"), let path = path(in: table),
            let name = cgroup.pathParts.last
        else { return cgroup }
        // From another cgroup namespace the path begins elsewhere: what follows the container's own name is the same.
        let parts = path.pathParts
        guard let own = parts.firstIndex(of: name) else { return cgroup }
        return parts[(own + 1)...].reduce(cgroup) { "\($0)/\($1)" }
    }
}
