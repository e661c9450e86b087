// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import OCI

// RUN: a process on top of the stage.
extension StagePlanner {
    mutating func run(_ run: Instruction.Run) throws(BuildError) {
        var arguments: [String]
        var script: InlineFile?
        switch run.command {
        case .form(let form):
            arguments = words(of: form)
        case .script(let name, let contents):
            let name = try fileName(ofHeredoc: name)
            // The shell starts the file, as BuildKit does it, so that SHELL counts here too.
            arguments = state.shell + ["/dev/pipes/\(name)"]
            script = InlineFile(name: name, contents: contents)
        }
        guard !arguments.isEmpty else { throw BuildError(.syntax, "RUN [] has nothing to run: write a command") }

        var mounts: [RunMount] = []
        var agents = 0
        var masked: [String] = []
        for (mount, source) in zip(run.mounts, command.sources) {
            let request = try request(mount)
            if request.kind == .secret, let variable = request.variable { masked.append(variable) }
            mounts.append(try self.mount(request, from: source, agent: &agents))
        }
        try add(
            .run(
                RunOperation(
                    arguments: arguments, environment: state.environment.list,
                    hiddenEnvironment: context.arguments.proxies, workingDirectory: state.directory,
                    user: state.configuration.execution.user, network: try network(run.network),
                    isInsecure: try isInsecure(run.security),
                    hostname: context.arguments.given["BUILDKIT_SANDBOX_HOSTNAME"].flatMap { $0.isEmpty ? nil : $0 }
                        ?? "buildkitsandbox",
                    mounts: mounts, script: script)),
            title: runTitle(run, masked: masked))
        record("RUN " + historyPrefix + arguments.joined(separator: " "), hasLayer: true, isExecuted: true)
    }

    /// `|2 a=1 b=2 `: the arguments in force, each once, where they were first declared.
    private var historyPrefix: String {
        var texts: [String] = []
        var seen: Set<String> = []
        for (name, value) in state.arguments where seen.insert(name).inserted {
            // Without a value here, the last declaration's may count.
            let last = state.arguments.last { $0.name == name }?.value ?? value
            texts.append("\(name)=\(state.environment[name] ?? last ?? "")")
        }
        return texts.isEmpty ? "" : "|\(texts.count) \(texts.joined(separator: " ")) "
    }

    private func network(_ written: String?) throws(BuildError) -> RunOperation.Network {
        switch written ?? "default" {
        case "default": return context.options.network == .mode(.host) ? .host : .standard
        case "none": return .none
        case "host":
            // Who builds with the host's network has allowed it.
            guard context.options.entitlements.contains(.hostNetwork) || context.options.network == .mode(.host) else {
                throw BuildError(.invalid, "RUN --network=host is not allowed: add --allow network.host to the build")
            }
            return .host
        case let other:
            throw BuildError(.syntax, "--network=\(other) is unknown, write default, none or host")
        }
    }

    private func isInsecure(_ written: String?) throws(BuildError) -> Bool {
        switch written ?? "sandbox" {
        case "sandbox": return false
        case "insecure":
            guard context.options.entitlements.contains(.insecure) else {
                throw BuildError(
                    .invalid, "RUN --security=insecure is not allowed: add --allow security.insecure to the build")
            }
            return true
        case let other:
            throw BuildError(.syntax, "--security=\(other) is unknown, write sandbox or insecure")
        }
    }

    /// The command with the variables that are set, `****` for those that are secrets, and how a here-document starts.
    private func runTitle(_ run: Instruction.Run, masked: [String]) -> String {
        let visible = visible
        let expander = VariableExpander(escape: context.escape) { masked.contains($0) ? "****" : visible[$0] }
        let heredocs = command.instruction.heredocs
        var summary = ""
        if heredocs.count == 1, let document = heredocs.first {
            switch run.command {
            case .script: summary = " (\(Self.summary(of: document.contents)))"
            case .form(.shell(document.contents)): summary = " (\(Self.summary(of: document.contents)))"
            case .form: break
            }
        }
        return title { expander.title(ofCommand: $0 + summary) }
    }

    /// The first line that says something.
    private static func summary(of contents: String) -> String {
        let lines = contents.split(whereSeparator: \.isNewline).drop { $0.allSatisfy(\.isWhitespace) }
        guard let first = lines.first else { return "" }
        let hasMore = lines.dropFirst().contains { !$0.allSatisfy(\.isWhitespace) }
        return first.drop(while: \.isWhitespace) + (hasMore ? "..." : "")
    }

    /// The name under which a here-document is a file.
    func fileName(ofHeredoc name: String) throws(BuildError) -> String {
        guard !name.isEmpty, name != ".", name != "..", !name.utf8.contains(UInt8(ascii: "/")) else {
            throw BuildError(.syntax, "\"\(name)\" is no name of a file: write a word without slashes behind <<")
        }
        return name
    }
}
