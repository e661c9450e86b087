// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

extension Engine {
    /// What this host cannot give to a container that asked for the defaults; a line each goes to `notes`, for people
    /// and for the record. What was asked for by name is refused instead.
    /// - Parameter mounts: what it shows that outlives it.
    /// - Returns: whose users the container has.
    func degrade(
        _ users: UserNamespaceChoice, tree: CgroupTree?, mounts: [MountPoint] = [], notes: inout [String]
    ) throws(EngineError) -> UserNamespaceChoice {
        if tree == nil {
            notes.append(
                "\(Self.noTree): this container has no limits and no device filter")
        }
        guard case .own(let isRequired) = users else { return users }
        guard let reason = try obstacle(to: mounts) else { return users }
        if isRequired {
            throw EngineError(
                .invalid,
                "--userns private: \(reason): have it on ext4, xfs, btrfs or tmpfs, or write --userns host")
        }
        notes.append("\(reason): this container has the host's users, and root in it is root of the host")
        return .host
    }

    static let noTree = "no cgroup v2 tree is mounted that can be written"

    /// Why files cannot be shown with a container's own owners; nil where they can.
    private func obstacle(to mounts: [MountPoint]) throws(EngineError) -> String? {
        do throws(HostError) {
            let range = try SubordinateRange.ofHost()
            guard try MappedMountProbe.works(on: places.root, runRoot: places.runRoot, range: range) else {
                return "the file system of \(places.root) cannot show layers with other owners"
            }
            // In a container whatever is not on a volume is on an overlay. Of other file systems, a bind that cannot be
            // mapped is refused by its step: they are no reason to give every container there the host's users.
            for path in mounts.compactMap(hostPath) where Self.isOnOverlay(path) {
                guard try MappedMountProbe.works(on: path, runRoot: places.runRoot, range: range) else {
                    return "\(path) is on an overlay, which cannot show files with other owners"
                }
            }
            return nil
        } catch {
            if error.code == .noIDs { return error.description }
            throw EngineError(.start, "cannot give the container users of its own", cause: error)
        }
    }

    /// What of the host's a mount shows: a bind's source, or the directory that a volume was told to be. Other volumes are
    /// in the store.
    private func hostPath(_ mount: MountPoint) -> String? {
        switch mount.kind {
        case .bind: return mount.source
        case .image: return nil
        case .volume:
            guard let options = volumes.find(mount.name)?.options, !options.isEmpty,
                case .tree(let path, _, _)? = try? LocalVolume(options, volume: mount.name)
            else { return nil }
            return path
        }
    }

    private static func isOnOverlay(_ path: String) -> Bool {
        (try? Descriptor.open(path, .path).fileSystemMagic()) == .overlay
    }
}
