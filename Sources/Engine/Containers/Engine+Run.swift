// SPDX-License-Identifier: Apache-2.0
public import ContainerRuntime
internal import Images
internal import Linux
internal import Networks
internal import OCI

/// How a run is watched.
public struct RunOptions: Sendable {
    /// Called with the plan before it runs; nil prints nothing.
    public var showPlan: (@Sendable (Plan) -> Void)?
    /// Called with the times of the steps once the program runs.
    public var showTimes: (@Sendable (Plan, StepTimes) -> Void)?
    /// Called with a line for a person.
    public var warn: @Sendable (String) -> Void
    /// Only makes the plan.
    public var isDryRun = false
    /// The step before which to stop, so that one can look.
    public var pauseBefore: Int?

    public init(warn: @escaping @Sendable (String) -> Void) { self.warn = warn }
}

extension Engine {
    /// Runs a container to its end, watched over by this process.
    /// - Returns: the code to exit with: the program's, or 128 and the signal that ended it.
    public func run(_ request: ContainerRequest, _ options: RunOptions) throws(EngineError) -> Int32 {
        if request.hasTerminal, request.isInteractive { try Self.requireTerminal() }
        reap()
        let image = try image(for: request)
        // From here on 'rmi' leaves its layers alone, before there is a record that it could see.
        let hold = try hold(image)
        defer { withExtendedLifetime(hold) {} }
        let container = try containers.claim(name: request.name)
        var claims = Claims()
        do throws(EngineError) {
            let prepared = try prepare(
                request, image: image, writable: container.path, container: container, claims: &claims, options)
            if options.isDryRun {
                discard(container, claims: claims)
                return 0
            }
            return try run(prepared, request, image: image, container: container, claims: claims, options)
        } catch {
            discard(container, claims: claims)
            throw error
        }
    }

    /// The image that was asked for, of the platform that was.
    func image(for request: ContainerRequest) throws(EngineError) -> Image {
        let image = try image(request.image)
        let platform = PlatformName.normalized(image.configuration.platform)
        if let asked = request.platform, asked != platform {
            throw EngineError(
                .invalid, "the image \(request.image) is for \(platform), not \(asked): leave --platform out")
        }
        return image
    }

    /// The image of that name, for a start.
    func image(_ name: String) throws(EngineError) -> Image {
        do {
            return try images().resolve(name)
        } catch {
            if case .unknownImage = error.code { throw EngineError(.unknownImage, "\(error)") }
            throw EngineError(.missing, "\(error)")
        }
    }

    /// Keeps an image's layers from being removed, until the answer is given up.
    func hold(_ image: Image) throws(EngineError) -> LayerHold {
        do {
            return try images().hold(image)
        } catch {
            throw EngineError(.missing, "\(error)")
        }
    }

    func plan(
        _ configuration: ContainerConfiguration, host: HostFacts, tree: CgroupTree?
    ) throws(EngineError) -> Plan {
        do {
            return try Planner(configuration: configuration, host: host).plan()
        } catch {
            throw EngineError(.invalid, tree?.explanation(of: error) ?? Self.withoutTree(error))
        }
    }

    private static func withoutTree(_ error: PlanError) -> String {
        guard case .controller = error.code else { return "\(error)" }
        return
            "cannot set \(error.subject): \(noTree): leave the limit out; in a container of another engine, give that "
            + "--privileged, and no read-only /sys/fs/cgroup"
    }

    func facts(tree: CgroupTree?, request: ContainerRequest) throws(EngineError) -> HostFacts {
        do {
            return try HostProbe.facts(runRoot: places.runRoot, tree: tree, limits: request.ulimits.map(\.resource))
        } catch {
            if let hint = OuterContainer.hint(error.cause?.errno) {
                throw EngineError(.start, "cannot start a container: \(hint)")
            }
            throw EngineError(.start, "cannot find out what this host gives", cause: error)
        }
    }

    /// Takes away a container that did not come to be. What cannot be taken away now is left to the next command.
    func discard(_ container: borrowing ClaimedContainer, claims: Claims) {
        claims.giveBack(of: container.id)
        guard Journal.carryOut(in: container.run) == nil else { return }
        try? Undo.removeTree(path: container.path).perform()
        container.release(completely: true)
    }

    private func run(
        _ prepared: PreparedContainer, _ request: ContainerRequest, image: Image,
        container: borrowing ClaimedContainer, claims: Claims, _ options: RunOptions
    ) throws(EngineError) -> Int32 {
        let isKept = !request.removesItself
        var record = ContainerRecord(request, image: image, container: container, prepared)
        try makeFiles(
            of: prepared, &record, container, claims: claims, image: image, isKept: isKept, for: request, as: "run")
        if let path = request.cidFile { try writeIdentifier(container.id, to: path) }

        let signals: SignalQueue
        do throws(SystemError) { signals = try SignalQueue(of: SignalQueue.forwardable) } catch {
            throw EngineError(.start, "cannot wait for signals", cause: error)
        }
        var launched = try launch(prepared, request, &record, container, options)
        var claims = claims
        var foreground: ForegroundControl?
        let relay = claims.ports.flatMap { PortRelay.start(for: $0, to: prepared.endpoints.targets) }
        defer { withExtendedLifetime(relay) {} }
        let status: ExitStatus
        let outOfMemory: Bool
        do throws(SystemError) {
            if let failure = launched.stagingFailure { throw failure }
            try container.publish()
            self.record(event: .container(record, "start"))
            var started = try launched.kernel.takeStarted()
            let control = try ForegroundControl(self, request, record, claims, of: &started)
            foreground = control
            let role = try roleService(of: &started, record, request)
            defer { role?.stop() }
            status = try Supervisor.watch(
                started, signals: signals, readsInput: request.isInteractive, isTerminal: request.hasTerminal,
                beside: ([control, role] as [(any Companion)?]).compactMap { $0 },
                whenSettled: { control.settle() })
            control.end(&record, &claims)
            outOfMemory = status.code == 137 && Self.ranOutOfMemory(prepared.configuration.cgroup.path)
        } catch {
            launched.kernel.end()
            foreground?.end(&record, &claims)
            // The program ran: what it left in a container that is kept is not thrown away.
            options.warn("cannot watch over the container: \(error)")
            try? close(container, &record, .signaled(.kill), outOfMemory: false, isKept: isKept) {
                launched.finish()
                claims.giveBack(of: container.id)
            }
            return 125
        }
        if outOfMemory { options.warn(Self.memoryLine(request.limits)) }
        do throws(EngineError) {
            try close(container, &record, status, outOfMemory: outOfMemory, isKept: isKept) {
                launched.finish()
                // While a kill leaves it to the next command.
                claims.giveBack(of: container.id)
            }
        } catch {
            // Its files are there and the program ran: neither is taken back.
            options.warn("\(error)")
        }
        return status.code
    }
}
