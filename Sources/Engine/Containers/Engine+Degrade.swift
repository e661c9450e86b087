// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

extension Engine {
    /// What this host cannot give to a container that asked for the defaults; a line each goes to `notes`, for people
    /// and for the record. What was asked for by name is refused instead.
    /// - Returns: whose users the container has.
    func degrade(
        _ users: UserNamespaceChoice, tree: CgroupTree?, notes: inout [String]
    ) throws(EngineError) -> UserNamespaceChoice {
        if tree == nil {
            notes.append(
                "no cgroup v2 tree is mounted that can be written: this container has no limits and no device filter")
        }
        guard case .own(let isRequired) = users else { return users }
        let canMap: Bool
        do {
            let range = try SubordinateRange.ofHost()
            canMap = try MappedMountProbe.works(on: places.root, runRoot: places.runRoot, range: range)
        } catch {
            throw EngineError(.start, "cannot give the container users of its own", cause: error)
        }
        if canMap { return users }
        let reason = "the file system of \(places.root) cannot show layers with other owners"
        if isRequired {
            throw EngineError(
                .invalid,
                "--userns private: \(reason): write --root with a directory on ext4, xfs, btrfs or tmpfs, or --userns host"
            )
        }
        notes.append("\(reason): this container has the host's users, and root in it is root of the host")
        return .host
    }
}
