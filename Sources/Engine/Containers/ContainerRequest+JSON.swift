// SPDX-License-Identifier: Apache-2.0
internal import Networks
public import OCI

extension ContainerRequest: RequestFormed {
    /// The request as a record keeps it. Members have the names of Docker's `Config` and `HostConfig` where these have
    /// one; values are written as on the command line.
    public var json: JSON { formed }

    /// Reads what ``json`` wrote.
    public init(_ json: JSON) throws(RequestFormatError) {
        self.init()
        if let members = json.object, members["Image"] == nil {
            throw RequestFormatError(expected: "a text", found: .null).inside("Image")
        }
        try read(json)
    }

    /// Every field, once for writing and for reading.
    mutating func exchange(with form: inout RequestForm) throws(RequestFormatError) {
        try exchangeProcess(with: &form)
        try exchangeLife(with: &form)
        try exchangeNamespaces(with: &form)
        try exchangeFiles(with: &form)
        try exchangeRights(with: &form)
        try limits.exchange(with: &form)
    }

    private mutating func exchangeProcess(with form: inout RequestForm) throws(RequestFormatError) {
        try form.text("Image", &image)
        try form.word("Platform", &platform, Platform.init(parsing:))
        try form.texts("Cmd", &command)
        try form.flag("Resolved", &isResolved)
        try form.word("Name", &name, ContainerName.init(parsing:))
        try form.flag("AutoRemove", &removesItself)
        try form.text("ContainerIDFile", &cidFile)
        try form.words("Labels", &labels, LabelArgument.init(parsing:))
        try form.words("Annotations", &annotations, LabelArgument.init(parsing:))
        try form.flag("OpenStdin", &isInteractive)
        try form.flag("Tty", &hasTerminal)
        try form.flag("Init", &hasInit)
        try form.text("Entrypoint", &entrypoint)
        try form.word("WorkingDir", &workingDirectory, ContainerPath.init(parsing:))
        try form.words("Env", &environment, EnvironmentArgument.init(parsing:))
        try form.texts("EnvFiles", &environmentFiles)
        try form.word("User", &user, UserArgument.init(parsing:))
        try form.words("GroupAdd", &additionalGroups, GroupArgument.init(parsing:))
        try form.word("Umask", &fileModeMask, FileModeMask.init(parsing:))
    }

    private mutating func exchangeNamespaces(with form: inout RequestForm) throws(RequestFormatError) {
        try form.word("Hostname", &hostname, HostName.init(parsing:))
        try form.word("Domainname", &domainName, HostName.init(parsing:))
        func mode(
            _ key: String, _ value: inout NamespaceMode, _ kind: NamespaceMode.Kind
        ) throws(RequestFormatError) {
            try form.word(key, &value) { text throws(SyntaxError) in try NamespaceMode(parsing: text, for: kind) }
        }
        try mode("NetworkMode", &network, .network)
        try form.words("Networks", &networks, NetworkArgument.init(parsing:))
        try form.words("Ports", &ports, PortMapping.init(parsingOne:))
        try form.words("Dns", &names.servers, NameChoices.server)
        try form.words("DnsSearch", &names.searches, NameChoices.word)
        try form.words("DnsOptions", &names.options, NameChoices.word)
        try form.words("ExtraHosts", &names.hosts, HostArgument.init(parsingWithGateway:))
        try form.words("Links", &names.links, LinkArgument.init(parsing:))
        try form.words("Exposed", &exposed, PortMapping.init(parsingOne:))
        try form.flag("PublishAllPorts", &publishesAll)
        try form.word("Metadata", &metadata, MetadataAccess.init(parsing:))
        try form.words("NetworkOptions", &networkOptions, ContainerNetworkOption.init(parsing:))
        try form.word("TaskRole", &taskRole, RoleName.init(parsing:))
        try mode("PidMode", &pid, .pid)
        try mode("IpcMode", &ipc, .ipc)
        try mode("UTSMode", &uts, .uts)
        try mode("CgroupnsMode", &cgroupNamespace, .cgroup)
        try mode("TimeMode", &time, .time)
        try mode("UsernsMode", &userNamespace, .user)
    }

