// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// The two keys of a step (BuildKit's solver has the same two levels).
///
/// The *definition key* is made of the instruction and of the identities of what it reads: it is known before anything
/// is looked at. The *content key* has, in place of those identities, digests of the selected files. A step that reads
/// a stage which was built anew to the same files has another definition key and the same content key, and that one is
/// the step's identity, which the keys of later steps are made of.
struct StepKey {
    let step: BuildStep
    /// The identity of what the step starts from; nil where it does not matter (`COPY --link`).
    let parent: Digest?
    /// What everything else depends on: the platform and, where it is set, the epoch that times are clamped to.
    let surroundings: [CacheKey.Part]

    static let parentLabel = "the step before it"

    /// Nil where something that the step reads has no identity, as a context, so that its content has to be looked at.
    func definition(identity: (TreeReference) -> Digest?) -> CacheKey? {
        var key = instruction()
        for (index, tree) in trees.enumerated() {
            guard let identity = identity(tree) else { return nil }
            key.add("what is read (\(index))", identity.hex)
        }
        key.add("kind of key", "definition")
        return key
    }

    /// `contents` are those of ``selections``, in order.
    func content(_ contents: [SelectedContent]) -> CacheKey {
        var key = instruction()
        for content in contents { key.add(content.label, content.digest.hex) }
        return key
    }

    /// Whether the step reads files beside those it starts from.
    var readsFiles: Bool {
        switch step.operation {
        case .makeDirectory: false
        case .run: !trees.isEmpty
        case .copy(let copy):
            copy.sources.contains {
                if case .inline = $0 { false } else { true }
            }
        }
    }

    /// The trees that count for the key, in a fixed order.
    private var trees: [TreeReference] {
        switch step.operation {
        case .makeDirectory: []
        case .run(let run):
            run.mounts.compactMap {
                switch $0.kind {
                case .bind(let tree, _, _): tree
                // What a cache starts from counts, as with BuildKit, whether it has started or not.
                case .cache(_, _, let seed, _, _, _, _, _): seed == .empty ? nil : seed
                default: nil
                }
            }
        case .copy(let copy):
            copy.sources.compactMap {
                switch $0 {
                case .path(_, let tree): tree
                // What an address leads to today is not known before it is asked.
                case .url, .git: .context("")
                case .inline: nil
                }
            }
        }
    }

    private func instruction() -> CacheKey {
        var key = CacheKey()
        key.add(Self.parentLabel, parent?.hex ?? "")
        for part in surroundings { key.add(part.label, part.value) }
        switch step.operation {
        case .run(let run): Self.add(run, to: &key)
        case .copy(let copy): Self.add(copy, to: &key)
        case .makeDirectory(let path, let user):
            key.add("the instruction", "WORKDIR")
            key.add("the directory", path)
            key.add("the user", user)
        }
        return key
    }

    private static func add(_ run: RunOperation, to key: inout CacheKey) {
        key.add("the instruction", "RUN")
        key.add("the command", JSON(run.arguments).description)
        // The values of proxies are not part of it.
        for variable in run.environment {
            let (name, value) = Environment.split(variable)
            key.add("the variable \(name)", value)
        }
        key.add("the working directory", run.workingDirectory)
        key.add("the user", run.user)
        key.add("the network", run.network.rawValue)
        key.add("--security", run.isInsecure ? "insecure" : "sandbox")
        key.add("the host name", run.hostname)
        if let script = run.script { key.add("the script \(script.name)", script.contents) }
        for mount in run.mounts { key.add("the mount at \(mount.target)", mount.keyText) }
    }

    private static func add(_ copy: CopyOperation, to key: inout CacheKey) {
        key.add("the instruction", copy.isAdd ? "ADD" : "COPY")
        key.add("the destination", copy.destination)
        key.add("--chown", copy.owner ?? "")
        key.add("--chmod", copy.mode ?? "")
        key.add("--link", "\(copy.isLink)")
        key.add("--parents", "\(copy.keepsParents)")
        for pattern in copy.excludes { key.add("--exclude", pattern) }
        key.add("--unpack", copy.unpacks.map { "\($0)" } ?? "")
        for source in copy.sources {
            switch source {
            case .path(let path, _):
                // The name alone decides what the file will be called; where it stands does not.
                key.add("a source", copy.keepsParents ? path : path.pathParts.last.map(String.init) ?? "")
            case .inline(let file): key.add("the file \(file.name)", file.contents)
            case .url(let address, let checksum): key.add("a source", "\(address) \(checksum ?? "")")
            case .git(let address, let keepsDirectory, let checksum):
                key.add("a source", "\(address) \(keepsDirectory) \(checksum ?? "")")
            }
        }
    }
}

extension RunMount {
    /// What of a mount counts: not what a secret or a cache holds.
    fileprivate var keyText: String {
        switch kind {
        case .bind(_, let source, let isWritable): "bind \(source) \(isWritable)"
        case .cache(let id, _, _, let source, let mode, let user, let group, let isReadOnly):
            "cache \(id) \(source) \(mode) \(user) \(group) \(isReadOnly)"
        case .tmpfs(let size): "tmpfs \(size.map { "\($0)" } ?? "")"
        case .secret(let id, let variable, let isRequired, let mode, let user, let group):
            "secret \(id) \(variable ?? "") \(isRequired) \(mode) \(user) \(group)"
        case .ssh(let id, let isRequired, let mode, let user, let group):
            "ssh \(id) \(isRequired) \(mode) \(user) \(group)"
        }
    }
}
