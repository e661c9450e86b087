// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Images
internal import Linux
internal import Networks
internal import OCI

/// What a container will be made of: everything is looked up, and nothing is made yet but volumes.
struct PreparedContainer: Sendable {
    var configuration: ContainerConfiguration
    var plan: Plan
    /// What it shows that outlives it, made where it was missing.
    var mounts: [MountPoint]
    var endpoints: [NetworkEndpoint] = []
    /// Ports of the host that lead to it.
    var published: [PortMapping] = []
    var admission: NetworkAdmission?
    var host: HostFacts
}

/// A container whose program runs.
struct LaunchedContainer: ~Copyable {
    var kernel: LiveKernel
    let interpreter: Interpreter
    /// Who answers its calls; nil where it is not asked.
    var answering: AnsweringProcess?
    /// Why its record cannot be shown.
    var stagingFailure: SystemError?

    /// Takes away what was made for it.
    mutating func finish() {
        try? interpreter.finish(on: &kernel)
        answering = nil
    }
}

extension Engine {
    /// Looks everything up that a start needs, and plans it. `claims` are made for the container, and are the caller's to give
    /// back, also where this fails.
    /// - Parameters:
    ///   - mounts: what a container that was there before shows; nil for a new one, whose volumes are made.
    ///   - outlives: whether the container goes on where its supervisor is killed.
    func prepare(
        _ request: ContainerRequest, image: Image, writable: String, container: borrowing ClaimedContainer,
        mounts former: [MountPoint]? = nil, claims: inout Claims, outlives: Bool = false,
        _ options: RunOptions
    ) throws(EngineError) -> PreparedContainer {
        try requireRole(of: request)
        try request.requireAppArmor()
        var notes: [String] = []
        let root = ContainerRoot(image)
        let mounts: [MountPoint]
        if let former {
            // Another may have put a link there since.
            try refuseSensitive(former, of: request)
            try holdMounts(former, for: container, removesItself: request.removesItself)
            mounts = former
        } else {
            mounts = try claimMounts(of: request, root: root, for: container, isDryRun: options.isDryRun)
        }
        let tree = try cgroupTree(for: request.limits, isPrivileged: request.isPrivileged)
        let connections = try connect(
            request, ports: request.publishedPorts(of: root.execution), container, claims: &claims,
            isDryRun: options.isDryRun)
        let host = try facts(tree: tree, request: request)
        var configuration = try configure(
            request, root: root, writable: writable, container: container, mounts: mounts, connections: connections,
            host: host, tree: tree,
            claims: &claims, notes: &notes)
        configuration.process.endsWithParent = !outlives
        var plan = try plan(configuration, host: host, tree: tree)
        plan.notes = notes + plan.notes
        for note in plan.notes { options.warn(note) }
        options.showPlan?(plan)
        return PreparedContainer(
            configuration: configuration, plan: plan, mounts: mounts, endpoints: connections.endpoints,
            published: claims.ports?.mappings ?? [], admission: connections.admission, host: host)
    }

    /// Makes the container's own directory, after its journal, and its record where it is kept.
    func makeFiles(
        of prepared: PreparedContainer, _ record: inout ContainerRecord, _ container: borrowing ClaimedContainer,
        claims: Claims, image: Image, isKept: Bool, for request: ContainerRequest, as verb: String
    ) throws(EngineError) {
        do throws(SystemError) {
            try prepareFiles(
                container, journal: journal(of: prepared.plan, container, claims: claims, isKept: isKept), image: image)
            if isKept { try container.write(record, durable: true) }
        } catch {
            throw EngineError(.store, "cannot make the container's files in \(places.root)", cause: error)
        }
        self.record(event: .container(record, "create"))
        self.record(Action(verb, record, request))
    }

    /// Carries the plan out, up to where the program runs. What it made until it failed is taken away again.
    func launch(
        _ prepared: PreparedContainer, _ request: ContainerRequest, _ record: inout ContainerRecord,
        _ container: borrowing ClaimedContainer, _ options: RunOptions
    ) throws(EngineError) -> LaunchedContainer {
        let answering = try answerCalls(of: record, request, in: container.run)
        let former = CurrentProcess.setFileModeMask(0)
        let interpreter = Interpreter(plan: prepared.plan)
        var kernel = LiveKernel(traces: options.showTimes != nil, pauseBefore: options.pauseBefore)
        if let admission = prepared.admission { kernel.admission = { admission.failure } }
        do throws(SystemError) {
            kernel.interruptions = try SignalQueue(of: SignalQueue.ending)
        } catch {
            throw EngineError(.start, "cannot wait for signals", cause: error)
        }
        var stagingFailure: SystemError?
        record.phases = [:]
        do throws(StepFailure) {
            try interpreter.begin(on: &kernel)
            // While the child works. It is shown only when the program runs: who entered earlier would see the host.
            record.pipes = prepared.configuration.process.endsWithParent ? [] : kernel.outputPipes()
            stagingFailure = stage(&record, process: kernel.childID, container)
            try kernel.awaitLaunch()
        } catch {
            kernel.end()
            try? interpreter.finish(on: &kernel)
            CurrentProcess.setFileModeMask(former)
            throw startFailure(error, limits: request.limits)
        }
        kernel.interruptions = nil
        CurrentProcess.setFileModeMask(former)
        for (phase, nanoseconds) in kernel.phases.all { record.phases[phase.rawValue] = nanoseconds }
        if let times = kernel.times { options.showTimes?(prepared.plan, times) }
        return LaunchedContainer(
            kernel: kernel, interpreter: interpreter, answering: answering, stagingFailure: stagingFailure)
    }
}

extension NetworkAdmission {
    /// Does it; why it failed, if it did.
    var failure: String? {
        do throws(NetworkError) {
            try perform()
            return nil
        } catch { return "\(error.withWayAround)" }
    }
}

extension ContainerRecord {
    /// The record of a container that is about to be.
    init(
        _ request: ContainerRequest, image: Image, container: borrowing ClaimedContainer, _ prepared: PreparedContainer
    ) {
        self.init(
            id: container.id, name: container.name, image: request.image, imageID: image.id.description,
            command: prepared.configuration.process.arguments, created: Clock.wall.rfc3339,
            labels: request.labels(of: image.configuration.execution), state: .created,
            details: ContainerDetails(prepared.configuration, plan: prepared.plan, of: request).json,
            mounts: prepared.mounts)
        endpoints = prepared.endpoints
        published = prepared.published
        self.request = request.isResolved ? request.json : .null
    }
}
