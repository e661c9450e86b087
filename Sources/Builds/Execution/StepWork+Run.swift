// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Images
internal import Linux
internal import OCI

extension StepWork {
    /// RUN: an ordinary container, with set-user-ID programs as real builds have them. `whenDone` is called when the layer
    /// is complete, and before what was there for the process is taken away.
    func carryOut(
        _ run: RunOperation, _ channel: borrowing WorkerChannel, whenDone: () throws(BuildError) -> Void
    ) throws(BuildError) {
        var process = StepProcess(
            request: request(of: run), root: root(of: run), writable: directory,
            hosts: request.addedHosts.map { Self.hostsLine($0) })
        // Held until the process has ended.
        var caches = CacheMounts()
        // Those that are waited for come in the order of their names, so that no two steps wait for each other.
        let order = run.mounts.indices.sorted { (run.mounts[$0].lockName, $0) < (run.mounts[$1].lockName, $1) }
        var relays: [AgentRelay] = []
        for index in order { try add(run.mounts[index], index, to: &process, &caches, &relays, channel) }
        if let script = run.script {
            process.files.append(
                StepProcess.File(
                    contents: Array(script.contents.utf8), target: "/dev/pipes/\(script.name)", mode: 0o755))
        }
        let targets =
            process.binds.map(\.target) + process.files.map(\.target) + process.temporary.map(\.target)
        let code: Int32
        var failure: BuildError?
        let gate = try startGate(channel)
        do throws(EngineError) {
            code = try engine.run(
                process, gate: gate, warn: { channel.tell(.warning($0)) },
                whenEnded: { code in
                    caches.giveBack()
                    relays.removeAll()
                    guard code == 0 else { return }
                    do throws(BuildError) {
                        try removeMountPoints(targets)
                        try whenDone()
                    } catch {
                        failure = error
                    }
                })
        } catch {
            switch error.code {
            case .programNotFound, .programNotExecutable:
                throw BuildError(.step(exitCode: error.exitCode), "\(error)", at: step.range)
            default: throw BuildError(.file, "cannot run the step", at: step.range, cause: error)
            }
        }
        guard code == 0 else {
            throw BuildError(
                .step(exitCode: code), "\(Self.shown(run)) did not complete successfully: exit code \(code)",
                at: step.range)
        }
        if let failure { throw failure }
    }

    private func startGate(_ channel: borrowing WorkerChannel) throws(BuildError) -> (any StartGate)? {
        guard isAhead else { return nil }
        do { return try channel.startGate() } catch {
            throw BuildError(.file, "cannot wait for the step below", at: step.range, cause: error)
        }
    }

    private func removeMountPoints(_ targets: [String]) throws(BuildError) {
        do {
            try MountPoints.remove(targets, from: directory + "/upper", above: layers)
        } catch {
            throw BuildError(.file, "cannot take mount points out of the layer", cause: error)
        }
    }

    /// Runs `run` on this process's own terminal, on top of what the step left.
    func openShell(for run: RunOperation) throws(BuildError) -> Int32 {
        do throws(SystemError) {
            // A step's own directory for overlayfs cannot be used a second time.
            let place = try Descriptor.open(directory, [.readOnly, .directory])
            try place.removeTree("work")
            try place.makeDirectory("work", mode: 0o700)
        } catch {
            throw BuildError(.file, "cannot use \(directory) again", cause: error)
        }
        var process = StepProcess(request: request(of: run), root: root(of: run), writable: directory)
        process.request.hasTerminal = StandardStream.input.isTerminal
        process.request.isInteractive = true
        do throws(EngineError) {
            return try engine.run(process, warn: { _ in })
        } catch {
            throw BuildError(.file, "cannot run \(run.arguments[0])", cause: error)
        }
    }

    private static func shown(_ run: RunOperation) -> String {
        "process \"\(run.arguments.joined(separator: " "))\""
    }

