// SPDX-License-Identifier: Apache-2.0
public import Linux

/// What is asked of a container, with every default filled in and every name looked up: the planner's first input.
///
/// It says what, never how. Paths of the host are absolute.
public struct ContainerConfiguration: Hashable, Sendable {
    /// The container's id: of the engine's, 64 hexadecimal digits; of a bundle's, what its caller named it.
    public var id: String
    /// nil leaves the name as it is.
    public var hostname: String?
    public var domainName: String?
    public var root: RootFileSystem
    public var process: ProcessConfiguration
    public var namespaces: NamespaceChoices
    /// The map of the private user namespace; nil where the container shares the host's.
    public var idMap: IDMap?
    /// What is mounted. Beside ``KernelFileSystems/standard`` those nearer the root come first; otherwise their order is
    /// the order in which they are made.
    public var mounts: [MountRequest]
    public var kernelFileSystems = KernelFileSystems.standard
    /// Files of the runtime's own that are shown over the image's: `/etc/hostname`, `/etc/hosts`, `/etc/resolv.conf`.
    public var ownFiles: [OwnFile]
    public var devices: DeviceChoices
    public var cgroup: CgroupConfiguration
    public var sysctls: [Sysctl]
    /// Paths that show nothing.
    public var maskedPaths: [String]
    /// Paths that cannot be written.
    public var readOnlyPaths: [String]
    /// The size of `/dev/shm` in bytes.
    public var sharedMemorySize: UInt64
    /// A directory of the host's that is this container's alone. Where layers cannot be stacked by descriptor, they are
    /// attached over it, in a mount namespace of the runtime's own.
    public var stage: String
    public var hooks = HookChoices()
    /// Whether `/proc` shows processes and nothing of the machine: `subset=pid` of procfs.
    public var showsProcessesAlone = false
    /// Whether it has a `/dev/shm` at all, where no mount is asked for there.
    public var hasSharedMemory = true

    public init(
        id: String, hostname: String?, domainName: String? = nil, root: RootFileSystem, process: ProcessConfiguration,
        namespaces: NamespaceChoices, idMap: IDMap?, mounts: [MountRequest] = [], ownFiles: [OwnFile] = [],
        devices: DeviceChoices, cgroup: CgroupConfiguration, sysctls: [Sysctl] = [], maskedPaths: [String],
        readOnlyPaths: [String], sharedMemorySize: UInt64, stage: String
    ) {
        self.id = id
        self.hostname = hostname
        self.domainName = domainName
        self.root = root
        self.process = process
        self.namespaces = namespaces
        self.idMap = idMap
        self.mounts = mounts
        self.ownFiles = ownFiles
        self.devices = devices
        self.cgroup = cgroup
        self.sysctls = sysctls
        self.maskedPaths = maskedPaths
        self.readOnlyPaths = readOnlyPaths
        self.sharedMemorySize = sharedMemorySize
        self.stage = stage
    }
}

/// Which namespaces a container has of its own and which it shares with another process.
public struct NamespaceChoices: Hashable, Sendable {
    /// Made for the container.
    public var own: Namespaces
    /// Shared with a container that runs.
    public var joined: [JoinedNamespaces]
    /// Joined by the names of their files.
    public var paths: [NamespacePath] = []
    /// How far the clocks of an own time namespace are ahead of the host's.
    public var timeOffsets: [TimeOffset] = []
    /// Interfaces of the host's that go to the container's network namespace, and stay there until it ends.
    public var devices: [NetworkDevice] = []
    /// Its places on bridges of the host's; only with a network namespace of its own.
    public var ports: [NetworkPort] = []
    /// Its places beside interfaces of the host's; the same.
    public var macvlans: [MacvlanInterface] = []
    /// What their interfaces have in it.
    public var interfaces: [InterfaceSettings] = []
    /// Where in it questions about names are taken; nil where nobody answers any.
    public var nameServer: InternetAddress?
    /// Where it asks for the document of its role; nil where it has none.
    public var roleServer: InternetAddress?
    /// What the host's firewall is told of them, in words.
    public var admission: [String] = []
    public init(own: Namespaces, joined: [JoinedNamespaces] = []) {
        self.own = own
        self.joined = joined
    }
}

/// Namespaces of a process that runs.
public struct JoinedNamespaces: Hashable, Sendable {
    public var kinds: Namespaces
    public var process: Int32
    /// What people call it, for messages: a container's name.
    public var name: String
    /// When the process started, by ``ProcessTimes/start(of:)``: where it is known, no other process that has the number by
    /// then is taken for it, whose namespaces could be the host's.
    public var startTime: UInt64?
    /// Whether processes there may look into any that they see: they have CAP_SYS_PTRACE, and the host's users. Who joins
    /// then shows itself only when nothing of the host's is left to be seen.
    public var isWatched = false
    public init(kinds: Namespaces, process: Int32, name: String, startTime: UInt64? = nil) {
        self.kinds = kinds
        self.process = process
        self.name = name
        self.startTime = startTime
    }
}

/// Who says which file systems of the kernel a container has.
public enum KernelFileSystems: Hashable, Sendable {
    /// The planner: those that every program expects.
    case standard
    /// The list of mounts, which is all there is, in its order.
    case listed
}

/// A small file of the runtime's own.
public struct OwnFile: Hashable, Sendable {
    /// On the host.
    public var path: String
    public var contents: String
    /// In the container.
    public var target: String
    public init(path: String, contents: String, target: String) {
        self.path = path
        self.contents = contents
        self.target = target
    }
}

/// A kernel setting that belongs to a namespace of the container's own.
public struct Sysctl: Hashable, Sendable {
    /// With dots: `net.ipv4.ip_forward`. A dot that belongs to a name is a slash: `net.ipv4.conf.eth0/1.forwarding`.
    public var key: String
    public var value: String
    public init(key: String, value: String) {
        self.key = key
        self.value = value
    }

    /// The file below `/proc/sys`.
    var file: String {
        let (dot, slash) = (UInt8(ascii: "."), UInt8(ascii: "/"))
        return String(decoding: key.utf8.map { $0 == dot ? slash : $0 == slash ? dot : $0 }, as: UTF8.self)
    }
}

/// The container's `/dev`: what nodes it has beside the six that every program expects, and what it may do with any.
public struct DeviceChoices: Hashable, Sendable {
    public var nodes: [DeviceNode]
    public var rules: [DeviceRule]
    public init(nodes: [DeviceNode], rules: [DeviceRule]) {
        self.nodes = nodes
        self.rules = rules
    }
}
