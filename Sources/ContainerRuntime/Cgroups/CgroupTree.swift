// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// The cgroup2 file system that this process sees, in which containers get their cgroups: cgroup-v2.rst.
public struct CgroupTree: Hashable, Sendable {
    /// Where it is mounted.
    public let mount: String
    /// The cgroup that is ours to divide: the root of what is mounted, or of the container that this is.
    public let base: String
    /// The controllers that it has.
    public let controllers: [String]

    public init(mount: String, base: String? = nil, controllers: [String]) {
        self.mount = mount
        self.base = base ?? mount
        self.controllers = controllers
    }

    /// The directory under which containers' cgroups are made.
    ///
    /// It is not below this process's own cgroup: what a session or a service manager removes with itself must not take
    /// containers along. Inside a private cgroup namespace the mount's root is the namespace's, so that this is within
    /// what was delegated; in a container without one it is below the container's own.
    public var parent: String { base + "/minibox" }

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
            var base = place
            if let path = containerGroup(), (try? root.status(of: String(path.dropFirst()))) != nil { base += path }
            let group = try Descriptor.open(base, [.path, .directory])
            // In a user namespace the owner may be somebody who has no id here.
            guard group.mayWrite() else { return nil }
            let names = try group.open("cgroup.controllers", .readOnly).read(upTo: 1024)
            return CgroupTree(mount: place, base: base, controllers: words(names))
        } catch {
            throw CgroupError(.tree, "cannot read \(place)/cgroup.controllers", cause: error)
        }
    }

    /// The cgroup of the container that this process is in, where that has no cgroup namespace of its own
    /// (`--cgroupns host`): what its process 1 is in, as the mount shows it. nil where the root is to be used.
    private static func containerGroup() -> String? {
        // The first pid namespace has a number of its own: PROC_PID_INIT_INO of include/linux/proc_ns.h.
        guard let link = try? Descriptor.open("/proc/self/ns", [.path, .directory]).readLink("pid"),
            link != "pid:[4026531836]", let table = try? Descriptor.contents(of: "/proc/1/cgroup")
        else { return nil }
        return containerGroup(in: table)
    }

    /// The same of the contents of `/proc/1/cgroup`: cgroups(7). An init, ours too, may have moved itself to a leaf.
    static func containerGroup(in table: [UInt8]) -> String? {
        guard let path = path(in: table) else { return nil }
        var parts = path.split(separator: "/")
        // Of a cgroup outside of the namespace the path leads up; it is not to be seen here.
        if parts.contains("..") { return nil }
        if let last = parts.last, last == "init" || last == "init.scope" { parts.removeLast() }
        return parts.isEmpty ? nil : parts.map { "/\($0)" }.joined()
    }

    /// The path that `/proc/PID/cgroup` has of the second version, whose line has neither a number nor a name: cgroups(7).
    public static func path(in table: [UInt8]) -> String? {
        table.split(separator: UInt8(ascii: "\n")).first { $0.starts(with: Array("0::/".utf8)) }.map {
            String(decoding: $0.dropFirst(3), as: UTF8.self)
        }
    }

    /// What is between spaces and newlines.
    static func words(_ bytes: [UInt8]) -> [String] {
        bytes.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }.map { String(decoding: $0, as: UTF8.self) }
    }
}
