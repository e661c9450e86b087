// SPDX-License-Identifier: Apache-2.0
internal import Images
internal import OCI

/// Equal steps of several stages are carried out once: what one comes to is what all of them come to (BuildKit merges
/// such vertices of its graph).
extension StepScheduler {
    /// What steps have to have in common.
    struct Twin: Hashable {
        let address: CacheAddress
        let ignoresCache: Bool
    }

    /// What is remembered of equal steps.
    struct Twins {
        /// The first of each kind that is, or was, carried out.
        fileprivate var first: [Twin: Int] = [:]
        /// The steps that leave it to another one, by their numbers.
        fileprivate var leftTo: [Int: Int] = [:]
        /// What stands for the results of steps that were carried out, apart from what is below them.
        fileprivate var identities: [Int: Digest] = [:]
    }

    /// Leaves `step`, of which it is known what it reads, to an equal one, if there is one: true then, and it needs nothing
    /// more. Otherwise it is the first of its kind, and is to be carried out.
    func leaveToTwin(_ step: BuildStep) -> Bool {
        let content = key(of: step).content(selected[step.id] ?? [])
        let twin = Twin(
            address: CacheAddress(content.digest, below: below(step)), ignoresCache: step.ignoresCache)
        guard let other = twins.first[twin], other != step.id else {
            twins.first[twin] = step.id
            return false
        }
        twins.leftTo[step.id] = other
        if let identity = twins.identities[other] { take(step, from: other, identity) }
        return true
    }

    /// Whether another step does what this one would.
    func isLeftToTwin(_ step: Int) -> Bool { twins.leftTo[step] != nil }

    /// A step was carried out: those that wait for it have its layer.
    func handToTwins(_ step: BuildStep, identity: Digest) {
        twins.identities[step.id] = identity
        for other in plan.steps where twins.leftTo[other.id] == step.id { take(other, from: step.id, identity) }
    }

    private func take(_ step: BuildStep, from other: Int, _ identity: Digest) {
        guard let result = trees[.step(other)], let layer = result.layers.last else { return }
        let below = tree(step.parent)
        trees[.step(step.id)] = BuiltTree(
            identity: self.identity(identity, above: below, of: step), layers: below.layers + [layer],
            highIDs: below.highIDs + result.highIDs, isFresh: true)
        let twin = plan.steps[other]
        show(
            .cached(
                step: step.id,
                explanation: place.request.explainsCache
                    ? ["the step \(twin.number) of \(twin.stage) is the same, and was carried out"] : []))
    }
}
