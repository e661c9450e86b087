// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension AuditSubject {
    /// What lies in its files: those of its root, and of what is mounted below.
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

    /// What the kernel makes, and `/dev`, which has a check of its own: nobody puts files there.
    private static let made: Set<String> = [
        "proc", "sysfs", "cgroup", "cgroup2", "devpts", "mqueue", "debugfs", "tracefs",
    ]

    /// Walks through the files of its root, and then of each mount below it that heeds what it looks for.
    mutating func readTree(_ root: borrowing Descriptor) {
        var walk = TreeWalk(files: Self.most.files)
        var seen: Set<String> = []
        for mount in mounts.sorted(by: { $0.point.utf8.count < $1.point.utf8.count }) where mount.point != "/dev" {
            // Of several at one place the last is seen; where neither counts, there is nothing to look for.
            guard !Self.made.contains(mount.type), seen.insert(mount.point).inserted,
                let last = mounts.last(where: { $0.point == mount.point })
            else { continue }
            walk.seeksRights = !gainsNothing && !last.has("nosuid")
            walk.seeksDisks = !last.has("nodev")
            guard walk.seeksRights || walk.seeksDisks else { continue }
            guard let open = try? root.open(mount.point, [.readOnly, .directory], resolve: .container),
                let status = try? open.status()
            else {
                if mount.point == "/" { walk.tree.missing = "its root cannot be opened" }
                continue
            }
            walk.device = status.device
            walk.look(into: open, mount.point == "/" ? "" : mount.point, depth: Self.most.depth)
        }
        tree = walk.tree
    }

    /// Whether none of its processes gains rights by a file, whichever.
    var gainsNothing: Bool { members.allSatisfy { $0.status.value(of: "NoNewPrivs") == "1" } }

    /// Whether there is no mount with files of its own by which somebody could: all are nosuid.
    var hasNoGainingMount: Bool { allFilesHave("nosuid") }

    /// Whether nodes of devices count on none of its mounts but `/dev`.
    var hasNoDeviceMount: Bool { allFilesHave("nodev") }

    private func allFilesHave(_ option: String) -> Bool {
        mounts.contains { $0.point == "/" }
            && mounts.allSatisfy { $0.point == "/dev" || Self.made.contains($0.type) || $0.has(option) }
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
    /// The file system that is walked through.
    var device = DeviceNumber(0, 0)
    var seeksRights = false
    var seeksDisks = false
    /// How many names may still be looked at.
    var files: Int
    var tree = AuditSubject.Tree()

    init(files: Int) { self.files = files }

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
            case .block: if seeksDisks { tree.disks.append(place) }
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
