// SPDX-License-Identifier: Apache-2.0
internal import Images
internal import Linux
internal import OCI

extension StepScheduler {
    /// Asks the cache for a step, as far as that is possible without looking at files, and starts it otherwise.
    func begin(_ step: BuildStep) throws(BuildError) {
        let key = key(of: step)
        if !key.readsFiles {
            if asksCache(step), use(key.content([]).digest, for: step) { return }
            show(.started(step: step.id, after: place.clock))
            explainMiss(step)
        } else if asksCache(step), !readsFreshFiles(step),
            let definition = key.definition(identity: { self.trees[$0]?.identity }), use(definition.digest, for: step)
        {
            return
        }
        try start(step, try work(for: step, selects: key.readsFiles))
    }

    /// What a step reads is known: whether the cache has a layer made of it.
    func decide(_ step: BuildStep, _ contents: [SelectedContent]) -> Bool {
        selected[step.id] = contents
        let key = key(of: step)
        let identity = key.content(contents)
        if asksCache(step), use(identity.digest, for: step) {
            remember(key, identity: identity.digest, of: step)
            return true
        }
        show(.started(step: step.id, after: place.clock))
        return false
    }

    /// A step's files are complete.
    func finish(_ step: BuildStep, highIDs: [UInt32], fitsKey: Bool) {
        let key = key(of: step)
        let content = key.content(selected[step.id] ?? [])
        // Nothing else has an identity that nobody can guess, so nothing is found under it.
        let identity = fitsKey ? content.digest : Digest(sha256: Randomness.bytes(32))
        let below = tree(step.parent)
        let layer = UsedLayer(
            place: .made(step: step.id, directory: place.layerDirectory(step.id)), created: Timestamp.text(Clock.wall))
        trees[.step(step.id)] = BuiltTree(
            identity: identity, layers: below.layers + [layer], highIDs: below.highIDs + highIDs, isFresh: true)
        if fitsKey {
            records.append(PendingRecord(key: identity, identity: identity, layer: layer, text: step.text))
            remember(key, identity: identity, of: step)
            memories[step.id] = StepMemory(parts: content.parts, manifests: remembered[step.id] ?? [])
        } else {
            show(.warning("what \(step.text) reads changed while it was read, so its result is not cached"))
        }
        show(.finished(step: step.id, after: place.clock))
    }

    /// Uses the layer of a record, where there is one.
    private func use(_ digest: Digest, for step: BuildStep) -> Bool {
        guard let hit = place.cached(digest) else { return false }
        let below = tree(step.parent)
        let layer = UsedLayer(
            place: .stored(diffID: hit.layer.diffID, path: hit.layer.path), created: hit.record.created)
        trees[.step(step.id)] = BuiltTree(
            identity: hit.record.identity, layers: below.layers + [layer],
            highIDs: below.highIDs + hit.layer.highUsers + hit.layer.highGroups, isFresh: false)
        var explanation: [String] = []
        if place.request.explainsCache {
            explanation = [
                "the layer \(hit.layer.diffID.short) was made \(hit.record.created) by: \(hit.record.step)"
            ]
        }
        show(.cached(step: step.id, explanation: explanation))
        return true
    }

    /// The definition key leads to the same layer as the content key, where there are two.
    private func remember(_ key: StepKey, identity: Digest, of step: BuildStep) {
        guard key.readsFiles, let layer = trees[.step(step.id)]?.layers.last,
            let definition = key.definition(identity: { self.trees[$0]?.identity })
        else { return }
        records.append(
            PendingRecord(key: definition.digest, identity: identity, layer: layer, text: step.text))
    }

    /// What is cached on top of another result of the step below is not asked for.
    private func asksCache(_ step: BuildStep) -> Bool {
        !step.ignoresCache && !(step.dependsOnParent && tree(step.parent).isFresh)
    }

    private func readsFreshFiles(_ step: BuildStep) -> Bool {
        step.needs.contains { trees[$0]?.isFresh ?? false }
    }

    private func key(of step: BuildStep) -> StepKey {
        StepKey(
            step: step, parent: step.dependsOnParent ? tree(step.parent).identity : nil,
            surroundings: place.surroundings)
    }

    func tree(_ reference: TreeReference) -> BuiltTree { trees[reference] ?? place.emptyTree }

    func explainMiss(_ step: BuildStep) {
        guard place.request.explainsCache else { return }
        let lines: [String]
        if step.ignoresCache {
            lines = ["the cache was not asked, by --no-cache or --no-cache-filter"]
        } else {
            let now = StepMemory(
                parts: key(of: step).content(selected[step.id] ?? []).parts, manifests: remembered[step.id] ?? [])
            lines = CacheExplanation.ofMiss(now, last: place.lastMemory(of: step))
        }
        show(.missed(step: step.id, explanation: lines))
    }
}

extension BuildStep {
    /// Whether the layer can be another where what is below it is another.
    var dependsOnParent: Bool {
        if case .copy(let copy) = operation { !(copy.isLink && copy.mode == nil) } else { true }
    }
}
