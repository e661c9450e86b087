// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Images
internal import Linux
internal import OCI

/// What a user asks of `debug`.
public struct DebugRequest: Sendable {
    /// A container, or an image.
    public var target = ""
    /// The image whose programs are used; nil for the usual one.
    public var toolbox: String?
    /// Empty for a shell.
    public var command: [String] = []
    public var isInteractive = true
    public var hasTerminal = false
    public var environment: [EnvironmentArgument] = []
    public var user: UserArgument?
    public var workingDirectory: ContainerPath?
    /// Whether it has every capability and no filter, whatever the container has.
    public var isPrivileged = false
    public init() {}

    /// Where the files of what is looked at are.
    public static let place = "/target"
    /// What is looked for where no toolbox is named, in that order.
    public static let toolboxes = ["toolbox", "busybox", "alpine", "debian", "ubuntu"]
}

/// What is looked at.
private struct DebugTarget: ~Copyable {
    /// How its files come to ``DebugRequest/place``.
    var source: MountRequest.Source
    /// What confines it; nil of an image.
    var details: ContainerDetails?
    /// Its id, where it runs and its namespaces are joined.
    var joined: String?
    /// A container that does not run is kept from being started meanwhile.
    var held: ClaimedContainer?
    /// And an image from being removed.
    var hold: LayerHold?

    /// Lets a container be started again.
    borrowing func release() {
        switch held {
        case .some(let held): held.release(completely: false)
        case nil: break
        }
    }
}

extension Engine {
    /// Runs a program of a toolbox beside a container, in its namespaces and with what confines it, or on the files of one
    /// that does not run, or of an image. Nothing of it is left, and nothing of the target is changed but by the program.
    /// - Returns: the code to exit with: the program's, or 128 and the signal that ended it.
    public func debug(_ request: DebugRequest, _ options: RunOptions) throws(EngineError) -> Int32 {
        if request.hasTerminal, request.isInteractive { try Self.requireTerminal() }
        recover()
        let toolbox = try toolbox(request)
        let hold = try hold(toolbox)
        defer { withExtendedLifetime(hold) {} }
        let target = try debugTarget(request.target)
        defer { target.release() }
        let container = try containers.claim(name: nil, isNamed: false)
        var claims = Claims()
        do throws(EngineError) {
            let asked = request.containerRequest(toolbox: toolbox, details: target.details, joined: target.joined)
            let tree = try cgroupTree(for: asked.limits)
            let host = try facts(tree: tree, request: asked)
            var notes: [String] = []
            var configuration = try configure(
                asked, root: ContainerRoot(toolbox), writable: container.path, container: container, host: host,
                tree: tree, looksInside: true, claims: &claims, notes: &notes)
            if let details = target.details { try confine(&configuration.process, as: details) }
            if request.isPrivileged { try free(&configuration.process) }
            configuration.mounts.append(
                MountRequest(source: target.source, target: DebugRequest.place, attributes: []))
            let plan = try plan(configuration, host: host, tree: tree)
            for note in notes + plan.notes { options.warn(note) }
            options.showPlan?(plan)
            if options.isDryRun {
                discard(container, claims: claims)
                return 0
            }
            var action = Action("debug", .container, name: request.target)
            action.image = request.toolbox ?? ""
            action.digest = "\(toolbox.id)"
            if request.isPrivileged { action.differences["Privileged"] = true }
            self.record(action)
            do throws(SystemError) {
                try prepareFiles(
                    container, journal: journal(of: plan, container, claims: claims, isKept: false), image: toolbox)
            } catch {
                throw EngineError(.store, "cannot make the files of a toolbox in \(places.root)", cause: error)
            }
            let code = try carryOut(plan, asked)
            discard(container, claims: claims)
            return code
        } catch {
            discard(container, claims: claims)
            throw error
        }
    }

    /// The image that programs are taken from.
    private func toolbox(_ request: DebugRequest) throws(EngineError) -> Image {
        if let name = request.toolbox { return try image(name) }
        for name in DebugRequest.toolboxes {
            if let found = try? images().resolve(name) { return found }
        }
        throw EngineError(
            .missing,
            "there is no image with tools here, as \(DebugRequest.toolboxes.joined(separator: ", ")): make one with "
                + "'minibox import FILE toolbox' or 'minibox build -t toolbox .', or name one with --toolbox")
    }

