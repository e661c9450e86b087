// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux
internal import Networks
internal import OCI

/// A process of a build: a container like any other, whose changes stay in a directory that the build commits.
public struct StepProcess: Sendable {
    /// Who runs it, with what rights and limits. Its image and its name are not asked.
    public var request: ContainerRequest
    /// The layers that it starts from, and the words, variables and the directory that it has.
    public var root: ContainerRoot
    /// A directory that has `upper`, where its changes go, and `work`, which is empty.
    public var writable: String
    public var binds: [Bind]
    /// Files that it sees and that are gone when it ends, as secrets.
    public var files: [File] = []
    public var temporary: [Temporary] = []
    /// Further lines of `/etc/hosts`.
    public var hosts: [String]

    public init(
        request: ContainerRequest, root: ContainerRoot, writable: String, binds: [Bind] = [], hosts: [String] = []
    ) {
        self.request = request
        self.root = root
        self.writable = writable
        self.binds = binds
        self.hosts = hosts
    }

    /// A file or directory of the host's that it sees; owners on disk are the container's.
    public struct Bind: Hashable, Sendable {
        /// Absolute.
        public var path: String
        /// Absolute, in the container.
        public var target: String
        public var isDirectory: Bool
        public var isReadOnly: Bool
        public init(path: String, target: String, isDirectory: Bool, isReadOnly: Bool) {
            self.path = path
            self.target = target
            self.isDirectory = isDirectory
            self.isReadOnly = isReadOnly
        }
    }

    /// A small file in memory, read-only.
    public struct File: Hashable, Sendable {
        public var contents: [UInt8]
        /// Absolute, in the container.
        public var target: String
        public var mode: UInt32
        /// Ids inside the container.
        public var user: UInt32
        public var group: UInt32
        public init(contents: [UInt8], target: String, mode: UInt32, user: UInt32 = 0, group: UInt32 = 0) {
            self.contents = contents
            self.target = target
            self.mode = mode
            self.user = user
            self.group = group
        }
    }

    /// An empty file system in memory.
    public struct Temporary: Hashable, Sendable {
        public var target: String
        /// In bytes; nil for the kernel's default.
        public var size: UInt64?
        public init(target: String, size: UInt64?) {
            self.target = target
            self.size = size
        }
    }
}

extension Engine {
    /// Runs a step to its end, watched over by this process, whose streams it has. A signal that asks this process to
    /// end kills the step. Nothing of the container is left but what is in `writable`.
    /// - Parameters:
    ///   - gate: Whom to ask before the layers are stacked; until then they may be written to.
    ///   - whenEnded: Is told the code as soon as no process of the step is left, before what was made for it is taken
    ///     away.
    /// - Returns: the code as a shell tells it.
    public func run(
        _ step: StepProcess, gate: (any StartGate)? = nil, warn: (String) -> Void,
        whenEnded: (Int32) -> Void = { _ in }
    ) throws(EngineError) -> Int32 {
        let container = try containers.claim(name: nil, isNamed: false)
        var claims = Claims()
        do throws(EngineError) {
            let tree = try cgroupTree(for: step.request.limits)
            let host = try facts(tree: tree, request: step.request)
            let connections = try connect(step.request, container, claims: &claims)
            var notes: [String] = []
            var configuration = try configure(
                step.request, root: step.root, writable: step.writable, container: container, connections: connections,
                host: host, tree: tree, claims: &claims, notes: &notes)
            step.add(to: &configuration, in: container.runPath)
            let plan = try plan(configuration, host: host, tree: tree)
            for note in notes + plan.notes { warn(note) }
            return try carryOut(
                plan, configuration, step, container: container, claims: claims, connections,
                gate: gate, whenEnded: whenEnded)
        } catch {
            discard(container, claims: claims)
            throw error
        }
    }

