// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension AuditSubject {
    /// What lies in its own files, on the file system of its root.
    struct Tree: Hashable, Sendable {
        /// Programs that give whoever runs them an owner's rights, or capabilities.
        var gaining: [String] = []
        /// Nodes of disks.
        var disks: [String] = []
        /// Why not all was looked at; nil where it was.
        var missing: String?
    }

    /// A folder or file of the host's that a mount shows.
    struct Volume: Hashable, Sendable {
        var point: String
        /// Where the host has it.
        var host: String
        var mode: UInt32
        /// Whether any user of the host's gets as far as there.
        var isReached: Bool
    }

    /// A container may have as many files as it likes; the audit has to end.
    private static let most = (files: 200_000, depth: 60)

    /// Walks through the files of its root, and of no other file system.
    mutating func readTree(_ root: borrowing Descriptor) {
        // Where the mount or the processes heed neither, there is nothing to look for.
        let seeksRights = !keepsFromRights
        let seeksDisks = !rootMountHas("nodev")
        guard seeksRights || seeksDisks else { return }
        guard let status = try? root.status(), let open = try? root.open(".", [.readOnly, .directory]) else {
            tree.missing = "its root cannot be opened"
            return
        }
        var walk = TreeWalk(device: status.device, seeksRights: seeksRights, files: Self.most.files)
        walk.look(into: open, "", depth: Self.most.depth)
        tree = walk.tree
    }

    /// Whether all of its processes gain no rights by a file: NoNewPrivs, or a root that is nosuid.
    var keepsFromRights: Bool {
        rootMountHas("nosuid") || members.allSatisfy { $0.status.value(of: "NoNewPrivs") == "1" }
    }

    private func rootMountHas(_ option: String) -> Bool {
        mounts.last { $0.point == "/" }?.has(option) ?? false
    }

    /// Looks at what its mounts show of the host's own folders.
    mutating func readVolumes(_ root: borrowing Descriptor) {
        for mount in mounts where mount.point != "/" && !Self.given.contains(mount.point) {
            guard let host = hostPath(of: mount), namespaces["mnt"] != ownNamespaces["mnt"],
                let file = try? root.open(mount.point, .path, resolve: .container), let status = try? file.status(),
                status.isDirectory || status.kind == .regular
            else { continue }
            volumes.append(
                Volume(point: mount.point, host: host, mode: status.permissions, isReached: Self.isReached(host)))
        }
    }

    /// Whether everybody may go through all folders above the path.
    private static func isReached(_ path: String) -> Bool {
        var parts = path.split(separator: "/").dropLast()
        while !parts.isEmpty {
            guard let folder = try? Descriptor.open("/" + parts.joined(separator: "/"), .path),
                let status = try? folder.status(), status.permissions & 0o001 != 0
            else { return false }
            parts.removeLast()
        }
        return true
    }

    /// The files of a cgroup that hold a limit and are read as they were written.
    static let limitFiles = [
        "cpu.max", "cpu.weight", "memory.high", "memory.low", "memory.max", "memory.swap.max", "pids.max",
    ]

    mutating func readLimits(_ mount: String, _ path: String) {
        var parts = path.split(separator: "/")[...]
        while !parts.isEmpty {
            let place = parts.map { "/" + $0 }.joined()
            guard let group = try? Descriptor.open(mount + place, [.path, .directory]) else { return }
            var values: [String: String] = [:]
            for name in Self.limitFiles {
                guard let bytes = try? group.contents(of: name) else { continue }
                values[name] = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
            }
            cgroupLimits[place] = values
            parts.removeLast()
        }
    }
}

/// One walk through a container's files, which may change on the way: what is gone is no matter.
private struct TreeWalk {
    let device: DeviceNumber
    let seeksRights: Bool
    /// How many names may still be looked at.
    var files: Int
    var tree = AuditSubject.Tree()

    init(device: DeviceNumber, seeksRights: Bool, files: Int) {
        self.device = device
        self.seeksRights = seeksRights
        self.files = files
    }

    mutating func look(into folder: borrowing Descriptor, _ path: String, depth: Int) {
        guard depth > 0 else {
            tree.missing = "its folders are nested too deep: \(path.prefix(60))"
            return
        }
        for name in (try? folder.names()) ?? [] {
            guard files > 0 else {
                tree.missing = "it has more files than are looked at"
                return
            }
            files -= 1
            guard let status = try? folder.status(of: name) else { continue }
            let place = "\(path)/\(name)"
            switch status.kind {
            case .directory:
                guard status.device == device, let next = try? folder.open(name, [.readOnly, .directory, .noFollow])
                else { continue }
                look(into: next, place, depth: depth - 1)
            case .block: tree.disks.append(place)
            case .regular:
                // Executable by somebody: nothing is gained by another file.
                guard seeksRights, status.permissions & 0o111 != 0 else { continue }
                let isSet = status.permissions & 0o4000 != 0 || status.permissions & 0o2010 == 0o2010
                if isSet || ((try? folder.attributes(of: name)) ?? []).contains("security.capability") {
                    tree.gaining.append(place)
                }
            default: continue
            }
        }
    }
}
