// SPDX-License-Identifier: Apache-2.0
public import Engine
internal import Images
internal import Linux
public import OCI

/// A build, from what a user asks to an image in the store.
///
///     request -> contexts and Dockerfile -> checks -> plan -> steps, in workers -> layers, cache and image published
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
        let signals: SignalQueue
        do { signals = try SignalQueue(of: SignalQueue.ending) } catch {
            throw BuildError(.file, "cannot wait for signals", cause: error)
        }
        let place = try prepare()
        let plan = try plan(in: place)
        show(.planned(plan))
        for note in plan.notes { show(.warning(note)) }
        let scheduler = StepScheduler(plan: plan, place: place, ticks: ticks, show: show)
        try resolveImages(of: plan, into: scheduler, place)
        do throws(BuildError) {
            try scheduler.run(signals: signals)
        } catch {
            if request.opensShell { try openShell(after: scheduler, place) }
            // What was finished is not done again. A store that cannot be written is no worse than the failure.
            _ = try? publish(scheduler, place, image: nil)
            throw error
        }
        return try deliver(scheduler, place)
    }
}

/// What came of a build.
public struct BuildResult: Sendable {
    /// The digest of the image's configuration; nil where no image was asked for.
    public var imageID: Digest?
    public var manifestDigest: Digest?
    public var names: [ImageReference]
    public var duration: BuildClock
}
