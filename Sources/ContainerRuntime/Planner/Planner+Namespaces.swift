// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension Planner {
    /// What cannot be, or would be the host's: a setting of a namespace that is shared is the host's own setting.
    func checkNamespaces() throws(PlanError) {
        let namespaces = configuration.namespaces
        let joined = namespaces.joined.reduce(into: opened) { $0.formUnion($1.kinds) }
        if !own.isDisjoint(with: joined) {
            throw PlanError(.namespace, "\(own.intersection(joined)): it is either new or joined")
        }
        if namespaces.paths.count != Set(namespaces.paths.map(\.kind)).count {
            throw PlanError(.namespace, "the same kind of namespace is joined twice")
        }
        guard own.contains(.mount) || joined.contains(.mount) else {
            throw PlanError(.namespace, "mnt: without one of its own its mounts would be the host's")
        }
        if !namespaces.timeOffsets.isEmpty, !own.contains(.time) {
            throw PlanError(.namespace, "time: offsets of clocks need a namespace of its own")
        }
        if !namespaces.devices.isEmpty, !own.contains(.network), !joined.contains(.network) {
            throw PlanError(.namespace, "net: interfaces can only be moved to another network namespace")
        }
        if own.contains(.user), configuration.idMap == nil {
            throw PlanError(.namespace, "user: a namespace of its own needs maps of users and groups")
        }
    }
}
