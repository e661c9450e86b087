// SPDX-License-Identifier: Apache-2.0
public import Linux

/// What the kernel says of a container, by its first process, and of who looks at it: all that checks judge by.
public struct AuditSubject: Hashable, Sendable {
    /// A line of `uid_map` or `gid_map`: user_namespaces(7).
    public struct IDRange: Hashable, Sendable {
        public var inside: UInt32
        /// As who looks at it sees them.
        public var outside: UInt32
        public var count: UInt32

        public init(inside: UInt32, outside: UInt32, count: UInt32) {
            self.inside = inside
            self.outside = outside
            self.count = count
        }

        func inner(of id: UInt32) -> UInt32? {
            id >= outside && id - outside < count ? inside &+ (id - outside) : nil
        }
    }

    /// What a process has open.
    public struct OpenFile: Hashable, Sendable {
        public var number: Int
        /// As the kernel names it: `/etc/passwd`, `socket:[17]`.
        public var link: String
        /// The mount by which it was opened.
        public var mount: Int

        public init(number: Int, link: String, mount: Int) {
            self.number = number
            self.link = link
            self.mount = mount
        }
    }

    /// A process of the container.
    public struct Member: Hashable, Sendable {
        public var id: Int32
        public var name: String
        public var status: ProcessStatus
        /// Of each thread: `Seccomp` and `NoNewPrivs`, as in ``status``.
        public var threads: [ProcessStatus]
        public var executable: String
        /// The mounts of its working directory, its root and its program; nil where they could not be asked for.
        public var places: [String: Int?]
        public var files: [OpenFile]
        public var oomScore: Int
        /// Names of environment variables, and its arguments.
        public var variables: [String]
        public var arguments: [String]

        public init(
            id: Int32, name: String, status: ProcessStatus, threads: [ProcessStatus] = [], executable: String = "",
            places: [String: Int?] = [:], files: [OpenFile] = [], oomScore: Int = 0, variables: [String] = [],
            arguments: [String] = []
        ) {
            self.id = id
            self.name = name
            self.status = status
            self.threads = threads
            self.executable = executable
            self.places = places
            self.files = files
            self.oomScore = oomScore
            self.variables = variables
            self.arguments = arguments
        }
    }

    /// What lies at a path of the container's.
    public enum Place: Hashable, Sendable {
        /// The null device, or an empty directory that cannot be written to.
        case hidden
        case readOnly
        case writable
    }

    /// The numbers of its namespaces and of the looker's, by their names in `/proc/PID/ns`.
    public var namespaces: [String: UInt64] = [:]
    public var ownNamespaces: [String: UInt64] = [:]
    public var users: [IDRange] = []
    public var groups: [IDRange] = []
    /// Its first process, and then the others.
    public var members: [Member]
    public var mounts: [MountTableEntry] = []
    /// Those of who looks.
    public var ownMounts: [MountTableEntry] = []
    /// Files of the kernel's that are there, by their paths.
    public var places: [String: Place] = [:]
    /// Mount points that are sockets.
    public var socketMounts: [String] = []
    /// Device nodes below /dev: name and number.
    public var devices: [String: DeviceNumber] = [:]
    /// The path in the tree of cgroup v2, and the files there that could be read.
    public var cgroup: String?
    public var cgroupFiles: [String: String] = [:]
    /// As `/proc/PID/limits` has them, by their names there.
    public var limits: [String: Limit] = [:]
    /// Lines of `/proc/PID/net/packet` and the raw ones, without their heads.
    public var rawSockets = 0
    public var listeners: [Listener] = []
    public var securityLabel: String?

    /// Numbers, or `unlimited`.
    public struct Limit: Hashable, Sendable {
        public var soft: String
        public var hard: String
        public init(soft: String, hard: String) {
            self.soft = soft
            self.hard = hard
        }
    }

    /// Who listens: an address and a port of TCP.
    public struct Listener: Hashable, Sendable {
        public var port: UInt16
        public var isOnAll: Bool
        public init(port: UInt16, isOnAll: Bool) {
            self.port = port
            self.isOnAll = isOnAll
        }
    }

    public init(members: [Member]) { self.members = members }

    var first: Member { members[0] }
}
