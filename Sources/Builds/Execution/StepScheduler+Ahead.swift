// SPDX-License-Identifier: Apache-2.0
internal import Images
internal import Linux

/// While a RUN goes on, the container of the one that stands on it is made, up to where its layers are stacked.
extension StepScheduler {
    /// Prepares the step that comes after `step`, which is being carried out, where that is a RUN too: nothing that was
    /// cached fits it, so it will be carried out, and it needs nothing else that is not there.
    func prepare(after step: BuildStep) {
        guard place.parallelism > 1, case .run = step.operation,
            let next = plan.steps.first(where: { isNext($0, step) })
        else { return }
        let below = tree(step.parent)
        let layer = UsedLayer(place: .made(step: step.id, directory: place.layerDirectory(step.id)), created: nil)
        // What a RUN leaves has no owners of which the build would have to know.
        let files = BuiltTree(
            identity: below.identity, layers: below.layers + [layer], highIDs: below.highIDs, isFresh: true)
        // What cannot be prepared says why when it is its turn.
        guard files.layers.count < LayerStack.mostLayers, var work = try? work(for: next, on: files, selects: false)
        else { return }
        work.isAhead = true
        (try? start(next, work))?.isAhead = true
    }

    private func isNext(_ step: BuildStep, _ other: BuildStep) -> Bool {
        guard step.parent == .step(other.id), !begun.contains(step.id), case .run(let run) = step.operation,
            !workers.contains(where: { $0.step == step.id })
        else { return false }
        // A cache mount that the step below has would be waited for, or another directory taken.
        return run.mounts.allSatisfy {
            switch $0.kind {
            case .tmpfs, .secret: true
            case .bind, .cache, .ssh: false
            }
        }
    }

    /// Lets a step that was prepared go on; false where it was not.
    func goOnAhead(_ step: BuildStep) throws(BuildError) -> Bool {
        guard let worker = workers.first(where: { $0.step == step.id && $0.isAhead }) else { return false }
        if leaveToTwin(step) {
            worker.isAhead = false
            worker.answer(.stop)
            return true
        }
        do throws(ImageError) {
            // The step below may have changed its root's owner and mode.
            if let path = rootPath(of: tree(step.parent)) { try place.staging.updateLayer(step.id, likeTopOf: path) }
        } catch {
            throw BuildError(.file, "cannot make a place for the layer", cause: error)
        }
        worker.isAhead = false
        miss(step)
        worker.answer(.carryOut)
        prepare(after: step)
        return true
    }
}
