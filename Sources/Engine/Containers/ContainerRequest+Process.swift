// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux
internal import OCI

extension ContainerRequest {
    /// Where programs are looked for when neither the image nor the command line says: Docker's.
    static let standardPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// The words to execute: an entry point from the command line takes the image's command with it.
    func words(of image: ImageConfiguration.Execution) throws(EngineError) -> [String] {
        let entry = entrypoint.map { $0.isEmpty ? [] : [$0] } ?? image.entrypoint ?? []
        let rest = command.isEmpty && entrypoint == nil ? image.command ?? [] : command
        let words = entry + rest
        guard !words.isEmpty else {
            throw EngineError(.invalid, "no command: the image \(self.image) has none, so write one after its name")
        }
        return words
    }

    /// The image's labels by their keys, and what was asked above them.
    func labels(of image: ImageConfiguration.Execution) -> JSON {
        let own = image.labels.sorted { $0.key < $1.key }.map { ($0.key, JSON.string($0.value)) }
        return .object(JSON.Object(own + labels.map { ($0.key, .string($0.value)) }))
    }

    /// The variables: a few that every container has, then the image's, the files' and the command line's.
    func variables(of image: ImageConfiguration.Execution, hostname: String) throws(EngineError) -> [String] {
        // `container` marks a container for the programs in it, as systemd and its tools ask for.
        var variables = Variables(
            lines: ["PATH=\(Self.standardPath)", "HOSTNAME=\(hostname)"] + (hasTerminal ? ["TERM=xterm"] : [])
                + ["container=minibox"] + image.environment)
        // Of a resolved request what is not set there was not set where it was made.
        let outside: (String) -> String? = { isResolved ? nil : Environment.value(of: $0) }
        for path in environmentFiles {
            for change in try Self.environmentFile(path).changes(outside: outside) { variables.apply(change) }
        }
        for argument in environment { variables.apply(argument.change(outside: outside)) }
        return variables.lines
    }

    static func environmentFile(_ path: String) throws(EngineError) -> EnvironmentFile {
        do {
            return try EnvironmentFile(parsing: try Descriptor.contents(of: path), name: path)
        } catch {
            throw EngineError(.missing, "cannot read the variables in \(path)", cause: error)
        }
    }

    /// Who runs it: the command line's user, the image's, or root.
    func userChoice(of image: ImageConfiguration.Execution) -> UserChoice {
        if let user { return UserChoice(user: user.user, group: user.group) }
        return UserChoice(parsing: image.user)
    }

    /// The filter that was asked for, compiled, for a container that is bounded by `capabilities`. `run` is its run directory.
    func filter(
        capabilities: CapabilitySet, cache: borrowing SeccompCache, container id: String, run: String
    ) throws(EngineError) -> FilterChoice {
        guard !notified.isEmpty else { return try filter(capabilities: capabilities, cache: cache) }
        guard let rules = try filterRules(capabilities: capabilities) else {
            throw EngineError(
                .invalid,
                "--seccomp-notify asks by the container's filter of calls, and this one has none: leave out "
                    + (isPrivileged ? "--privileged" : "seccomp=unconfined"))
        }
        do throws(SeccompError) {
            return FilterChoice(
                name: "asking", program: try cache.filter(for: rules.asking(about: notifiedNames)).filter,
                listener: Engine.listener(at: "\(run)/\(Engine.callSocket)", container: id))
        } catch {
            throw EngineError(.invalid, "cannot make a filter that asks", cause: error)
        }
    }

    private func filter(
        capabilities: CapabilitySet, cache: borrowing SeccompCache
    ) throws(EngineError) -> FilterChoice {
        var choice = SecurityOption.Filter.builtin
        if isPrivileged { choice = .unconfined }
        for case .seccomp(let asked) in securityOptions { choice = asked }
        do {
            switch choice {
            case .unconfined: return .unconfined
            case .builtin:
                return FilterChoice(
                    name: "default", program: try cache.standardFilter(bounding: capabilities).filter)
            case .file(let path):
                return try Self.filter(
                    try Descriptor.contents(of: path), name: path, capabilities: capabilities, cache: cache)
            case .profile(let contents, let name):
                return try Self.filter(Array(contents.utf8), name: name, capabilities: capabilities, cache: cache)
            }
        } catch let error as SeccompProfileError {
            throw EngineError(.invalid, "\(choice.place)\(error)")
        } catch {
            throw EngineError(.invalid, "\(choice.place)cannot use the seccomp profile", cause: error)
        }
    }

    /// The rules of the filter that was asked for; nil where there is none.
    func filterRules(capabilities: CapabilitySet) throws(EngineError) -> SeccompRules? {
        var choice = SecurityOption.Filter.builtin
        if isPrivileged { choice = .unconfined }
        for case .seccomp(let asked) in securityOptions { choice = asked }
        do {
            let kernel = try KernelVersion.running()
            switch choice {
            case .unconfined: return nil
            case .builtin: return SeccompProfile.standard.rules(bounding: capabilities, kernel: KernelVersion(0, 0))
            case .file(let path):
                return try SeccompProfile(parsing: try Descriptor.contents(of: path)).rules(
                    bounding: capabilities, kernel: kernel)
            case .profile(let contents, _):
                return try SeccompProfile(parsing: Array(contents.utf8)).rules(bounding: capabilities, kernel: kernel)
            }
        } catch {
            throw EngineError(.invalid, "\(choice.place)cannot use the seccomp profile", cause: error)
        }
    }

    /// The filter that the profile `contents` of the file `name` is.
    private static func filter(
        _ contents: [UInt8], name: String, capabilities: CapabilitySet, cache: borrowing SeccompCache
    ) throws -> FilterChoice {
        let rules = try SeccompProfile(parsing: contents).rules(
            bounding: capabilities, kernel: try KernelVersion.running())
        // A file may be called as the built-in ones are.
        return FilterChoice(
            name: name.contains("/") ? name : "./\(name)", program: try cache.filter(for: rules).filter)
    }

    /// Whether set-user-ID programs and file capabilities give rights: not unless it was asked for.
    var noNewPrivileges: Bool {
        var result = !isPrivileged
        for case .noNewPrivileges(let asked) in securityOptions { result = asked }
        return result
    }

    /// Whether it has the keys of whoever starts it.
    var inheritsKeyring: Bool {
        var result = false
        for case .keyring(let inherits) in securityOptions { result = inherits }
        return result
    }

    /// Paths of the kernel that are hidden or unwritable.
    func kernelPaths(processors: Int) -> (masked: [String], readOnly: [String]) {
        var masked = isPrivileged ? [] : KernelPaths.masked(processors: processors)
        var readOnly = isPrivileged ? [] : KernelPaths.readOnly
        for option in securityOptions {
            switch option {
            case .mask(let paths): masked += paths.map(\.description)
            case .unmask(let paths):
                let shown = Set(paths.map(\.description))
                masked.removeAll { shown.contains($0) }
                readOnly.removeAll { shown.contains($0) }
            case .unmaskAll: (masked, readOnly) = ([], [])
            default: break
            }
        }
        return (masked, readOnly)
    }
}

extension SecurityOption.Filter {
    /// Where an error is, as compilers say it.
    fileprivate var place: String {
        switch self {
        case .file(let name), .profile(_, let name): "\(name): "
        case .unconfined, .builtin: ""
        }
    }
}
