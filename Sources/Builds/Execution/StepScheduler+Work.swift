// SPDX-License-Identifier: Apache-2.0
internal import Images
internal import Linux
internal import OCI

extension StepScheduler {
    /// What a worker needs to know of a step, and a place for its layer, which is there already unless it `isNew`.
    func work(
        for step: BuildStep, on below: BuiltTree? = nil, selects: Bool, asksFirst: Bool = false, isNew: Bool = true
    ) throws(BuildError) -> StepWork {
        let below = below ?? tree(step.parent)
        if below.layers.count >= LayerStack.mostLayers {
            throw BuildError(
                .invalid,
                "the step would make layer \(below.layers.count + 1), and the kernel stacks \(LayerStack.mostLayers): "
                    + "join RUN instructions, or copy the files into a stage of their own", at: step.range)
        }
        var sources: [TreeReference: OpenableTree] = [:]
        for reference in step.references { sources[reference] = try source(of: reference, for: step) }
        do throws(ImageError) {
            return StepWork(
                step: step, selects: selects, asksFirst: asksFirst, engine: place.engine, request: place.request,
                layers: below.layers.map(\.path), highIDs: below.highIDs,
                directory: isNew
                    ? try place.staging.makeLayer(step.id, likeTopOf: rootPath(of: below))
                    : place.layerDirectory(step.id),
                scratch: "\(place.staging.path)/scratch-\(step.id)", sources: sources, empty: place.empty,
                caches: place.caches.readers, epoch: place.epoch)
        } catch {
            throw BuildError(.file, "cannot make a place for the layer", cause: error)
        }
    }

    /// The directory whose owner and mode the root has that a step sees.
    func rootPath(of tree: BuiltTree) -> String? {
        guard let top = tree.layers.last else { return nil }
        if case .made = top.place { return top.path }
        return tree.rootPath ?? top.path
    }

    private func source(of reference: TreeReference, for step: BuildStep) throws(BuildError) -> OpenableTree {
        switch reference {
        case .empty: return .layers([], name: "nothing")
        case .image(let name): return .layers(tree(reference).layers.map(\.path), name: "the image \(name)")
        case .step(let number):
            return .layers(tree(reference).layers.map(\.path), name: "the stage \(plan.steps[number].stage)")
        case .context(let name):
            guard let context = place.contexts[name] else {
                throw BuildError(.missing, "there is no context \(name)", at: step.range)
            }
            return .context(context)
        }
    }
}

extension BuildStep {
    /// The trees that the operation reads beside what it starts from.
    var references: [TreeReference] {
        switch operation {
        case .makeDirectory: []
        case .copy(let copy):
            copy.sources.compactMap { if case .path(_, let tree) = $0 { tree } else { nil } }
        case .run(let run):
            run.mounts.compactMap { mount in
                switch mount.kind {
                case .bind(let tree, _, _): tree
                case .cache(_, _, let seed, _, _, _, _, _): seed == .empty ? nil : seed
                default: nil
                }
            }
        }
    }

    /// The steps that have to be done before this one.
    var needs: [TreeReference] {
        ([parent] + references).filter { if case .step = $0 { true } else { false } }
    }
}
