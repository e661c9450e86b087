// SPDX-License-Identifier: Apache-2.0
internal import Images
internal import Linux
internal import OCI

/// What a build starts from: its Dockerfile and its contexts.
struct LoadedBuild {
    var dockerfile: Dockerfile
    /// By the names that a plan has for them; `""` is the one of the command line.
    var contexts: [String: ContextDescription]
    /// The same for the same Dockerfile of the same context, whatever is in them.
    var buildName: String
}

extension Builder {
    /// Finds the contexts and reads the Dockerfile. What has to be fetched or unpacked goes below `directory`.
    func load(in directory: String) throws(BuildError) -> LoadedBuild {
        guard case .directory(let path) = request.context else {
            throw BuildError(.unsupported, "this context is not supported yet")
        }
        var contexts: [String: ContextDescription] = [:]
        var file = "\(path)/Dockerfile"
        if case .path(let chosen) = request.dockerfile { file = chosen }
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try Descriptor.contents(of: file)
        } catch {
            throw BuildError(.missing, "cannot read \(file)", cause: error)
        }
        show(.read(DockerfileSource(name: file, bytes: bytes)))
        let root: Descriptor
        do throws(SystemError) { root = try Descriptor.open(path, [.readOnly, .directory]) } catch {
            throw BuildError(.missing, "cannot open the context \(path)", cause: error)
        }
        contexts[""] = ContextDescription(
            path: path, filter: try IgnoreFile.filter(root: root, path: path, dockerfile: file), name: "the context")
        do throws(DockerfileError) {
            return LoadedBuild(
                dockerfile: try DockerfileParser.parse(bytes, name: file), contexts: contexts,
                buildName: "\(path)\n\(file)")
        } catch {
            throw error.buildError
        }
    }

    /// What is to be done.
    func plan(_ loaded: LoadedBuild, _ resolver: StoreResolver) throws(BuildError) -> BuildPlan {
        let options = PlanOptions(request, now: Clock.wall.seconds)
        return try BuildPlanner(dockerfile: loaded.dockerfile, options: options, resolver: resolver).plan()
    }

    /// Puts the result where it was asked for.
    func deliver(
        _ scheduler: StepScheduler, _ place: BuildPlace, _ resolver: StoreResolver
    ) throws(BuildError) -> BuildResult {
        let stage = scheduler.plan.stages[scheduler.plan.target]
        let base = rootImage(of: stage, scheduler.plan).flatMap { resolver.images[$0] }
        show(.exporting(.started("exporting layers")))
        let new = try newImage(stage, names: request.tags, scheduler, base: base)
        guard let image = try publish(scheduler, place, image: new) else {
            throw BuildError(.file, "the image was not stored")
        }
        show(.exporting(.finished("exporting layers", after: place.clock)))
        return BuildResult(
            imageID: image.id, manifestDigest: image.manifestDigest, names: request.tags, duration: place.clock)
    }

    /// The image that a stage stands on in the end, by the plan's name for it.
    func rootImage(of stage: PlannedStage, _ plan: BuildPlan) -> String? {
        var stage = stage
        while true {
            switch stage.base {
            case .image(let name): return name
            case .scratch, .context: return nil
            case .stage(let index):
                guard let next = plan.stages.first(where: { $0.index == index }) else { return nil }
                stage = next
            }
        }
    }
}