    private mutating func exchangeFiles(with form: inout RequestForm) throws(RequestFormatError) {
        try form.list("Mounts", &binds, write: \.formed, read: BindArgument.init)
        try form.list("Volumes", &volumes, write: \.formed, read: VolumeMountArgument.init)
        try form.list("ImageMounts", &images, write: \.formed, read: ImageMountArgument.init)
        try form.words("VolumesFrom", &volumesFrom, VolumesFromArgument.init(parsing:))
        try form.list("Tmpfs", &tmpfs, write: \.formed, read: TmpfsArgument.init)
        try form.flag("AllowSensitive", &allowsSensitive)
        try form.flag("ReadonlyRootfs", &isReadOnly)
        try form.word("RootfsPropagation", &rootPropagation, RootPropagation.init(parsing:))
        try form.words("StorageOpt", &storage, StorageOption.init(parsing:))
        try form.flag("ProcessesAlone", &showsProcessesAlone)
        try form.word("ShmSize", &sharedMemory, ByteCount.init(parsing:))
        try form.words("Devices", &devices, DeviceArgument.init(parsing:))
        try form.words("DeviceCgroupRules", &deviceRules, DeviceRuleArgument.init(parsing:))
    }

    private mutating func exchangeRights(with form: inout RequestForm) throws(RequestFormatError) {
        try form.flag("Privileged", &isPrivileged)
        try form.words("CapAdd", &addedCapabilities, CapabilityArgument.init(parsing:))
        try form.words("CapDrop", &droppedCapabilities, CapabilityArgument.init(parsing:))
        try form.list("SecurityOpt", &securityOptions, write: \.json, read: SecurityOption.init)
        try form.words("SeccompNotify", &notified, NotifyArgument.init(parsing:))
        try form.words("Sysctls", &sysctls, SysctlArgument.init(parsing:))
        try form.words("Ulimits", &ulimits, UlimitArgument.init(parsing:))
        try form.word("OomScoreAdj", &oomScore, OutOfMemoryScore.init(parsing:))
    }
}

extension LimitRequest {
    fileprivate mutating func exchange(with form: inout RequestForm) throws(RequestFormatError) {
        try form.word("Memory", &memory, ByteCount.init(parsing:))
        try form.word("MemorySwap", &memoryAndSwap, ByteLimit.init(parsing:))
        try form.word("MemoryReservation", &memoryReservation, ByteCount.init(parsing:))
        try form.word("Cpus", &cpus, CPUCount.init(parsing:))
        try form.word("CpuPeriod", &cpuPeriod, CPUPeriod.init(parsing:))
        try form.word("CpuQuota", &cpuQuota, CPUQuota.init(parsing:))
        try form.word("CpuShares", &cpuShares, CPUShares.init(parsing:))
        try form.word("CpusetCpus", &cpuSet, CPUList.init(parsing:))
        try form.word("CpusetMems", &memoryNodes, MemoryNodeList.init(parsing:))
        try form.word("BlkioWeight", &blockWeight, BlockWeight.init(parsing:))
        try form.word("PidsLimit", &processes, ProcessLimit.init(parsing:))
        try form.word("CgroupParent", &cgroupParent, CgroupParentArgument.init(parsing:))
        try form.words("BlkioDeviceReadBps", &readBytes, DeviceRate.init(parsingBytes:))
        try form.words("BlkioDeviceWriteBps", &writeBytes, DeviceRate.init(parsingBytes:))
        try form.words("BlkioDeviceReadIOps", &readOperations, DeviceRate.init(parsingOperations:))
        try form.words("BlkioDeviceWriteIOps", &writeOperations, DeviceRate.init(parsingOperations:))
    }
}
