// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Images
internal import Linux
internal import OCI

extension Builder {
    /// Throws where a directory of `--cache-to` cannot be one, before anything is done.
    func requireCacheTargets() throws(BuildError) {
        for target in request.cacheTargets {
            guard case .directory(let path) = target.place else { continue }
            do throws(ImageError) { try CacheWriter.require(path: path) } catch {
                throw BuildError(.invalid, "\(error)")
            }
        }
    }

    /// Opens the caches of `--cache-from`. One that is not there, or away, is a warning: the build does without.
    func openCaches(_ store: ImageStore, _ signals: borrowing SignalQueue) throws(BuildError) -> ForeignCaches {
        var readers: [CacheReader] = []
        for source in request.cacheSources {
            do throws(ImageError) {
                switch source {
                case .directory(let path): readers.append(try CacheReader(path: path))
                case .registry(let reference):
                    show(.note("reading the cache \(reference.familiar)"))
                    readers.append(
                        try CacheReader(reference, of: store, from: try link(to: reference), interruptedBy: signals))
                }
            } catch {
                if case .interrupted = error.code { throw BuildError(.interrupted, "the build was interrupted") }
                show(.warning("the cache in \(source.shown) is not used: \(error)"))
            }
        }
        return ForeignCaches(readers)
    }

    private func link(to reference: ImageReference) throws(ImageError) -> RegistryLink {
        do throws(EngineError) { return try engine.link(try RegistryEnvironment(), [reference]) } catch {
            throw ImageError.registries(reference.familiar, "\(error)")
        }
    }

    /// Tells of its own steps in an image, where that is asked for.
    func tell(_ image: inout NewImage, of scheduler: StepScheduler, _ place: BuildPlace) {
        guard request.cacheTargets.contains(where: { $0.place == .image }) else { return }
        image.tellSteps(cacheRecords(of: scheduler, place))
    }

    /// `--cache-to`: what the steps of this build came to, whether it made the layers or found them.
    func exportCache(
        of scheduler: StepScheduler, signals: borrowing SignalQueue, _ place: BuildPlace
    ) throws(BuildError) {
        let targets = request.cacheTargets.filter { $0.place != .image }
        guard !targets.isEmpty else { return }
        let records = cacheRecords(of: scheduler, place)
        var layers: [Image.Layer] = []
        for step in scheduler.plan.steps {
            guard let diffID = scheduler.tree(.step(step.id)).layers.last.flatMap({ scheduler.diffID(of: $0) }) else {
                continue
            }
            guard let layer = place.held(diffID) else {
                throw BuildError(
                    .missing, "the layer \(diffID.short) was removed before it could be written to a cache")
            }
            layers.append(layer)
        }
        let stage = scheduler.plan.stages[scheduler.plan.target]
        let kept = Set(scheduler.tree(stage.files).layers.compactMap { scheduler.diffID(of: $0) })
        // One of them may be the directory that is written to.
        place.caches.close()
        for (number, target) in targets.enumerated() {
            let shown = target.place.shown
            let words = "writing the cache to \(shown)"
            show(.exporting(.started(words)))
            let chosen = target.isMinimal ? layers.filter { kept.contains($0.diffID) } : layers
            do throws(BuildError) {
                try doAside(signals: signals, since: place.began) { channel throws(BuildError) in
                    do throws(ImageError) {
                        try write(chosen, records, to: target, number, scheduler, place, channel)
                    } catch {
                        throw BuildError(.file, "cannot write the cache to \(shown)", cause: error)
                    }
                }
            } catch {
                if case .interrupted = error.code { throw error }
                guard target.ignoresErrors else { throw error }
                show(.warning("\(error)"))
            }
            show(.exporting(.finished(words, after: place.clock)))
        }
    }

    private func write(
        _ layers: [Image.Layer], _ records: [CacheRecord], to target: BuildRequest.CacheTarget, _ number: Int,
        _ scheduler: StepScheduler, _ place: BuildPlace, _ channel: borrowing WorkerChannel
    ) throws(ImageError) {
        let mounts = target.includesMounts ? scheduler.plan.cacheMounts : []
        switch target.place {
        case .directory(let path):
            var writer = try CacheWriter.open(path)
            for layer in layers { try writer.add(layer, of: place.store) }
            for id in mounts { add(id, to: &writer, channel) }
            try writer.finish(records)
        case .registry(let reference):
            let push = CachePush(
                reference, try link(to: reference), target.compression,
                in: try place.staging.makeDirectory("cache-\(number)"))
            // A process of the build, which is killed where the build is to end.
            try place.store.pushCache(push) { writer throws(ImageError) in
                for layer in layers { try writer.add(layer, of: place.store) }
                for id in mounts { add(id, to: &writer, channel) }
                return records
            }
        case .image: break
        }
    }

    /// All keys that led to a layer of this build. What a step was found by has another one behind it: its identity.
    private func cacheRecords(of scheduler: StepScheduler, _ place: BuildPlace) -> [CacheRecord] {
        var records = newRecords(of: scheduler) + scheduler.used
        for record in scheduler.used where record.identity != record.key {
            guard let content = place.store.cacheRecord(record.identity), content.diffID == record.diffID else {
                continue
            }
            records.append(content)
        }
        return records
    }

    /// Adds the files of a cache mount. One that cannot be read now is no reason to fail.
    private func add(_ id: String, to writer: inout CacheWriter, _ channel: borrowing WorkerChannel) {
        do throws(BuildError) {
            let isFree = try CacheMount.withFiles(of: id, below: engine.places.root) { path throws(ImageError) in
                try writer.addMount(id, directory: path)
            }
            if isFree { return }
            channel.tell(.warning("the cache mount \(id) is in use, and is not written to the cache as it is now"))
        } catch {
            channel.tell(.warning("the cache mount \(id) is not written to the cache: \(error)"))
        }
        writer.keepMount(id)
    }
}

extension BuildPlan {
    /// What the cache mounts of all steps are called, each once, in order.
    fileprivate var cacheMounts: [String] {
        var seen: Set<String> = []
        var result: [String] = []
        for step in steps {
            guard case .run(let run) = step.operation else { continue }
            for mount in run.mounts {
                if case .cache(let id, _, _, _, _, _, _, _) = mount.kind, seen.insert(id).inserted {
                    result.append(id)
                }
            }
        }
        return result
    }
}

extension BuildRequest.CacheTarget.Place {
    fileprivate var shown: String {
        switch self {
        case .directory(let path): path
        case .registry(let reference): reference.familiar
        case .image: "the image"
        }
    }
}

extension BuildRequest.CacheSource {
    fileprivate var shown: String {
        switch self {
        case .directory(let path): path
        case .registry(let reference): reference.familiar
        }
    }
}