    private func carryOut(
        _ plan: Plan, _ configuration: ContainerConfiguration, _ step: StepProcess,
        container: borrowing ClaimedContainer, claims: Claims, _ connections: NetworkConnections,
        gate: (any StartGate)?, whenEnded: (Int32) -> Void
    ) throws(EngineError) -> Int32 {
        let request = step.request
        let interpreter = Interpreter(plan: plan)
        var kernel = WaitingKernel(LiveKernel(), gate: gate)
        if let admission = connections.admission { kernel.live.admission = { admission.failure } }
        let signals: SignalQueue
        do throws(SystemError) {
            try container.write(journal: journal(of: plan, container, claims: claims, isKept: true))
            try step.writeFiles(in: container.run, owners: configuration.idMap)
            kernel.live.interruptions = try SignalQueue(of: SignalQueue.ending)
            signals = try SignalQueue(of: SignalQueue.forwardable)
        } catch {
            throw EngineError(.store, "cannot prepare the step in \(places.runRoot)", cause: error)
        }
        if let gate, !WaitingKernel.waits(in: plan), !gate.waitForFiles() {
            throw EngineError(.start, "the step below did not succeed")
        }
        let former = CurrentProcess.setFileModeMask(0)
        defer { CurrentProcess.setFileModeMask(former) }
        do throws(StepFailure) {
            try interpreter.start(on: &kernel)
        } catch {
            kernel.live.end()
            try? interpreter.finish(on: &kernel)
            throw startFailure(error, limits: request.limits)
        }
        kernel.live.interruptions = nil
        let status: ExitStatus
        do throws(SystemError) {
            var started = try kernel.live.takeStarted()
            let names = try nameService(of: &started, "a step of a build", connections.endpoints, request)
            defer { names?.stop() }
            status = try Supervisor.watch(
                started, signals: signals, readsInput: request.isInteractive, isTerminal: request.hasTerminal,
                killsOnSignal: true, beside: [names].compactMap { $0 })
        } catch {
            kernel.live.end()
            try? interpreter.finish(on: &kernel)
            throw EngineError(.start, "cannot watch over the step", cause: error)
        }
        whenEnded(status.code)
        let outOfMemory = status.code == 137 && Self.ranOutOfMemory(configuration.cgroup.path)
        try? interpreter.finish(on: &kernel)
        claims.giveBack(of: container.id)
        container.release(completely: true)
        if outOfMemory { throw EngineError(.start, Self.memoryLine(request.limits)) }
        return status.code
    }
}

extension StepProcess {
    /// Adds what only a step has.
    fileprivate func add(to configuration: inout ContainerConfiguration, in directory: String) {
        // A build's variables are all written down: another one would be in what comes out.
        let terminal = request.hasTerminal ? ["TERM=xterm"] : []
        configuration.process.environment = terminal + root.execution.environment
        for bind in binds {
            configuration.mounts.append(
                MountRequest(
                    source: .bind(
                        path: bind.path, isDirectory: bind.isDirectory, isRecursive: false,
                        isMapped: configuration.idMap != nil, propagation: .private),
                    target: bind.target, attributes: bind.isReadOnly ? [.readOnly] : []))
        }
        for (index, file) in files.enumerated() {
            configuration.mounts.append(
                MountRequest(
                    source: .bind(
                        path: "\(directory)/\(Self.name(ofFile: index))", isDirectory: false, isRecursive: false,
                        isMapped: false, propagation: .private),
                    target: file.target, attributes: [.readOnly]))
        }
        for temporary in temporary {
            configuration.mounts.append(
                MountRequest(
                    source: .tmpfs(options: ["mode=1777"] + (temporary.size.map { ["size=\($0)"] } ?? [])),
                    target: temporary.target, attributes: [.noSetUserID, .noDevices]))
        }
        guard !hosts.isEmpty, let place = configuration.ownFiles.firstIndex(where: { $0.target == "/etc/hosts" }) else {
            return
        }
        configuration.ownFiles[place].contents += hosts.map { $0 + "\n" }.joined()
    }

    private static func name(ofFile index: Int) -> String { "file-\(index)" }

    /// In the container's own run directory, which goes with it, whatever becomes of this process.
    fileprivate func writeFiles(in directory: borrowing Descriptor, owners: IDMap?) throws(SystemError) {
        for (index, file) in files.enumerated() {
            let name = Self.name(ofFile: index)
            let made = try directory.open(name, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o600)
            try made.write(file.contents)
            // Shown without a map: some kernels have none for a file system in memory.
            try directory.setOwner(
                user: owners?.outside(of: file.user) ?? file.user,
                group: owners?.outside(of: file.group) ?? file.group, of: name)
            try made.setPermissions(file.mode)
        }
    }
}
