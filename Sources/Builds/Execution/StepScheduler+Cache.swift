// SPDX-License-Identifier: Apache-2.0
internal import Images
internal import Linux
internal import OCI

extension StepScheduler {
    /// Asks the cache for a step, as far as that is possible without looking at files, and starts it otherwise.
    func begin(_ step: BuildStep) throws(BuildError) {
        if try goOnAhead(step) { return }
        let readsFiles = key(of: step).readsFiles
        switch look(for: step) {
        case .used: return
        case .elsewhere(let found):
            let worker = try start(step, try work(for: step, selects: readsFiles, asksFirst: true))
            fetch(found, by: worker)
        case .nothing:
            if !readsFiles {
                if leaveToTwin(step) { return }
                miss(step)
            }
            try start(step, try work(for: step, selects: readsFiles))
            if !readsFiles { prepare(after: step) }
        }
    }

    /// What a step reads is known.
    func heard(_ contents: [SelectedContent], from worker: Worker) {
        selected[worker.step] = contents
        goOn(worker)
    }

    /// A layer came out of another cache.
    func heard(_ description: LayerDescription, from worker: Worker) {
        guard let found = fetched.removeValue(forKey: worker.step) else { return worker.answer(.stop) }
        let step = plan.steps[worker.step]
        descriptions[step.id] = description
        let layer = UsedLayer(
            place: .made(step: step.id, directory: place.layerDirectory(step.id)), created: found.record.created)
        use(
            found.record, layer, for: step, highIDs: description.highUsers + description.highGroups,
            from: place.caches.path(of: found.layer))
        take(found.record, layer)
        let key = key(of: step)
        if let contents = selected[step.id] ?? (key.readsFiles ? nil : []) {
            let content = key.content(contents)
            remember(key, identity: content.digest, of: step)
            memories[step.id] = StepMemory(parts: content.parts)
        }
        worker.answer(.stop)
    }

    /// It did not.
    func heardOfFailure(_ words: String, from worker: Worker) {
        if let found = fetched.removeValue(forKey: worker.step) {
            place.caches.refuse(found.layer)
            show(
                .warning(
                    "a layer of the cache in \(place.caches.path(of: found.layer)) is not used: \(words)"))
        }
        goOn(worker)
    }

    /// Tells a worker that waits what is next, by what is known by now.
    private func goOn(_ worker: Worker) {
        guard !isStopping else { return worker.answer(.stop) }
        let step = plan.steps[worker.step]
        switch look(for: step) {
        case .used: worker.answer(.stop)
        case .elsewhere(let found): fetch(found, by: worker)
        case .nothing:
            let readsFiles = key(of: step).readsFiles
            // Of what it reads, nothing is known yet.
            if readsFiles, selected[step.id] == nil { return worker.answer(.carryOut) }
            if leaveToTwin(step) { return worker.answer(.stop) }
            if readsFiles { show(.started(step: step.id, after: place.clock)) } else { miss(step) }
            worker.answer(.carryOut)
        }
    }

    private func fetch(_ found: Foreign, by worker: Worker) {
        fetched[worker.step] = found
        worker.answer(.unpack(cache: found.layer.cache, diffID: found.layer.diffID))
    }

