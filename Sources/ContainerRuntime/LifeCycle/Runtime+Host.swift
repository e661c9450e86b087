// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension Runtime {
    /// The tree in which containers get their cgroups; nil where they get none.
    func cgroupTree() throws(RuntimeError) -> CgroupTree? {
        if cgroups == .disabled { return nil }
        do {
            return try CgroupTree.find()
        } catch {
            throw RuntimeError(.start, "cannot use cgroups: \(error)")
        }
    }

    /// The directory of a container's cgroup.
    func cgroup(
        of description: RuntimeConfiguration, id: ContainerID, in tree: CgroupTree?
    ) throws(RuntimeError) -> String? {
        do throws(CgroupError) {
            return try tree?.directory(for: description.linux.cgroupsPath, id: id.text)
        } catch {
            throw RuntimeError(.invalid, "\(error)", RuntimeError.Details(phase: "configuration"))
        }
    }
}

extension RuntimeStore {
    /// Where compiled filters are kept.
    var filters: String { root + "/.filters" }
}

extension HostFacts {
    /// What the planner has to know about the host for a container whose root is a directory.
    static func current(
        tree: CgroupTree?, limits: some Sequence<Resource>
    ) throws(RuntimeError) -> HostFacts {
        let (bounding, known) = ProcessCapabilities.boundingAndKnown()
        do throws(SystemError) {
            let permitted = try ProcessCapabilities.permittedOfCaller()
            var current: [LimitChoice] = []
            for resource in limits {
                current.append(LimitChoice(resource: resource, limit: try ResourceLimit.current(resource)))
            }
            return HostFacts(
                overlayTakesDescriptors: true, controllers: tree?.controllers ?? [],
                capabilities: permitted.intersection(bounding), knownCapabilities: known, limits: current)
        } catch {
            throw RuntimeError(.start, "cannot find out what this process may do", cause: error)
        }
    }
}
