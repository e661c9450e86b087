// SPDX-License-Identifier: Apache-2.0

public import Networks
public import OCI

/// What a user asks of `run`, as far as the command line alone tells: names are not looked up, defaults not filled in.
public struct ContainerRequest: Hashable, Sendable {
    public var image = ""
    /// The machine that the image has to be for; nil for any.
    public var platform: Platform?
    /// Whether nothing of its creator's surroundings is needed any more: see ``resolved(directory:environment:)``.
    public internal(set) var isResolved = false
    /// The words after the image.
    public var command: [String] = []
    public var name: ContainerName?
    public var removesItself = false
    public var cidFile: String?
    public var labels: [LabelArgument] = []
    public var annotations: [LabelArgument] = []

    public var restart = RestartPolicy.no
    /// nil for the image's, or SIGTERM.
    public var stopSignal: SignalArgument?
    /// Seconds from the signal that asks it to end to the one that does; nil for 10, negative for no end.
    public var stopTimeout: Int?
    public var log = LogChoice.standard
    public var health = HealthCheck()

    public var isInteractive = false
    public var hasTerminal = false
    public var hasInit = false
    /// nil for the image's; empty for none.
    public var entrypoint: String?
    public var workingDirectory: ContainerPath?
    /// `-e` and `--env-file`, in that order.
    public var environment: [EnvironmentArgument] = []
    public var environmentFiles: [String] = []
    public var user: UserArgument?
    public var additionalGroups: [GroupArgument] = []

    public var hostname: HostName?
    public var domainName: HostName?
    public var network: NamespaceMode = .bare
    /// With ``NamespaceMode/network(_:)``: which, the first one first.
    public var networks: [NetworkArgument] = []
    public var names = NameChoices()
    /// Ports of the host that lead to it.
    public var ports: [PortMapping] = []
    /// Ports of its own that it is said to listen on, beside those of the image; without one of the host's.
    public var exposed: [PortMapping] = []
    /// Whether it reaches the metadata of the cloud; nil for what its networks say.
    public var metadata: MetadataAccess?
    /// What `--network-opt` says of it alone.
    public var networkOptions: [ContainerNetworkOption] = []
    /// Whose credentials it is told, and no others; nil for nobody's.
    public var taskRole: RoleName?
    /// Whether each of those gets a port of the host that is free.
    public var publishesAll = false
    public var pid: NamespaceMode = .private
    public var ipc: NamespaceMode = .private
    public var uts: NamespaceMode = .private
    public var cgroupNamespace: NamespaceMode = .private
    /// `private`, or `host` where nothing was asked.
    public var time: NamespaceMode = .host
    /// nil for `auto`.
    public var userNamespace: NamespaceMode = .automatic

    public var binds: [BindArgument] = []
    public var tmpfs: [TmpfsArgument] = []
    public var volumes: [VolumeMountArgument] = []
    public var images: [ImageMountArgument] = []
    public var volumesFrom: [VolumesFromArgument] = []
    /// Whether it may be shown folders that hand the host over.
    public var allowsSensitive = false
    public var isReadOnly = false
    /// How mounts in it and the host's spread to each other; nil for not at all, but for binds that were asked to.
    public var rootPropagation: RootPropagation?
    public var storage: [StorageOption] = []
    /// Whether `/proc` shows processes and nothing of the machine.
    public var showsProcessesAlone = false
    public var sharedMemory = ByteCount(64 << 20)
    public var devices: [DeviceArgument] = []
    public var deviceRules: [DeviceRuleArgument] = []

    public var isPrivileged = false
    public var addedCapabilities: [CapabilityArgument] = []
    public var droppedCapabilities: [CapabilityArgument] = []
    public var securityOptions: [SecurityOption] = []
    /// About which calls somebody is asked.
    public var notified: [NotifyArgument] = []
    public var sysctls: [SysctlArgument] = []
    public var ulimits: [UlimitArgument] = []
    public var oomScore: OutOfMemoryScore?
    public var fileModeMask: FileModeMask?
    public var limits = LimitRequest()

    public init() {}
}

/// The limits on a container's resources.
public struct LimitRequest: Hashable, Sendable {
    public var memory: ByteCount?
    /// Memory and swap together, as Docker counts.
    public var memoryAndSwap: ByteLimit?
    public var memoryReservation: ByteCount?
    public var cpus: CPUCount?
    /// Not together with ``cpus``.
    public var cpuPeriod: CPUPeriod?
    public var cpuQuota: CPUQuota?
    public var cpuShares: CPUShares?
    public var cpuSet: CPUList?
    public var memoryNodes: MemoryNodeList?
    public var blockWeight: BlockWeight?
    public var processes: ProcessLimit?
    /// The cgroup that holds the container's own; nil for the usual one.
    public var cgroupParent: CgroupParentArgument?
    public var readBytes: [DeviceRate] = []
    public var writeBytes: [DeviceRate] = []
    public var readOperations: [DeviceRate] = []
    public var writeOperations: [DeviceRate] = []
    public init() {}
}