    func miss(_ step: BuildStep) {
        show(.started(step: step.id, after: place.clock))
        explainMiss(step)
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
            identity: self.identity(identity, above: below, of: step), layers: below.layers + [layer],
            highIDs: below.highIDs + highIDs, isFresh: true)
        if fitsKey {
            records.append(
                PendingRecord(
                    address: CacheAddress(identity, below: self.below(step)), identity: identity, layer: layer,
                    text: step.text))
            remember(key, identity: identity, of: step)
            memories[step.id] = StepMemory(parts: content.parts, manifests: remembered[step.id] ?? [])
        } else {
            show(.warning("what \(step.text) reads changed while it was read, so its result is not cached"))
        }
        show(.finished(step: step.id, after: place.clock))
        handToTwins(step, identity: identity)
    }

    /// The key of a layer that stands on its own says nothing of what is below it; that of the tree has to.
    func identity(_ own: Digest, above below: BuiltTree, of step: BuildStep) -> Digest {
        if step.dependsOnParent { return own }
        var key = CacheKey()
        key.add(StepKey.parentLabel, below.identity.hex)
        key.add("the layer", own.hex)
        return key.digest
    }

    private enum Answer {
        case used
        case elsewhere(Foreign)
        case nothing
    }

    /// Looks for a layer of the step, in the store and then in other caches, by what is known of it: by its content where
    /// it reads nothing, or what it reads was looked at, and by its definition otherwise. One of the store is used.
    private func look(for step: BuildStep) -> Answer {
        guard asksCache(step) else { return .nothing }
        let key = key(of: step)
        let contents = selected[step.id] ?? (key.readsFiles ? nil : [])
        let asked: CacheAddress
        if let contents {
            asked = CacheAddress(key.content(contents).digest, below: below(step))
        } else if !readsFreshFiles(step), let definition = key.definition(identity: { self.trees[$0]?.identity }) {
            asked = CacheAddress(definition.digest, below: below(step), reads: reads(step))
        } else {
            return .nothing
        }
        guard let digest = asked.digest(diffID(of:)) else { return .nothing }
        if let hit = place.cached(digest) {
            use(hit.record, hit.layer, for: step)
        } else if let found = place.caches.find(digest) {
            guard let layer = place.held(found.layer.diffID) else { return .elsewhere(found) }
            use(found.record, layer, for: step, from: place.caches.path(of: found.layer))
            if let layer = trees[.step(step.id)]?.layers.last { take(found.record, layer) }
        } else {
            return .nothing
        }
        if let contents { remember(key, identity: key.content(contents).digest, of: step) }
        return .used
    }

    private func use(_ record: CacheRecord, _ layer: Image.Layer, for step: BuildStep, from cache: String? = nil) {
        use(
            record, UsedLayer(place: .stored(diffID: layer.diffID, path: layer.path), created: record.created),
            for: step, highIDs: layer.highUsers + layer.highGroups, from: cache)
    }

    /// Uses the layer of a record as what the step has made.
    private func use(
        _ record: CacheRecord, _ layer: UsedLayer, for step: BuildStep, highIDs: [UInt32], from cache: String?
    ) {
        let below = tree(step.parent)
        // A layer may be there from a stack on another root.
        trees[.step(step.id)] = BuiltTree(
            identity: identity(record.identity, above: below, of: step), layers: below.layers + [layer],
            highIDs: below.highIDs + highIDs, rootPath: rootPath(of: below),
            isFresh: !step.dependsOnParent && below.isFresh)
        used.append(record)
        var explanation: [String] = []
        if place.request.explainsCache {
            explanation = [
                "the layer \(record.diffID.short) was made \(record.created) by: \(record.step)"
                    + (cache.map { " (from \($0))" } ?? "")
            ]
        }
        show(.cached(step: step.id, explanation: explanation))
    }

    /// Notes what led to a layer of another cache, for the store: what was asked for, and nothing else that it says.
    private func take(_ record: CacheRecord, _ layer: UsedLayer) {
        records.append(
            PendingRecord(
                address: CacheAddress(whole: record.key), identity: record.identity, layer: layer, text: record.step))
    }

    /// The layers that a step's own was made on: with others below, it is not what the step would make.
    func below(_ step: BuildStep) -> [UsedLayer] { step.dependsOnParent ? tree(step.parent).layers : [] }

    private func reads(_ step: BuildStep) -> [[UsedLayer]] { step.references.map { tree($0).layers } }

    /// The definition key leads to the same layer as the content key, where there are two.
    private func remember(_ key: StepKey, identity: Digest, of step: BuildStep) {
        guard key.readsFiles, let layer = trees[.step(step.id)]?.layers.last,
            let definition = key.definition(identity: { self.trees[$0]?.identity })
        else { return }
        records.append(
            PendingRecord(
                address: CacheAddress(definition.digest, below: below(step), reads: reads(step)), identity: identity,
                layer: layer, text: step.text))
    }

    /// What is cached on top of another result of the step below is not asked for.
    private func asksCache(_ step: BuildStep) -> Bool {
        !step.ignoresCache && !(step.dependsOnParent && tree(step.parent).isFresh)
    }

    private func readsFreshFiles(_ step: BuildStep) -> Bool {
        step.needs.contains { trees[$0]?.isFresh ?? false }
    }

    func key(of step: BuildStep) -> StepKey {
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
