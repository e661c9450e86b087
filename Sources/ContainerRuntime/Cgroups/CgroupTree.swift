// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// The cgroup2 file system that this process sees, in which containers get their cgroups: cgroup-v2.rst.
public struct CgroupTree: Hashable, Sendable {
    /// Where it is mounted.
    public let mount: String
    /// The controllers that its root has.
    public let controllers: [String]

    public init(mount: String, controllers: [String]) {
        self.mount = mount
        self.controllers = controllers
    }

    /// The directory under which containers' cgroups are made.
    ///
    /// It is below the mount, not below this process's own cgroup: what a session or a service manager removes with
    /// itself must not take containers along. Inside a private cgroup namespace the mount's root is the namespace's,
    /// so that this is within what was delegated.
    public var parent: String { mount + "/minibox" }

    /// The tree of this host; nil where none is mounted that can be written.
    ///
    /// The two places where a host has it are asked by statfs(2), which costs microseconds; only where neither is
    /// one, the table of mounts is read.
    public static func find() throws(CgroupError) -> CgroupTree? {
        for place in ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"] {
            if let tree = try at(place) { return tree }
        }
        let entries: [MountTableEntry]
        do {
            entries = try MountTable.entries(ofTypes: ["cgroup2"])
        } catch {
            throw CgroupError(.tree, "cannot read /proc/self/mountinfo", cause: error)
        }
        for entry in entries.reversed() where !entry.isReadOnly {
            if let tree = try at(entry.point) { return tree }
        }
        return nil
    }

    private static func at(_ place: String) throws(CgroupError) -> CgroupTree? {
        guard let root = try? Descriptor.open(place, [.path, .directory]), let status = try? root.fileSystemStatus(),
            status.magic == .cgroup2, !status.isReadOnly
        else { return nil }
        do {
            // The kernel gives a control file in one piece.
            let names = try root.open("cgroup.controllers", .readOnly).read(upTo: 1024)
            return CgroupTree(mount: place, controllers: words(names))
        } catch {
            throw CgroupError(.tree, "cannot read \(place)/cgroup.controllers", cause: error)
        }
    }

    /// What is between spaces and newlines.
    static func words(_ bytes: [UInt8]) -> [String] {
        bytes.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }.map { String(decoding: $0, as: UTF8.self) }
    }
}
