// SPDX-License-Identifier: Apache-2.0
internal import Builds
internal import Engine
internal import Linux

extension BuildCommand.Options {
    /// The request that the line is, with values of this program's environment where the line says a name alone.
    func request(environment: (String) -> String?) throws(BuildError) -> BuildRequest {
        if context == .standardInput, dockerfile == .standardInput {
            throw BuildError(
                .invalid, "both the context and the Dockerfile are to come from standard input: write a file for one")
        }
        var request = BuildRequest()
        request.context = context
        request.dockerfile = dockerfile
        request.tags = tags
        request.target = target
        for argument in arguments {
            // As docker does: one that is not set here is as if it had not been given.
            guard let value = argument.value ?? environment(argument.name) else { continue }
            request.arguments.append((argument.name, value))
        }
        request.labels = labels.map { ($0.key, $0.value) }
        for context in contexts {
            guard request.contexts.updateValue(context.source, forKey: context.name) == nil else {
                throw BuildError(.invalid, "--build-context \(context.name) is given twice: write it once")
            }
        }
        request.secrets = try secretSources(environment)
        request.agents = try agentSources(environment)
        request.alwaysPulls = alwaysPulls
        request.platform = platform
        if let network {
            request.network = network
        } else {
            do throws(SyntaxError) { request.network = try DefaultNetwork.choice() } catch {
                throw BuildError(.invalid, "\(error)")
            }
        }
        request.addedHosts = hosts.map(\.description)
        request.sharedMemory = sharedMemorySize
        request.ulimits = ulimits
        request.limits = limits
        request.entitlements = Set(entitlements)
        // Who gives every step the host's network has allowed it.
        if request.network == .mode(.host) { request.entitlements.insert(.hostNetwork) }
        request.ignoresCache = ignoresCache
        request.uncachedStages = uncachedStages
        request.cacheSources = cacheSources
        request.cacheTargets = cacheTargets
        request.explainsCache = explainsCache
        request.outputs = outputs
        if keepsImage || sendsImage, !outputs.isEmpty,
            !outputs.contains(where: { if case .image = $0 { true } else { false } })
        {
            request.outputs.append(.image(names: [], ImageOptions()))
        }
        request.parallelism = parallelism
        for attestation in attestations + [sbom, provenance].compactMap({ $0 }) {
            switch attestation {
            case .sbom(let isWanted): request.sbom = isWanted
            case .provenance(let mode): request.provenance = mode
            }
        }
        if request.sbom || request.provenance != .none,
            outputs.contains(where: { if case .docker = $0 { true } else { false } })
        {
            throw BuildError(
                .invalid,
                "an archive for docker has no place for --sbom and --provenance: write --output type=oci,dest=FILE")
        }
        request.opensShell = opensShell
        return request
    }

    private func secretSources(_ environment: (String) -> String?) throws(BuildError) -> [BuildRequest.SecretSource] {
        var sources: [BuildRequest.SecretSource] = []
        for secret in secrets {
            guard !sources.contains(where: { $0.id == secret.id }) else {
                throw BuildError(.invalid, "--secret id=\(secret.id) is given twice: write it once")
            }
            sources.append(secret.source { environment($0) != nil })
        }
        return sources
    }

    private func agentSources(_ environment: (String) -> String?) throws(BuildError) -> [BuildRequest.AgentSource] {
        for agent in agents {
            guard let socket = agent.socket else {
                guard let socket = environment("SSH_AUTH_SOCK"), !socket.isEmpty else {
                    throw BuildError(
                        .missing,
                        "--ssh \(agent.id): there is no agent, SSH_AUTH_SOCK is not set: start one with ssh-agent, "
                            + "or write \(agent.id)=SOCKET")
                }
                continue
            }
            let kind: FileStatus.Kind
            do { kind = try Descriptor.open(socket, .path).status().kind } catch {
                throw BuildError(.missing, "--ssh \(agent.id): cannot use \(socket)", cause: error)
            }
            guard kind == .socket else {
                throw BuildError(
                    .invalid,
                    "--ssh \(agent.id): \(socket) is no agent's socket: load a key with ssh-add, and write \(agent.id)")
            }
        }
        return agents
    }

    private var limits: LimitRequest {
        var limits = LimitRequest()
        limits.memory = memory
        limits.memoryAndSwap = memorySwap
        limits.cpuShares = cpuShares
        limits.cpuPeriod = cpuPeriod
        limits.cpuQuota = cpuQuota
        limits.cpuSet = cpuList
        limits.cgroupParent = cgroupParent
        return limits
    }
}
