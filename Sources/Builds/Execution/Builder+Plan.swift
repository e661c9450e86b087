// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// What a build starts from: its Dockerfile and its contexts.
struct LoadedBuild {
    var dockerfile: Dockerfile
    /// The Dockerfile as it was read.
    var bytes: [UInt8]
    /// By the names that a plan has for them; `""` is the one of the command line.
    var contexts: [String: ContextDescription]
    /// The same for the same Dockerfile of the same context, whatever is in them.
    var buildName: String
}

extension Builder {
    /// Finds the context and reads the Dockerfile. What has to be fetched or unpacked goes below `directory`.
    func load(in directory: String, _ signals: borrowing SignalQueue) throws(BuildError) -> LoadedBuild {
        let loaded = try ContextLoader(request, directory: directory, fetcher: FetchProgram(engine: engine)).load(
            interruptedBy: signals)
        show(.read(DockerfileSource(name: loaded.dockerfileName, bytes: loaded.dockerfile)))
        do throws(DockerfileError) {
            return LoadedBuild(
                dockerfile: try DockerfileParser.parse(
                    loaded.dockerfile, name: loaded.dockerfileName, syntax: argument("BUILDKIT_SYNTAX")),
                bytes: loaded.dockerfile,
                contexts: ["": loaded.context], buildName: loaded.identity)
        } catch {
            throw error.buildError
        }
    }

    /// The value of a build argument of the command line.
    func argument(_ name: String) -> String? { request.arguments.last { $0.name == name }?.value }

    /// Finds the named contexts that `plan` reads files of.
    func loadContexts(
        of plan: BuildPlan, in directory: String, _ signals: borrowing SignalQueue, into loaded: inout LoadedBuild
    ) throws(BuildError) {
        let loader = ContextLoader(request, directory: directory, fetcher: FetchProgram(engine: engine))
        for step in plan.steps {
            for case .context(let name) in step.references where loaded.contexts[name] == nil {
                guard let source = request.contexts[name] else { continue }
                loaded.contexts[name] = try loader.load(named: name, source, interruptedBy: signals)
            }
        }
    }

    /// What is to be done.
    func plan(_ loaded: LoadedBuild, _ resolver: StoreResolver) throws(BuildError) -> BuildPlan {
        let options = PlanOptions(request, now: Clock.wall.seconds)
        return try BuildPlanner(dockerfile: loaded.dockerfile, options: options, resolver: resolver).plan()
    }
}
