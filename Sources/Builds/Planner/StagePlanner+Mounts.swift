// SPDX-License-Identifier: Apache-2.0

// --mount of RUN.
extension StagePlanner {
    /// The options with their variables expanded.
    mutating func request(_ mount: Instruction.Run.Mount) throws(BuildError) -> MountRequest {
        var result = MountRequest()
        do {
            for option in mount.options { try result.set(option.key.lowercased(), to: try expand(option.value)) }
            try result.check()
        } catch {
            // An image's trigger has its ranges in a text of its own.
            throw BuildError(error.code, error.words, at: command.origin == .dockerfile ? mount.range : command.range)
        }
        return result
    }

    /// The mount with all defaults filled in. `agent` is how many sockets there were before.
    mutating func mount(
        _ request: MountRequest, from source: TreeSource?, agent: inout Int
    ) throws(BuildError) -> RunMount {
        switch request.kind {
        case .bind:
            return RunMount(
                kind: .bind(
                    from: try tree(source, from: request.from, to: request.target),
                    source: StagePath.joined("/", request.source), isWritable: request.isReadOnly == false),
                target: try target(request.target))
        case .cache:
            let target = try target(request.target)
            let cleaned = String(decoding: LexicalPath.cleaned(request.target.utf8), as: UTF8.self)
            let id = request.id.isEmpty ? cleaned : request.id
            let space = context.arguments.given["BUILDKIT_CACHE_MOUNT_NS"] ?? ""
            return RunMount(
                kind: .cache(
                    id: space.isEmpty ? id : "\(space)/\(id)", sharing: request.sharing ?? .shared,
                    seed: source == nil ? .empty : try tree(source, from: request.from, to: request.target),
                    source: StagePath.joined("/", request.source), mode: request.mode ?? 0o755,
                    user: request.user ?? 0, group: request.group ?? 0, isReadOnly: request.isReadOnly ?? false),
                target: target)
        case .tmpfs:
            let target = try target(request.target)
            // Nothing can ever be in it.
            if request.isReadOnly == true {
                return RunMount(kind: .bind(from: .empty, source: "/", isWritable: false), target: target)
            }
            return RunMount(kind: .tmpfs(size: request.size.flatMap { $0 == 0 ? nil : $0 }), target: target)
        case .secret:
            let id = [request.source, request.id].first { !$0.isEmpty } ?? StagePath.name(of: request.target)
            outline.secrets.append(.init(name: id, isRequired: request.isRequired, range: command.range))
            // With a variable, a file only where one is asked for.
            let path =
                request.target.isEmpty && request.variable == nil
                ? "/run/secrets/\(StagePath.name(of: id))" : request.target
            return RunMount(
                kind: .secret(
                    id: id, variable: request.variable, isRequired: request.isRequired, mode: request.mode ?? 0o400,
                    user: request.user ?? 0, group: request.group ?? 0),
                target: path.isEmpty ? "" : try target(path))
        case .ssh:
            let id = request.id.isEmpty ? "default" : request.id
            outline.agents.append(.init(name: id, isRequired: request.isRequired, range: command.range))
            let path = request.target.isEmpty ? "/run/buildkit/ssh_agent.\(agent)" : request.target
            agent += 1
            return RunMount(
                kind: .ssh(
                    id: id, isRequired: request.isRequired, mode: request.mode ?? 0o600, user: request.user ?? 0,
                    group: request.group ?? 0),
                target: try target(path))
        }
    }

    private func target(_ path: String) throws(BuildError) -> String {
        let result = StagePath.joined(state.directory, path)
        guard result != "/" else {
            throw BuildError(.syntax, "--mount: the target is the root, write target=PATH")
        }
        return result
    }

    private func tree(_ source: TreeSource?, from name: String, to target: String) throws(BuildError) -> TreeReference {
        guard let source else { return .context("") }
        if let stage = context.graph.stage(of: name, allowsIndex: false), stage > draft.index {
            throw BuildError(
                .invalid, "--mount from=\(name): that stage is further down, move it in front of stage \(draft.title)")
        }
        return context.tree(source)
    }
}
