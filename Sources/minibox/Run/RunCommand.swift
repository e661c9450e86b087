// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Engine
internal import Linux
internal import OCI

extension RunCommand {
    /// Runs the container, and ends as it does.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        if options.printsSpecification { return try printSpecification(options, globals) }
        var run = RunOptions(warn: Minibox.complain)
        run.isDryRun = options.isDryRun
        run.pauseBefore = options.pauseBefore
        let form = options.explanation ?? (options.isDryRun ? .text : nil)
        let columns = try? StandardStream.error.duplicate().terminalSize().columns
        let width = max(80, columns.map(Int.init) ?? 140)
        let show: @Sendable (Plan, StepTimes?) -> Void = { plan, times in
            let text =
                switch form ?? .text {
                case .text: plan.explanation(times: times, width: width)
                case .json: String(decoding: plan.json(times: times).bytes(pretty: true), as: UTF8.self) + "\n"
                }
            // Beside the container's own output, not in it; a plan that is all there is goes where output goes.
            try? (options.isDryRun ? StandardStream.output : .error).duplicate().write(text)
        }
        if options.tracesSteps && !options.isDryRun {
            run.showTimes = { show($0, $1) }
        } else if form != nil {
            run.showPlan = { show($0, nil) }
        }
        let request = try options.request()
        let engine = options.isDryRun ? try globals.engine : try globals.engine(under: options.lease)
        return try options.provision.perform(options.image, for: options.platform, engine) {
            try perform(options, request, run, engine)
        }
    }

    /// Prints what a runtime makes the same container of.
    static func printSpecification(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        let document = try globals.engine.specification(
            of: try options.request(), RunOptions(warn: Minibox.complain))
        try Minibox.show(String(decoding: document.bytes(pretty: true), as: UTF8.self) + "\n")
        return 0
    }

    private static func perform(
        _ options: Options, _ request: ContainerRequest, _ run: RunOptions, _ engine: Engine
    ) throws -> Int32 {
        if options.isDetached, !options.attach.streams.isEmpty {
            throw EngineError(.invalid, "-d and --attach exclude each other: leave one of them out")
        }
        var attach = options.isDetached ? AttachOptions() : options.attach.options(input: options.isInteractive)
        attach.input = attach.input && options.isInteractive
        // What is gone with the command needs no supervisor but the command.
        let isOwnSupervisor =
            request.removesItself && !request.hasTerminal && !options.isDetached && options.attach.streams.isEmpty
            && options.attach.forwardsSignals
        if options.isDryRun || isOwnSupervisor { return try engine.run(request, run) }
        return try engine.runSupervised(request, attach, run) { try? Minibox.show($0 + "\n") }
    }
}

extension RunCommand.Options {
    /// The request that the line is.
    func request() throws -> ContainerRequest {
        var request = ContainerRequest()
        request.image = image
        request.platform = platform
        request.command = command
        request.name = name
        try life.fill(&request)
        request.cidFile = containerIDFile
        // Files first, so that the line has the last word.
        for path in labelFiles {
            do {
                request.labels += try LabelFile(parsing: try Descriptor.contents(of: path), name: path).labels
            } catch {
                throw EngineError(.missing, "cannot read the labels in \(path)", cause: error)
            }
        }
        request.labels += labels
        request.annotations = annotations
        request.isInteractive = isInteractive
        request.hasTerminal = hasTerminal
        request.hasInit = hasInit
        request.entrypoint = entrypoint
        request.workingDirectory = workingDirectory
        request.environment = environment
        request.environmentFiles = environmentFiles
        request.user = user
        request.additionalGroups = additionalGroups
        request.fileModeMask = fileModeMask
        request.hostname = hostname
        request.domainName = domainName
        try applyNetworks(to: &request)
        try applyNames(to: &request)
        request.pid = pidNamespace ?? request.pid
        request.ipc = ipcNamespace ?? request.ipc
        request.uts = utsNamespace ?? request.uts
        request.cgroupNamespace = cgroupNamespace ?? request.cgroupNamespace
        request.userNamespace = userNamespace ?? request.userNamespace
        request.time = timeNamespace ?? request.time
        for volume in volumes {
            switch volume.mount {
            case .bind(let bind): request.binds.append(bind)
            case .volume(let volume): request.volumes.append(volume)
            }
        }
        request.volumesFrom = volumesFrom
        for mount in mounts {
            switch mount {
            case .bind(let bind): request.binds.append(bind)
            case .tmpfs(let tmpfs): request.tmpfs.append(tmpfs)
            case .volume(let volume): request.volumes.append(volume)
            case .image(let image): request.images.append(image)
            }
        }
        request.tmpfs += temporaryFileSystems
        request.allowsSensitive = allowsSensitive
        request.isReadOnly = isReadOnly
        if sharedMemorySize != nil, ![.private, .shareable].contains(request.ipc) {
            throw SyntaxError(
                "--shm-size", "is for a /dev/shm of the container's own, which it has not with --ipc \(request.ipc)",
                "leave one of them out")
        }
        request.sharedMemory = sharedMemorySize ?? request.sharedMemory
        request.devices = devices
        request.isPrivileged = isPrivileged
        request.addedCapabilities = addedCapabilities
        request.droppedCapabilities = droppedCapabilities
        request.securityOptions = securityOptions
        request.notified = notified
        request.deviceRules = deviceRules
        request.rootPropagation = rootPropagation
        request.storage = storage
        request.showsProcessesAlone = procView == .pids
        request.sysctls = sysctls
        request.ulimits = ulimits
        request.oomScore = outOfMemoryScore
        request.limits = limits
        return request
    }

    private var limits: LimitRequest {
        var limits = LimitRequest()
        limits.memory = memory
        limits.memoryAndSwap = memorySwap
        limits.memoryReservation = memoryReservation
        limits.cpus = cpus
        limits.cpuPeriod = cpuPeriod
        limits.cpuQuota = cpuQuota
        limits.cpuShares = cpuShares
        limits.cpuSet = cpuList
        limits.memoryNodes = memoryNodes
        limits.blockWeight = blockWeight
        limits.processes = processLimit
        limits.cgroupParent = cgroupParent
        limits.readBytes = readBytes
        limits.writeBytes = writeBytes
        limits.readOperations = readOperations
        limits.writeOperations = writeOperations
        return limits
    }
}
