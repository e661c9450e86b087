// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux
internal import Networks
internal import OCI

extension Engine {
    /// Everything that was asked of the container, with names looked up and defaults filled in.
    /// `looksInside` of one that shows its owner another container, which is not asked whether it shares what it has.
    /// `writable` is the directory that has `upper` and `work`, `mounts` what it shows that outlives it.
    func configure(
        _ request: ContainerRequest, root: ContainerRoot, writable: String, container: borrowing ClaimedContainer,
        mounts: [MountPoint] = [], connections: NetworkConnections = NetworkConnections(), host: HostFacts,
        tree: CgroupTree?, looksInside: Bool = false, claims: inout Claims,
        notes: inout [String]
    ) throws(EngineError) -> ContainerConfiguration {
        let execution = root.execution
        let joining = try joinedContainers(of: request, looksInside: looksInside)
        let users = try degrade(
            try request.userNamespaceChoice(joining: joining.map(\.container)), tree: tree, mounts: mounts,
            notes: &notes)
        let idMap: IDMap?
        switch users {
        case .host: idMap = nil
        case .joined(let map): idMap = map
        case .own:
            let allocation = try allocateIDs(request, root: root, container: container)
            claims.files += allocation.files
            idMap = allocation.map
        }
        try request.requireOwn(sysctls: request.ownNamespaces(users))
        if request.uts != .private, request.hostname != nil || request.domainName != nil {
            throw EngineError(
                .invalid,
                "--hostname and --uts \(request.uts == .host ? "host" : "container:") exclude each other: that name is not the container's to give"
            )
        }
        let hostname =
            request.hostname?.description ?? (request.uts == .host ? "" : String(container.id.prefix(12)))
        let capabilities = try capabilities(of: request, host: host)
        let words = try request.words(of: execution)
        let (masked, readOnly) = request.kernelPaths(processors: ProcessorCount.present())
        var namespaces = NamespaceChoices(
            own: request.ownNamespaces(users), joined: joining.map { $0.namespaces(users) })
        for link in connections.links {
            switch link {
            case .port(let port): namespaces.ports.append(port)
            case .macvlan(let interface): namespaces.macvlans.append(interface)
            }
        }
        namespaces.interfaces = connections.interfaces
        if connections.endpoints.contains(where: \.hasNames) { namespaces.nameServer = NameSetting.address }
        if request.taskRole != nil { namespaces.roleServer = RoleFiles.address }
        namespaces.admission = connections.admission?.words ?? []
        let limit = try request.writableLimit()
        do {
            var configuration = ContainerConfiguration(
                id: container.id, hostname: hostname, domainName: request.domainName?.description,
                root: RootFileSystem(
                    .layers(
                        LayeredRoot(
                            layers: try root.stack(above: try Skeleton.path(below: places.root)), writable: writable,
                            isTemporary: request.removesItself, limit: limit)), isReadOnly: request.isReadOnly),
                process: ProcessConfiguration(
                    arguments: words, environment: try request.variables(of: execution, hostname: hostname),
                    workingDirectory: request.workingDirectory?.description
                        ?? (execution.workingDirectory.isEmpty ? "/" : execution.workingDirectory),
                    user: request.userChoice(of: execution),
                    additionalGroups: request.additionalGroups.map(\.description), capabilities: capabilities,
                    noNewPrivileges: request.noNewPrivileges,
                    filter: try request.filter(
                        capabilities: capabilities, cache: try seccompCache(), container: container.id,
                        run: container.runPath),
                    limits: request.ulimits.map { LimitChoice(resource: $0.resource, limit: $0.limit) },
                    oomScore: request.oomScore?.score, fileModeMask: request.fileModeMask?.bits ?? 0o022,
                    streams: StreamChoice(terminal: request.hasTerminal, input: request.isInteractive),
                    initProgram: request.hasInit ? try Self.initProgram() : nil),
                namespaces: namespaces, idMap: idMap,
                mounts: try request.mountRequests(
                    beside: try mountRequests(
                        mounts, isMapped: idMap != nil, isTemporary: request.removesItself),
                    cgroups: tree?.mount,
                    messages: looksInside ? nil : joining.first { $0.kinds.contains(.ipc) }?.container),
                ownFiles: try request.ownFiles(
                    hostname: hostname, endpoints: connections.endpoints, in: container.runPath,
                    sharing: try networkHolder(of: request)),
                devices: try request.deviceChoices(bounding: capabilities),
                cgroup: CgroupConfiguration(
                    path: tree.map { "\(request.limits.parent(in: $0))/\(container.id)" },
                    settings: try request.limits.settings()),
                sysctls: request.settings(idMap), maskedPaths: masked,
                readOnlyPaths: readOnly, sharedMemorySize: request.sharedMemory.bytes, stage: container.runPath)
            if request.taskRole != nil {
                configuration.process.environment = try RoleFiles.environment(above: configuration.process.environment)
            }
            configuration.root.propagation = request.rootPropagation?.change
            configuration.showsProcessesAlone = request.showsProcessesAlone
            configuration.hasSharedMemory = request.ipc != .bare
            configuration.process.profile = request.appArmorProfile
            if request.inheritsKeyring { configuration.process.keyring = .inherited }
            return configuration
        } catch let error as EngineError {
            throw error
        } catch {
            throw EngineError(.store, "cannot prepare the container", cause: error)
        }
    }