    private func root(of run: RunOperation) -> ContainerRoot {
        var execution = ImageConfiguration.Execution()
        execution.environment = run.environment + run.hiddenEnvironment
        execution.command = run.arguments
        execution.user = run.user
        execution.workingDirectory = run.workingDirectory
        return ContainerRoot(layers: layers, highIDs: highIDs, execution: execution)
    }

    private func request(of run: RunOperation) -> ContainerRequest {
        var container = ContainerRequest()
        container.removesItself = true
        container.isPrivileged = run.isInsecure
        container.securityOptions = [.noNewPrivileges(false)]
        switch (run.network, request.network) {
        case (.host, _): container.network = .host
        case (.none, _): container.network = .bare
        case (.standard, .mode(let mode)): container.network = mode
        case (.standard, .network(let network)):
            container.network = .network(network.name)
            container.networks = [network]
        }
        container.hostname = try? HostName(parsing: run.hostname)
        if let size = request.sharedMemory { container.sharedMemory = size }
        container.ulimits = request.ulimits
        container.limits = request.limits
        return container
    }

    /// `NAME:ADDRESS` as a line of `/etc/hosts`.
    private static func hostsLine(_ text: String) -> String {
        let name = text.prefix { $0 != ":" && $0 != "=" }
        return "\(text.dropFirst(name.count + 1))\t\(name)"
    }

    private func add(
        _ mount: RunMount, _ index: Int, to process: inout StepProcess, _ caches: inout CacheMounts,
        _ relays: inout [AgentRelay], _ channel: borrowing WorkerChannel
    ) throws(BuildError) {
        switch mount.kind {
        case .bind(let tree, let source, let isWritable):
            let copy = try materialize(source, of: tree, as: "mount-\(index)")
            process.binds.append(
                StepProcess.Bind(
                    path: copy.path, target: mount.target, isDirectory: copy.isDirectory, isReadOnly: !isWritable))
        case .cache(let id, let sharing, let seed, let source, let mode, let user, let group, let isReadOnly):
            let path = try cacheDirectory(
                id, sharing, &caches,
                fill: { draft throws(BuildError) in
                    if self.unpackCacheMount(id, as: draft, channel) { return draft }
                    if seed != .empty {
                        let copy = try self.materialize(source, of: seed, as: "seed-\(index)")
                        guard copy.isDirectory else {
                            throw BuildError(.invalid, "\(source) is no directory, as a cache mount needs one")
                        }
                        return copy.path
                    }
                    do {
                        _ = try Descriptor.makeDirectories(draft, mode: 0o755)
                        let place = try Descriptor.open(draft, [.readOnly, .directory])
                        try place.setPermissions(mode)
                        try place.setOwner(user: user, group: group)
                        return draft
                    } catch {
                        throw BuildError(.file, "cannot make the cache mount \(id)", cause: error)
                    }
                }, draft: "\(scratch)/cache-\(index)")
            process.binds.append(
                StepProcess.Bind(path: path, target: mount.target, isDirectory: true, isReadOnly: isReadOnly))
        case .tmpfs(let size):
            process.temporary.append(StepProcess.Temporary(target: mount.target, size: size))
        case .secret(let id, let variable, let isRequired, let mode, let user, let group):
            guard let contents = try secret(id, isRequired: isRequired) else { return }
            if let variable {
                process.root.execution.environment.append("\(variable)=\(String(decoding: contents, as: UTF8.self))")
            }
            guard !mount.target.isEmpty else { return }
            process.files.append(
                StepProcess.File(contents: contents, target: mount.target, mode: mode, user: user, group: group))
        case .ssh(let id, let isRequired, let mode, let user, let group):
            // Also where there is none, as BuildKit has it.
            process.root.execution.environment.append("SSH_AUTH_SOCK=\(mount.target)")
            guard let socket = try agent(id, isRequired: isRequired) else { return }
            let relay: AgentRelay
            do throws(SystemError) {
                relay = try AgentRelay(
                    to: socket, at: "\(scratch)/agent-\(index)", mode: mode, user: user, group: group)
            } catch {
                throw BuildError(.file, "cannot show the ssh agent \(id)", at: step.range, cause: error)
            }
            relays.append(relay)
            process.binds.append(
                StepProcess.Bind(path: relay.path, target: mount.target, isDirectory: false, isReadOnly: false))
        }
    }

