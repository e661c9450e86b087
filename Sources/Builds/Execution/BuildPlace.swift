// SPDX-License-Identifier: Apache-2.0
internal import Compression
internal import Engine
internal import Images
internal import Linux
internal import OCI

/// What a build stands on: the store, the directory in which its layers are made, and what was asked for.
final class BuildPlace {
    let engine: Engine
    let request: BuildRequest
    let store: ImageStore
    let staging: BuildStaging
    /// By the names that a plan has for them; `""` is the one of the command line.
    let contexts: [String: ContextDescription]
    /// What other builds have left, and `--cache-from` names.
    let caches: ForeignCaches
    /// How many steps go on at once.
    let parallelism: Int
    /// `SOURCE_DATE_EPOCH`, in seconds.
    let epoch: Int64?
    /// What every step depends on.
    let surroundings: [CacheKey.Part]
    /// A directory with nothing in it.
    let empty: String
    /// Names the Dockerfile and the context among those that are built on this machine.
    private let buildName: String
    let began: UInt64
    private let held: HeldLayers

    init(
        engine: Engine, request: BuildRequest, store: ImageStore, staging: consuming BuildStaging,
        holding held: HeldLayers, contexts: [String: ContextDescription], buildName: String, epoch: Int64?,
        platform: String, began: UInt64, caches: ForeignCaches
    ) throws(ImageError) {
        empty = try staging.makeDirectory("empty")
        self.began = began
        self.engine = engine
        self.request = request
        self.store = store
        self.staging = staging
        self.held = held
        self.caches = caches
        self.contexts = contexts
        self.buildName = buildName
        self.epoch = epoch
        parallelism = max(1, request.parallelism ?? ProcessorCount.present())
        surroundings = Self.surroundings(of: request, epoch: epoch, platform: platform)
    }

    /// Not the limits of memory and processors: with others the same comes out, only later.
    private static func surroundings(
        of request: BuildRequest, epoch: Int64?, platform: String
    ) -> [CacheKey.Part] {
        // Goes up with every change that lets the same instruction make another layer.
        var parts = [CacheKey.Part("the way of building", "1"), CacheKey.Part("the platform", platform)]
        if let epoch { parts.append(CacheKey.Part("SOURCE_DATE_EPOCH", "\(epoch)")) }
        if let size = request.sharedMemory { parts.append(CacheKey.Part("--shm-size", "\(size.bytes)")) }
        for limit in request.ulimits {
            parts.append(CacheKey.Part("--ulimit \(limit.resource)", "\(limit.limit.soft):\(limit.limit.hard)"))
        }
        for host in request.addedHosts {
            parts.append(CacheKey.Part("--add-host", host))
        }
        return parts
    }

    var clock: BuildClock { BuildClock(since: began) }

    var emptyTree: BuiltTree {
        BuiltTree(identity: Digest(sha256: SHA256.digest(of: [])), layers: [], highIDs: [], isFresh: false)
    }

    /// Where the layer of a step is made.
    func layerDirectory(_ step: Int) -> String { "\(staging.path)/\(step)" }

    /// What the store has for a key: its record and its layer, held from now on.
    func cached(_ key: Digest) -> (record: CacheRecord, layer: Image.Layer)? {
        guard let record = store.cacheRecord(key), let layer = held(record.diffID) else { return nil }
        return (record, layer)
    }

    /// A layer of the store, held from now on; nil where it is not there.
    func held(_ diffID: Digest) -> Image.Layer? {
        guard (try? store.hold(layer: diffID, in: &held.hold)) == true else { return nil }
        return store.layer(diffID)
    }

    /// What is remembered of a step of this Dockerfile.
    func lastMemory(of step: BuildStep) -> StepMemory? {
        store.stepNote(noteName(of: step)).flatMap(StepMemory.init)
    }

    /// A step's name among all that this machine builds: where it stands, not what it says.
    func noteName(of step: BuildStep) -> Digest {
        Digest(sha256: SHA256.digest(of: Array("\(buildName)\n\(step.stage)\n\(step.number)".utf8)))
    }
}

extension BuildClock {
    /// How long it is since `start`, which ``Clock/monotonic`` told.
    init(since start: UInt64) { self.init(microseconds: Int64((Clock.monotonic - start) / 1000)) }
}
