// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Images
internal import Linux
internal import OCI

extension Builder {
    /// Throws where a directory of `--cache-to` cannot be one, before anything is done.
    func requireCacheTargets() throws(BuildError) {
        for target in request.cacheTargets {
            do throws(ImageError) { try CacheWriter.require(path: target.path) } catch {
                throw BuildError(.invalid, "\(error)")
            }
        }
    }

    /// `--cache-to`: what the steps of this build came to, whether it made the layers or found them.
    func exportCache(
        of scheduler: StepScheduler, signals: borrowing SignalQueue, _ place: BuildPlace
    ) throws(BuildError) {
        guard !request.cacheTargets.isEmpty else { return }
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
        // One of them may be the directory that is written to.
        place.caches.close()
        let mounts = scheduler.plan.cacheMounts
        for target in request.cacheTargets {
            let words = "writing the cache to \(target.path)"
            show(.exporting(.started(words)))
            try doAside(signals: signals, since: place.began) { channel throws(BuildError) in
                do throws(ImageError) {
                    var writer = try CacheWriter.open(target.path)
                    for layer in layers { try writer.add(layer, of: place.store) }
                    for id in target.includesMounts ? mounts : [] { add(id, to: &writer, channel) }
                    try writer.finish(records)
                } catch {
                    throw BuildError(.file, "cannot write the cache to \(target.path)", cause: error)
                }
            }
            show(.exporting(.finished(words, after: place.clock)))
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