    private func cacheDirectory(
        _ id: String, _ sharing: RunMount.Sharing, _ caches: inout CacheMounts,
        fill: (String) throws(BuildError) -> String, draft: String
    ) throws(BuildError) -> String {
        // The step has it already: it would wait for itself.
        if let path = caches.path(of: id) { return path }
        let mount: CacheMount
        do throws(SystemError) {
            mount = try CacheMount(id, sharing: sharing, below: engine.places.root)
        } catch {
            throw BuildError(.file, "cannot take the cache mount \(id)", cause: error)
        }
        if mount.isNew {
            let made = try fill(draft)
            do throws(SystemError) { try mount.publish(made) } catch {
                throw BuildError(.file, "cannot fill the cache mount \(id)", cause: error)
            }
        }
        let path = mount.path
        caches.keep(mount, of: id)
        return path
    }

    /// Whether another cache had files for the mount.
    private func unpackCacheMount(_ id: String, as draft: String, _ channel: borrowing WorkerChannel) -> Bool {
        for cache in caches where cache.hasMount(id) {
            do {
                _ = try Descriptor.makeDirectories(scratch, mode: 0o700)
                try cache.unpackMount(id, as: draft.lastPart, in: scratch)
                return true
            } catch {
                channel.tell(.warning("the cache mount \(id) of the cache in \(cache.path) is not used: \(error)"))
            }
        }
        return false
    }

    private func secret(_ id: String, isRequired: Bool) throws(BuildError) -> [UInt8]? {
        guard let source = request.secrets.last(where: { $0.id == id }) else {
            guard isRequired else { return nil }
            throw BuildError(
                .missing,
                "the secret \(id) is not given: write --secret id=\(id),src=FILE or --secret id=\(id),env=NAME",
                at: step.range)
        }
        switch source.place {
        case .variable(let name):
            guard let value = Linux.Environment.value(of: name) else {
                throw BuildError(.missing, "the secret \(id) is to come from the variable \(name), which is not set")
            }
            return Array(value.utf8)
        case .file(let path):
            do {
                return try Descriptor.contents(of: path)
            } catch {
                throw BuildError(.missing, "cannot read the secret \(id) from \(path)", cause: error)
            }
        }
    }

    /// The socket of the agent.
    private func agent(_ id: String, isRequired: Bool) throws(BuildError) -> String? {
        guard let source = request.agents.last(where: { $0.id == id }) else {
            guard isRequired else { return nil }
            throw BuildError(.missing, "the ssh agent \(id) is not given: write --ssh \(id)", at: step.range)
        }
        guard let socket = source.socket ?? Linux.Environment.value(of: "SSH_AUTH_SOCK") else {
            throw BuildError(.missing, "no ssh agent: SSH_AUTH_SOCK is not set, write --ssh \(id)=SOCKET")
        }
        do throws(SystemError) { _ = try LocalConnection(to: socket) } catch {
            throw BuildError(
                .missing, "cannot reach the ssh agent at \(socket): start one with ssh-agent", at: step.range,
                cause: error)
        }
        return socket
    }
}

/// The cache mounts of one step, until its process has ended.
struct CacheMounts: ~Copyable {
    private final class Box {
        let mount: CacheMount
        init(_ mount: consuming CacheMount) { self.mount = mount }
    }
    private var boxes: [(id: String, box: Box)] = []

    func path(of id: String) -> String? { boxes.first { $0.id == id }?.box.mount.path }
    mutating func keep(_ mount: consuming CacheMount, of id: String) { boxes.append((id, Box(mount))) }
    mutating func giveBack() { boxes = [] }
}

extension RunMount {
    /// By which mounts that are waited for are put in order; empty for the others.
    fileprivate var lockName: String {
        if case .cache(let id, let sharing, _, _, _, _, _, _) = kind {
            "\(id)\n\(sharing == .locked ? 0 : 1)"
        } else {
            ""
        }
    }
}
