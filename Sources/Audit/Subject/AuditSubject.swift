// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// What the kernel says of a container, by its first process, and of who looks at it: all that checks judge by.
public struct AuditSubject: Hashable, Sendable {
    /// What a process has open.
    struct OpenFile: Hashable, Sendable {
        var number: Int
        /// As the kernel names it: `/etc/passwd`, `socket:[17]`.
        var link: String
        /// The mount by which it was opened.
        var mount: Int
    }

    /// A process of the container.
    struct Member: Hashable, Sendable {
        var id: Int32
        var name: String
        var status: ProcessStatus
        /// Of each thread: `Seccomp` and `NoNewPrivs`, as in ``status``.
        var threads: [ProcessStatus] = []
        var executable = ""
        /// The mounts of its working directory, its root and its program; nil where they could not be asked for.
        var places: [String: Int?] = [:]
        var files: [OpenFile] = []
        var oomScore = 0
        /// Names of environment variables, and its arguments.
        var variables: [String] = []
        var arguments: [String] = []
        var filters = Filters.untold("they were not read")
        /// Its path in the tree of cgroup v2.
        var cgroup: String?
    }

    /// What lies at a path of the container's.
    enum Place: Hashable, Sendable {
        /// The null device, or an empty directory that cannot be written to.
        case hidden
        case readOnly
        case writable
    }

    /// The numbers of its namespaces and of the looker's, by their names in `/proc/PID/ns`.
    var namespaces: [String: UInt64] = [:]
    var ownNamespaces: [String: UInt64] = [:]
    var users: [UserNamespaceMaps.Line] = []
    /// Its first process, and then the others.
    var members: [Member]
    /// Ranges of the host's users that another user namespace has as well, in words.
    var sharedRanges: [String] = []
    /// nil where that cannot be told.
    var devicePrograms: DevicePrograms?
    /// What those are asked about.
    var deviceDangers = AuditSubject.dangers
    var mounts: [MountTableEntry] = []
    /// Those of who looks.
    var ownMounts: [MountTableEntry] = []
    /// Files of the kernel's that are there, by their paths.
    var places: [String: Place] = [:]
    /// Mount points that are sockets.
    var socketMounts: [String] = []
    /// Device nodes below /dev: name and number.
    var devices: [String: DeviceNumber] = [:]
    /// The path in the tree of cgroup v2, and the files there that could be read.
    var cgroup: String?
    var cgroupFiles: [String: String] = [:]
    /// The limits of that cgroup and of those above it, by their paths.
    var cgroupLimits: [String: [String: String]] = [:]
    /// What lies in its files that gives rights or leads to devices.
    var tree = Tree()
    /// Folders and files that it has of the host's.
    var volumes: [Volume] = []
    /// The hard ones of `/proc/PID/limits`, by their names there: numbers, or `unlimited`.
    var limits: [String: String] = [:]
    /// Lines of `/proc/PID/net/packet` and the raw ones, without their heads.
    var rawSockets = 0
    /// Ports of TCP at which somebody listens.
    var listeners: [UInt16] = []
    /// Its network and, of interfaces, the looker's; nil where it is the looker's or could not be read.
    var network: NetworkView?
    var ownInterfaces: [NetworkView.Interface] = []
    var securityLabel: String?

    init(members: [Member]) { self.members = members }

    var first: Member { members[0] }
}

extension UserNamespaceMaps.Line {
    func inner(of id: UInt32) -> UInt32? {
        id >= outside && id - outside < count ? inside &+ (id - outside) : nil
    }
}
