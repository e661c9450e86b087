// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Images
internal import Linux
internal import OCI

extension Builder {
    /// Puts what was made into the store: layers, what leads to them, and the image if there is one.
    func publish(
        _ scheduler: StepScheduler, _ place: BuildPlace, image: NewImage?
    ) throws(BuildError) -> Image? {
        let made = scheduler.descriptions.sorted { $0.key < $1.key }
        let layers = made.map { BuiltLayer(directory: place.layerDirectory($0.key), description: $0.value) }
        do throws(ImageError) {
            let published = try place.staging.publish(
                layers: layers, cache: newRecords(of: scheduler), image: image)
            for (step, memory) in scheduler.memories where scheduler.descriptions[step] != nil {
                try place.store.writeStepNote(
                    memory.bytes, of: place.noteName(of: scheduler.plan.steps[step]))
            }
            return published
        } catch {
            throw BuildError(.file, "cannot put what was built into the store", cause: error)
        }
    }

    /// What led to the layers that this build has made, or taken from elsewhere.
    func newRecords(of scheduler: StepScheduler) -> [CacheRecord] {
        var records: [CacheRecord] = []
        var known: Set<Digest> = []
        for pending in scheduler.records {
            // Two steps may have had the same key: either result is one.
            guard let diffID = scheduler.diffID(of: pending.layer),
                let key = pending.address.digest(scheduler.diffID(of:)), known.insert(key).inserted
            else { continue }
            records.append(
                CacheRecord(
                    key: key, identity: pending.identity, diffID: diffID, created: pending.layer.created ?? "",
                    step: pending.text))
        }
        return records
    }

    /// The image of a stage, with the digests of its layers.
    func newImage(
        _ stage: PlannedStage, names: [ImageReference], _ scheduler: StepScheduler, base: Image?
    ) throws(BuildError) -> NewImage {
        var configuration = stage.configuration
        configuration.diffIDs = []
        let layers = scheduler.tree(stage.files).layers
        for layer in layers {
            guard let diffID = scheduler.diffID(of: layer) else {
                throw BuildError(.file, "a layer of the stage \(stage.name) was not finished")
            }
            configuration.diffIDs.append(diffID)
        }
        if scheduler.place.epoch == nil {
            configuration.date(by: layers.map(\.created), after: base?.configuration.history.count ?? 0)
        }
        return NewImage(configuration: configuration, names: names, base: base?.layers ?? [])
    }
}

extension StepScheduler {
    /// The digest of a layer; nil for one that is not finished.
    func diffID(of layer: UsedLayer) -> Digest? {
        switch layer.place {
        case .stored(let diffID, _): diffID
        case .made(let step, _): descriptions[step]?.diffID
        }
    }
}

extension ImageConfiguration {
    /// Gives the history, and the image, the times at which its layers were made, so that a build of which everything was
    /// cached gives the same image again. An entry without a layer has the time of the layer below it.
    /// The first `count` are the base image's, and stay.
    fileprivate mutating func date(by times: [String?], after count: Int) {
        var times = times.compactMap(\.self)[...]
        var last = history.prefix(count).last?.created
        for index in history.indices.dropFirst(count) {
            if !history[index].isEmptyLayer, let time = times.popFirst() {
                history[index].created = time
            } else if let last {
                history[index].created = last
            }
            last = history[index].created
        }
        created = last ?? created
    }
}