    /// `minibox-init`, which is installed beside this program.
    private static func initProgram() throws(EngineError) -> String {
        do {
            let own = try Descriptor.open("/proc/self", [.path, .directory]).readLink("exe")
            let path = own.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/minibox-init"
            _ = try Descriptor.open(path, .path)
            return path
        } catch {
            throw EngineError(
                .missing, "cannot find minibox-init, which --init needs beside the minibox program", cause: error)
        }
    }

    private func capabilities(of request: ContainerRequest, host: HostFacts) throws(EngineError) -> CapabilitySet {
        func names(_ arguments: [CapabilityArgument]) -> [String] {
            arguments.flatMap { $0.isAll ? ["ALL"] : $0.capabilities.memberNames }
        }
        do {
            return try ContainerCapabilities(
                add: names(request.addedCapabilities), drop: names(request.droppedCapabilities),
                privileged: request.isPrivileged
            ).resolved(available: host.capabilities)
        } catch {
            throw EngineError(.invalid, "\(error)")
        }
    }

    /// Ids of the host for the container, with places for the high ones that its image and its user have.
    private func allocateIDs(
        _ request: ContainerRequest, root: ContainerRoot, container: borrowing ClaimedContainer
    ) throws(EngineError) -> IDRanges.Allocation {
        var further = root.highIDs
        let user = request.userChoice(of: root.execution)
        further += [user.user, user.group ?? ""].compactMap { UInt32($0) }
        further += request.additionalGroups.compactMap { UInt32($0.description) }
        do {
            return try IDRanges(runRoot: places.runRoot, range: try SubordinateRange.ofHost())
                .allocate(for: container.id, further: further)
        } catch {
            throw EngineError(.start, "cannot give the container ids of its own", cause: error)
        }
    }
}

extension ContainerRequest {
    /// A setting of a namespace that is another's is not the container's to change.
    fileprivate func requireOwn(sysctls own: Namespaces) throws(EngineError) {
        for setting in sysctls where !own.isSuperset(of: setting.namespace) {
            throw EngineError(
                .invalid,
                "--sysctl \(setting.key) is a setting of the \(setting.namespace) namespace, which is not the "
                    + "container's own: leave one of them out")
        }
    }

    /// The kernel's settings of its namespaces: on a network its users may ping and listen on low ports, for which others
    /// give containers NET_RAW and NET_BIND_SERVICE. What was asked for comes last and holds.
    fileprivate func settings(_ idMap: IDMap?) -> [Sysctl] {
        let asked = sysctls.map { Sysctl(key: $0.key, value: $0.value) }
        guard case .network = network else { return asked }
        // A group that its users have not is refused: icmp(7).
        let last = idMap.map { $0.extents.map { UInt64($0.inside) + UInt64($0.count) - 1 }.min() ?? 0 } ?? 0x7fff_ffff
        return [
            Sysctl(key: "net.ipv4.ping_group_range", value: "0 \(last)"),
            Sysctl(key: "net.ipv4.ip_unprivileged_port_start", value: "0"),
        ].filter { setting in !asked.contains { $0.key == setting.key } } + asked
    }

    /// The namespaces that are made for the container.
    fileprivate func ownNamespaces(_ users: UserNamespaceChoice) -> Namespaces {
        var own: Namespaces = [.mount]
        if case .own = users { own.insert(.user) }
        switch network {
        case .bare, .network: own.insert(.network)
        default: break
        }
        for (mode, kind) in [(pid, Namespaces.pid), (ipc, .ipc), (uts, .uts), (cgroupNamespace, .cgroup)]
        where [.private, .shareable, .bare].contains(mode) { own.insert(kind) }
        if time == .private { own.insert(.time) }
        return own
    }
}
