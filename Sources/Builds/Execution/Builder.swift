// SPDX-License-Identifier: Apache-2.0
internal import Compression
public import Engine
internal import Images
internal import Linux
public import OCI

/// A build, from what a user asks to an image in the store.
///
///     request -> contexts and Dockerfile -> plan -> checks -> steps, in workers -> layers, cache and image published
///
/// Nothing is in the store before the last of these; a build that fails publishes the layers of what was finished, so
/// that the next one finds them. Killed, it leaves a staging directory that the next command removes.
public struct Builder {
    let engine: Engine
    let request: BuildRequest
    /// Whether ``BuildEvent/tick(after:)`` is wanted.
    let ticks: Bool
    let show: (BuildEvent) -> Void

    public init(engine: Engine, request: BuildRequest, ticks: Bool = false, show: @escaping (BuildEvent) -> Void) {
        self.engine = engine
        self.request = request
        self.ticks = ticks
        self.show = show
    }

    /// Builds. Events come while it does; of a step that fails, before this throws.
    public func build() throws(BuildError) -> BuildResult {
        let signals = try signals()
        engine.recover()
        let began = Clock.monotonic
        let store = try openStore()
        let staging: BuildStaging
        do { staging = try store.makeBuildStaging() } catch {
            throw BuildError(.file, "cannot make a place for the build in the store", cause: error)
        }
        try requireCacheTargets()
        var loaded = try load(in: staging.path, signals)
        let held = HeldLayers()
        let resolver = StoreResolver(store, holding: held)
        resolver.puller = try BasePuller(
            engine, always: request.alwaysPulls, interruptedBy: signals
        ) { show(.note($0)) }
        let plan = try plan(loaded, resolver)
        show(.planned(plan))
        try loadContexts(of: plan, in: staging.path, signals, into: &loaded)
        let findings = try checked(loaded, stages: Set(plan.stages.map(\.index)), resolver)
        show(.found(findings))
        if let error = findings.error { throw error }
        try resolver.takeLayouts { name, take throws(BuildError) in
            show(.note("reading \(name)"))
            try doAside(signals: signals, since: began) { _ throws(BuildError) in try take() }
        }
        let caches = try openCaches(store, signals)
        let place: BuildPlace
        do throws(ImageError) {
            place = try BuildPlace(
                engine: engine, request: request, store: store, staging: staging, holding: held,
                contexts: loaded.contexts, buildName: loaded.buildName, epoch: plan.epoch,
                platform: "\(Platform.current)", began: began, caches: caches)
        } catch {
            throw BuildError(.file, "cannot make a place for the build in the store", cause: error)
        }
        let scheduler = StepScheduler(plan: plan, place: place, ticks: ticks, show: show)
        for name in resolver.images.keys { scheduler.trees[.image(name)] = resolver.tree(name) }
        do throws(BuildError) {
            try scheduler.run(signals: signals)
        } catch {
            // A worker that was killed could not take down its container.
            engine.recover()
            if request.opensShell, let step = scheduler.failedStep { openShell(after: step, scheduler) }
            // What was finished is not done again. A store that cannot be written is no worse than the failure.
            _ = try? publish(scheduler, place, image: nil)
            throw error
        }
        let result = try deliver(scheduler, place, loaded, resolver)
        try exportCache(of: scheduler, signals: signals, place)
        return result
    }

    /// Those that ask this program to end.
    func signals() throws(BuildError) -> SignalQueue {
        do { return try SignalQueue(of: SignalQueue.ending) } catch {
            throw BuildError(.file, "cannot wait for signals", cause: error)
        }
    }

    private func openStore() throws(BuildError) -> ImageStore {
        do { return try engine.images() } catch { throw BuildError(.file, "cannot open the store", cause: error) }
    }
}

/// What came of a build.
public struct BuildResult: Sendable {
    /// The digest of the image's configuration.
    public var imageID: Digest
    public var manifestDigest: Digest
    /// Under which it is in the store.
    public var names: [ImageReference]
    /// The image as it came out of the first output that is one.
    public var description: ImageDescription?
    public var duration: BuildClock
}