    private func debugTarget(_ text: String) throws(EngineError) -> DebugTarget {
        let record: ContainerRecord
        do throws(EngineError) { record = try containers.find(text) } catch {
            guard error.code == .unknownContainer, let image = try? images().resolve(text) else { throw error }
            return DebugTarget(
                source: .image(ImageTree(name: text, layers: ContainerRoot(image).layers.reversed())),
                hold: try hold(image))
        }
        let details = try record.confinement()
        if case .running(let process, let startTime, _) = record.state, ProcessTimes.start(of: process) == startTime {
            try record.requireAwake()
            return DebugTarget(
                source: .root(ProcessRoot(process: process, startTime: startTime, name: record.name)),
                details: details, joined: record.id)
        }
        guard let held = try containers.reclaim(record) else {
            throw EngineError(.running, "the container \(record.name) is being started or ended: try again")
        }
        let image: Image
        do throws(EngineError) { image = try self.image(record.imageID) } catch {
            held.release(completely: false)
            throw error
        }
        // What it has changed is one more layer: who looks at it changes nothing. It keeps its image as well.
        let layers = ["\(containers.directory)/\(record.id)/upper"] + ContainerRoot(image).layers.reversed()
        return DebugTarget(
            source: .image(ImageTree(name: record.name, layers: layers)), details: details, held: held)
    }

    /// The same that confines a program which `exec` runs.
    private func confine(_ process: inout ProcessConfiguration, as details: ContainerDetails) throws(EngineError) {
        process.capabilities = details.capabilities
        process.noNewPrivileges = details.noNewPrivileges
        process.filter = try filter(details)
        process.limits = details.ulimits
        process.fileModeMask = details.fileModeMask
        process.profile = details.profile
    }

    private func free(_ process: inout ProcessConfiguration) throws(EngineError) {
        process.capabilities = try Self.allCapabilities()
        process.noNewPrivileges = false
        process.filter = .unconfined
        process.profile = nil
    }

    private func carryOut(_ plan: Plan, _ request: ContainerRequest) throws(EngineError) -> Int32 {
        let interpreter = Interpreter(plan: plan)
        var kernel = LiveKernel()
        let former = CurrentProcess.setFileModeMask(0)
        defer { CurrentProcess.setFileModeMask(former) }
        let signals = try Self.listen(&kernel)
        do throws(StepFailure) {
            try interpreter.start(on: &kernel)
        } catch {
            kernel.end()
            try? interpreter.finish(on: &kernel)
            throw startFailure(error, limits: request.limits)
        }
        kernel.interruptions = nil
        do throws(SystemError) {
            let status = try Supervisor.watch(
                try kernel.takeStarted(), signals: signals, readsInput: request.isInteractive,
                isTerminal: request.hasTerminal)
            try? interpreter.finish(on: &kernel)
            return status.code
        } catch {
            kernel.end()
            try? interpreter.finish(on: &kernel)
            throw EngineError(.start, "cannot watch over the program", cause: error)
        }
    }
}

extension DebugRequest {
    /// The container that the toolbox is: beside the one that runs it has what that one has, of its own or the host's.
    fileprivate func containerRequest(
        toolbox: Image, details: ContainerDetails?, joined: String?
    ) -> ContainerRequest {
        var request = ContainerRequest()
        request.image = "\(toolbox.id)"
        request.entrypoint = ""
        request.command = command.isEmpty ? ["sh"] : command
        request.removesItself = true
        request.isInteractive = isInteractive
        request.hasTerminal = hasTerminal
        request.environment = environment
        request.user = user ?? (try? UserArgument(parsing: "0"))
        request.workingDirectory = workingDirectory
        guard let details, let joined else { return request }
        func mode(_ kind: Namespaces) -> NamespaceMode {
            details.namespaces.contains(kind) ? .container(joined) : .host
        }
        request.network = mode(.network)
        request.pid = mode(.pid)
        request.ipc = mode(.ipc)
        request.uts = mode(.uts)
        request.cgroupNamespace = mode(.cgroup)
        request.userNamespace = details.idMap == nil ? .host : .automatic
        return request
    }
}
