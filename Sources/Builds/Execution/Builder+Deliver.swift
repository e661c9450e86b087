// SPDX-License-Identifier: Apache-2.0
internal import Images
internal import OCI

extension Builder {
    /// Puts the result where it was asked for: into the store, and to the places of `--output`.
    func deliver(
        _ scheduler: StepScheduler, _ place: BuildPlace, _ loaded: LoadedBuild, _ resolver: StoreResolver
    ) throws(BuildError) -> BuildResult {
        let choices = request.outputs.isEmpty ? [.image(names: [], ImageOptions())] : request.outputs
        let stage = scheduler.plan.stages[scheduler.plan.target]
        let base = rootImage(of: stage, scheduler.plan).flatMap { resolver.images[$0] }
        let kept = choices.filter(\.keepsImage)
        var new = try newImage(stage, names: kept.isEmpty ? [] : names(of: kept), scheduler, base: base)
        for choice in kept { new.annotations.merge(choice.manifestAnnotations) { $1 } }
        tell(&new, of: scheduler, place)
        show(.exporting(.started("storing layers")))
        let image = try store(new, isKept: !kept.isEmpty, scheduler, place)
        show(.exporting(.finished("storing layers", after: place.clock)))
        let attestations = try attestations(of: image, scheduler, place, loaded, resolver)
        if !kept.isEmpty, !attestations.isEmpty { try place.store.attach(attestations, to: image) }
        let export = ImageExport(
            store: place.store, image: image, names: request.tags, epoch: place.epoch, attestations: attestations)
        var description: ImageDescription?
        for choice in choices {
            let words = choice.shown
            if let words { show(.exporting(.started(words))) }
            let written = try export.write(choice)
            description = description ?? written
            if let words { show(.exporting(.finished(words, after: place.clock))) }
        }
        return BuildResult(
            imageID: image.id, manifestDigest: image.manifestDigest, names: new.names, description: description,
            duration: place.clock)
    }

    /// The names that the outputs give to the image of the store.
    private func names(of kept: [OutputChoice]) -> [ImageReference] {
        var names: [ImageReference] = []
        for case .image(let own, _) in kept {
            for name in own.isEmpty ? request.tags : own where !names.contains(name) { names.append(name) }
        }
        return names
    }

    private func store(
        _ new: NewImage, isKept: Bool, _ scheduler: StepScheduler, _ place: BuildPlace
    ) throws(BuildError) -> Image {
        if isKept {
            guard let image = try publish(scheduler, place, image: new) else {
                throw BuildError(.file, "the image was not stored")
            }
            return image
        }
        // For its files alone: what was built is for the cache.
        _ = try publish(scheduler, place, image: nil)
        do { return try place.store.unlistedImage(new) } catch { throw BuildError(error) }
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

extension OutputChoice {
    /// What is written, for a person; nil for what the store has already.
    fileprivate var shown: String? {
        switch self {
        case .none, .image: nil
        case .local(let path, _, _): "writing files to \(path)"
        case .tar(let place, _): "writing files to \(place.shown)"
        case .oci(.directory(let path), _, _): "writing an OCI layout to \(path)"
        case .oci(.archive(let place), _, _): "writing an OCI layout to \(place.shown)"
        case .docker(let place, _, _): "writing an image for docker to \(place.shown)"
        }
    }
}

extension OutputPlace {
    fileprivate var shown: String {
        switch self {
        case .path(let path): path
        case .standardOutput: "standard output"
        }
    }
}
