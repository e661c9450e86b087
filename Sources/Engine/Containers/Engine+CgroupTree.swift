// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

extension Engine {
    /// The cgroup2 tree, with the controllers that the limits need passed down; all of them for a container that has every
    /// right, in which other containers may have limits.
    func cgroupTree(for limits: LimitRequest, isPrivileged: Bool = false) throws(EngineError) -> CgroupTree? {
        do {
            let tree = try CgroupTree.find()
            let controllers = try limits.settings().map(\.controller)
            try limits.requireParent(in: tree, controllers: isPrivileged ? [] : controllers)
            if let tree, !controllers.isEmpty, controllers.allSatisfy(tree.controllers.contains) {
                try tree.passDown(controllers)
            }
            if isPrivileged, let tree { tree.passDownAll(to: limits.parent(in: tree)) }
            return tree
        } catch let error as EngineError {
            throw error
        } catch {
            throw EngineError(.start, "cannot use cgroups", cause: error)
        }
    }
}

extension LimitRequest {
    /// The directory below which the container's cgroup is made.
    func parent(in tree: CgroupTree) -> String { cgroupParent.map { tree.base + $0.path } ?? tree.parent }

    /// Says what is wrong with a parent that was named, before there is anything of the container.
    fileprivate func requireParent(in tree: CgroupTree?, controllers: [String]) throws(EngineError) {
        guard let cgroupParent else { return }
        guard let tree else {
            throw EngineError(.invalid, "cannot put the container below the cgroup \(cgroupParent): \(Engine.noTree)")
        }
        // Each on the way: cgroup-v2.rst, "No Internal Process Constraint" and "Threads".
        var path = tree.base
        for name in cgroupParent.names {
            path += "/\(name)"
            guard let group = try? Descriptor.open(path, [.directory]) else { return }
            let kind = (try? group.contents(of: "cgroup.type")) ?? []
            if kind.starts(with: "threaded".utf8) || kind.starts(with: "domain invalid".utf8) {
                throw EngineError(
                    .invalid, "cannot put the container below the cgroup \(cgroupParent): \(path) is for threads alone")
            }
            let procs = (try? group.contents(of: "cgroup.procs")) ?? []
            if !controllers.isEmpty, !procs.isEmpty {
                throw EngineError(
                    .invalid,
                    "cannot put a container with limits below the cgroup \(cgroupParent): processes are in \(path) "
                        + "itself, and cgroup v2 passes no controllers down there: move them to a cgroup below it, or "
                        + "name another")
            }
        }
    }
}
