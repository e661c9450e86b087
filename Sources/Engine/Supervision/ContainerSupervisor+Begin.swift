// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Images
internal import Linux
internal import Networks
internal import OCI

extension ContainerSupervisor {
    /// The supervisor of a container that is not yet: its id and its name are its own from here on.
    static func of(new request: ContainerRequest, _ engine: Engine) throws(EngineError) -> ContainerSupervisor {
        let image = try engine.image(for: request)
        var request = request
        request.fill(from: image)
        // From here on 'rmi' leaves its layers alone, before there is a record that it could see.
        let hold = try engine.hold(image)
        return try of(try engine.containers.claim(name: request.name), request, image, hold, nil, engine)
    }

    /// The supervisor of a container that is there and does not run.
    static func of(existing record: ContainerRecord, _ engine: Engine) throws(EngineError) -> ContainerSupervisor {
        guard let container = try engine.containers.reclaim(record) else {
            throw EngineError(.running, "the container \(record.name) is being started or ended: try again")
        }
        // As it is now that nobody else changes it.
        guard let record = engine.containers.record(of: record.id) else {
            container.release(completely: true)
            throw EngineError(.unknownContainer, "there is no container \(record.name) any more")
        }
        let request: ContainerRequest
        let image: Image
        do throws(EngineError) {
            request = try ContainerRequest(of: record)
            image = try engine.image(record.imageID)
        } catch {
            // What runs without a supervisor has its files there.
            if case .running = record.state {} else { container.release(completely: false) }
            throw error
        }
        return try of(container, request, image, nil, record, engine)
    }

    private static func of(
        _ container: consuming ClaimedContainer, _ request: ContainerRequest, _ image: Image,
        _ hold: consuming LayerHold?, _ record: ContainerRecord?, _ engine: Engine
    ) throws(EngineError) -> ContainerSupervisor {
        do throws(SystemError) {
            // One that was killed leaves its own.
            try? container.run.remove(socketName)
            let listener = try MessageListener(socketName, in: container.run)
            return ContainerSupervisor(
                engine: engine, container: container, request: request, image: image, record: record,
                isNew: record == nil, wasThere: record != nil, hold: hold,
                life: Life(policy: request.restart, stopSignal: request.stopSignal?.signal),
                queue: try EventQueue(), listener: listener, signals: try SignalQueue(of: SignalQueue.ending))
        } catch {
            throw EngineError(.start, "cannot listen for commands", cause: error)
        }
    }

    /// The container's first start in this process.
    mutating func begin(_ options: RunOptions) throws(EngineError) {
        try start(options)
        hold = nil
        _ = life.handle(.started, at: Clock.monotonic)
    }

    /// Starts the container: plans it anew, and carries the plan out.
    mutating func start(_ options: RunOptions) throws(EngineError) {
        let prepared = try engine.prepare(
            request, image: image, writable: container.path, container: container, mounts: record?.mounts,
            claims: &claims,
            outlives: Self.canBeAdopted(request), options)
        isAdopted = false
        var record = self.record ?? ContainerRecord(request, image: image, container: container, prepared)
        record.details = ContainerDetails(prepared.configuration, plan: prepared.plan, of: request).json
        record.endpoints = prepared.endpoints
        record.published = prepared.published
        record.command = prepared.configuration.process.arguments
        let isKept = !request.removesItself
        if isNew {
            if let path = request.cidFile {
                try engine.writeIdentifier(container.id, to: path)
                identifierFile = path
            }
            try engine.makeFiles(
                of: prepared, &record, container, claims: claims, image: image, isKept: isKept, for: request,
                as: "run")
            isNew = false
        } else {
            do throws(SystemError) {
                try container.write(
                    journal: engine.journal(of: prepared.plan, container, claims: claims, isKept: isKept))
            } catch {
                throw EngineError(.store, "cannot write the container's journal", cause: error)
            }
        }
        if !hasLog { try openLog(record, environment: prepared.configuration.process.environment) }
        record.wasStopped = false
        let launched = try engine.launch(prepared, request, &record, container, options)
        let stagingFailure = launched.stagingFailure
        // From here on whatever fails ends it.
        self.launched = consume launched
        self.record = record
        cgroup = prepared.configuration.cgroup.path
        if let ports = claims.ports { claims.relay = PortRelay.start(for: ports, to: prepared.endpoints.targets) }
        do throws(SystemError) {
            if let stagingFailure { throw stagingFailure }
            try container.publish()
            // Its record keeps its volumes from here on.
            container.held.drop()
            engine.record(event: .container(record, "start"))
            if request.restart.outlivesBoot, !request.removesItself {
                do throws(SystemError) { try container.keep(record) } catch {
                    options.warn("\(record.name) will not be started after a boot: cannot write that down: \(error)")
                }
            }
            try watchLaunched()
            watchWalls()
            beginHealth()
        } catch {
            throw EngineError(.start, "cannot watch over the container", cause: error)
        }
    }

    /// Where its socket is, in its run directory, and its log, in its own.
    static let socketName = "control"
    static let logDirectory = "log"
}

extension ContainerRequest {
    /// What a container that is kept was asked to be.
    init(of record: ContainerRecord) throws(EngineError) {
        do {
            try self.init(record.request)
        } catch {
            throw EngineError(.store, "cannot read what the container \(record.name) was made as", cause: error)
        }
    }

    /// What the image says, where the command line says nothing.
    mutating func fill(from image: Image) {
        if stopSignal == nil, let text = image.configuration.execution.stopSignal {
            stopSignal = try? SignalArgument(parsing: text)
        }
        health.fill(from: image.configuration.execution.healthcheck)
    }
}
