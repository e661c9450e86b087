// SPDX-License-Identifier: Apache-2.0
public import Linux

/// What a build is made of: the Dockerfile, and the files that it may copy.
public struct LoadedContext: Sendable {
    /// The Dockerfile's name as messages show it, and its bytes.
    public var dockerfileName: String
    public var dockerfile: [UInt8]
    /// The context of the command line.
    public var context: ContextDescription
    /// The same for the same Dockerfile of the same context, whatever is in them.
    public var identity: String
}

/// Finds the context of a build and its Dockerfile, and its named contexts.
///
/// What is not a directory of this machine's becomes one below ``directory``: an archive is unpacked, a repository is
/// checked out. What comes that way is not filtered: `.dockerignore` is for what somebody has lying in a directory.
public struct ContextLoader {
    let request: BuildRequest
    /// An existing directory for what has to be unpacked or fetched; who gives it removes it.
    let directory: String
    let fetcher: (any URLFetcher)?
    /// Opens what is sent to this program.
    var openInput: @Sendable () throws(SystemError) -> Descriptor = { () throws(SystemError) in
        try Descriptor.standardInput()
    }

    /// - Parameter fetcher: who fetches URLs; without one they are an error.
    public init(_ request: BuildRequest, directory: String, fetcher: (any URLFetcher)? = nil) {
        self.request = request
        self.directory = directory
        self.fetcher = fetcher
    }

    /// The context of the command line and the Dockerfile. A signal of `signals` ends what takes long.
    public func load(interruptedBy signals: borrowing SignalQueue) throws(BuildError) -> LoadedContext {
        switch request.context {
        case .directory(let path): return try directoryContext(path, signals)
        case .standardInput:
            guard request.dockerfile != .standardInput else {
                throw BuildError(
                    .invalid,
                    "the context and the Dockerfile are both to come from standard input: write one of them as a "
                        + "path")
            }
            return try received(try spool(signals), called: "standard input")
        case .url(let address):
            return try received(try fetch(address, to: "received", signals), called: address)
        case .git(let address):
            let (context, shown) = try checkOut(address, as: "context", name: "the context", signals)
            return try loaded(context, shown: shown, signals)
        case .image(let name), .layout(let name), .stage(let name):
            throw BuildError(
                .invalid,
                "\(name) cannot be the context of a build: name it, as in --build-context base=…, and copy from it")
        }
    }

    /// The context that `--build-context` calls `name`, of a source that is files: a directory, a repository or a URL.
    public func load(
        named name: String, _ source: BuildRequest.ContextSource, interruptedBy signals: borrowing SignalQueue
    ) throws(BuildError) -> ContextDescription {
        let shown = "the context \(name)"
        let place = "context-" + name.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        switch source {
        case .directory(let path):
            let root = try open(path)
            return try description(
                root, filter: try IgnoreFile.filter(root: root, path: path, dockerfile: nil), name: shown)
        case .git(let address): return try checkOut(address, as: place, name: shown, signals).context
        case .url(let address):
            return try unpackOrKeep(
                try fetch(address, to: "received-\(place)", signals), called: address, as: place, name: shown)
        case .standardInput, .image, .layout, .stage:
            throw BuildError(.invalid, "\(shown) has no files of its own")
        }
    }

    // MARK: A directory

    private func directoryContext(
        _ path: String, _ signals: borrowing SignalQueue
    ) throws(BuildError) -> LoadedContext {
        let root = try open(path)
        let found: (name: String, bytes: [UInt8])
        var beside: String?
        switch request.dockerfile {
        case .standardInput: found = try (name: "standard input", bytes: standardInput(signals))
        case .path(let chosen):
            found = try (name: chosen, bytes: dockerfile(at: chosen, context: path))
            beside = chosen
        case nil:
            let (name, bytes) = try dockerfile(in: root, named: nil, path)
            found = (name: Self.join(path, name), bytes: bytes)
            beside = found.name
        }
        let context = try description(
            root, filter: try IgnoreFile.filter(root: root, path: path, dockerfile: beside), name: "the context")
        return LoadedContext(
            dockerfileName: found.name, dockerfile: found.bytes, context: context,
            identity: "\(context.path)\n\(found.name)")
    }

    func open(_ path: String) throws(BuildError) -> Descriptor {
        do throws(SystemError) { return try Descriptor.open(path, [.readOnly, .directory]) } catch {
            switch error.errno {
            case .noEntry: throw BuildError(.missing, "there is no directory \(path) to build from")
            case .notDirectory:
                throw BuildError(
                    .invalid,
                    "\(path) is no directory: write the one that the files are in, and -f \(path) if it is the Dockerfile"
                )
            default: throw BuildError(.file, "cannot open the context \(path)", cause: error)
            }
        }
    }

    private func description(
        _ root: borrowing Descriptor, filter: IgnoreFilter, name: String
    ) throws(BuildError) -> ContextDescription {
        do throws(SystemError) {
            return ContextDescription(path: try root.path(), filter: filter, name: name)
        } catch {
            throw BuildError(.file, "cannot find out where \(name) is", cause: error)
        }
    }

    /// The Dockerfile of a context that was made for this build.
    func loaded(
        _ context: ContextDescription, shown: String, _ signals: borrowing SignalQueue
    ) throws(BuildError) -> LoadedContext {
        let root = try open(context.path)
        let found: (name: String, bytes: [UInt8])
        switch request.dockerfile {
        case .standardInput: found = try (name: "standard input", bytes: standardInput(signals))
        case .path(let path): found = try dockerfile(in: root, named: path, shown)
        case nil: found = try dockerfile(in: root, named: nil, shown)
        }
        return LoadedContext(
            dockerfileName: found.name, dockerfile: found.bytes, context: context, identity: "\(shown)\n\(found.name)")
    }

    static func join(_ directory: String, _ name: String) -> String {
        directory == "." ? name : directory.utf8.last == LexicalPath.slash ? directory + name : "\(directory)/\(name)"
    }
}
