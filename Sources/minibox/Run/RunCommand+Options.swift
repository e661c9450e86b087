// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Networks
internal import OCI

/// `minibox run IMAGE [COMMAND] [ARG...]`.
enum RunCommand {
    /// What its line says. A value that is nil, and a list that is empty, was not written.
    struct Options: Sendable {
        var image = ""
        var platform: Platform?
        var provision = ImageProvision()
        /// The words after the image; empty for the image's own command.
        var command: [String] = []

        // The command
        var isDetached = false
        var lease: LeaseArgument?
        var attach = AttachFlags()

        // The container
        var life = LifeOptions()
        var name: ContainerName?
        var containerIDFile: String?
        var labels: [LabelArgument] = []
        var labelFiles: [String] = []
        var annotations: [LabelArgument] = []

        // The process
        var isInteractive = false
        var hasTerminal = false
        var hasInit = false
        /// Empty for none at all, as `--entrypoint ""`.
        var entrypoint: String?
        var environment: [EnvironmentArgument] = []
        var environmentFiles: [String] = []
        var user: UserArgument?
        var additionalGroups: [GroupArgument] = []
        var workingDirectory: ContainerPath?
        var fileModeMask: FileModeMask?

        // Files
        var volumes: [VolumeArgument] = []
        var mounts: [MountArgument] = []
        var volumesFrom: [VolumesFromArgument] = []
        /// Of the volumes that are made; there is one, `local`.
        var volumeDriver: String?
        var temporaryFileSystems: [TmpfsArgument] = []
        var isReadOnly = false
        var sharedMemorySize: ByteCount?
        var devices: [DeviceArgument] = []

        // Namespaces
        var hostname: HostName?
        var domainName: HostName?
        var networks: [NetworkChoice] = []
        var networkAliases: [String] = []
        var names = NameChoices()
        var published: [PortMapping] = []
        var exposed: [PortMapping] = []
        var publishesAll = false
        var address4: String?
        var address6: String?
        var hardwareAddress: String?
        var metadata: MetadataAccess?
        var networkOptions: [ContainerNetworkOption] = []
        var taskRole: RoleName?
        var pidNamespace: NamespaceMode?
        var ipcNamespace: NamespaceMode?
        var utsNamespace: NamespaceMode?
        var cgroupNamespace: NamespaceMode?
        var userNamespace: NamespaceMode?
        var timeNamespace: NamespaceMode?

        // Rights
        var isPrivileged = false
        /// In the order given, each kind for itself: docker adds before it drops.
        var addedCapabilities: [CapabilityArgument] = []
        var droppedCapabilities: [CapabilityArgument] = []
        var securityOptions: [SecurityOption] = []
        var notified: [NotifyArgument] = []
        var deviceRules: [DeviceRuleArgument] = []
        var rootPropagation: RootPropagation?
        var allowsSensitive = false
        var storage: [StorageOption] = []
        var procView = ProcView.all
        var sysctls: [SysctlArgument] = []

        // Limits
        var memory: ByteCount?
        var memorySwap: ByteLimit?
        var memoryReservation: ByteCount?
        var cpus: CPUCount?
        var cpuPeriod: CPUPeriod?
        var cpuQuota: CPUQuota?
        var cpuShares: CPUShares?
        var cpuList: CPUList?
        var memoryNodes: MemoryNodeList?
        var blockWeight: BlockWeight?
        var processLimit: ProcessLimit?
        var cgroupParent: CgroupParentArgument?
        var readBytes: [DeviceRate] = []
        var writeBytes: [DeviceRate] = []
        var readOperations: [DeviceRate] = []
        var writeOperations: [DeviceRate] = []
        var ulimits: [UlimitArgument] = []
        var outOfMemoryScore: OutOfMemoryScore?

        // The plan
        var explanation: Explanation?
        var isDryRun = false
        var printsSpecification = false
        var tracesSteps = false
        var pauseBefore: Int?
    }

    /// In what form the plan is printed.
    enum Explanation: String, Sendable {
        case text, json

        /// Reads the word after `--explain=`; nothing is text.
        init(parsing text: String?) throws(SyntaxError) {
            guard let text else {
                self = .text
                return
            }
            guard let form = Explanation(rawValue: text) else {
                throw SyntaxError(text, "is no form of explanation", "write --explain or --explain=json")
            }
            self = form
        }
    }
}
