// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Images
internal import Linux
internal import OCI

/// What a worker does, and all that it has to know for it.
struct StepWork: Sendable {
    let step: BuildStep
    /// Whether what the step reads is looked at first, to see whether the cache has the layer.
    let selects: Bool
    /// Whether the build has something to tell before anything is done.
    let asksFirst: Bool
    /// Whether the files are not complete yet that the step starts from: the build tells when they are.
    var isAhead = false
    let engine: Engine
    let request: BuildRequest
    /// What is below, lowest first.
    let layers: [String]
    let highIDs: [UInt32]
    /// A directory with `upper` and `work`: the layer in the making.
    let directory: String
    /// A directory of the worker's own, which it makes where it needs it.
    let scratch: String
    let sources: [TreeReference: OpenableTree]
    /// A directory with nothing in it.
    let empty: String
    /// Those of `--cache-from`.
    let caches: [CacheReader]
    /// `SOURCE_DATE_EPOCH`: no time in the layer is later.
    let epoch: Int64?

    /// Does the step, and tells what comes of it.
    func perform(_ channel: borrowing WorkerChannel) {
        do throws(BuildError) {
            if isAhead { return try make(nil, channel) }
            if asksFirst, !isWanted(channel) { return }
            guard selects else { return try make(nil, channel) }
            let ahead = CopyAhead(self)
            let selection = try select { ahead.start(size: $0) }
            channel.tell(.selected(selection.contents))
            guard isWanted(channel) else { return }
            let path = try remember(selection.manifests)
            channel.tell(.remembered(path: path))
            if try !ahead.finish(selection, channel) { try make(selection, channel) }
        } catch {
            channel.tell(.failed(words: "\(error)", error.code))
        }
    }

    /// Carries the step out, and tells when the layer is complete, and what it is.
    func make(_ selection: StepSelection?, _ channel: borrowing WorkerChannel) throws(BuildError) {
        let follower = LayerFollower(layer: directory, epoch: epoch)
        switch step.operation {
        case .run(let run):
            try carryOut(run, channel) { () throws(BuildError) in
                var fitsKey = true
                if let selection, run.readsContext { fitsKey = try select().contents == selection.contents }
                try seal([], fitsKey: fitsKey, channel)
            }
        case .copy(let copy):
            let ids = try carryOut(copy, selection, follower)
            var fitsKey = true
            if let selection { fitsKey = try isUntouched(selection, copy) }
            try seal(ids, fitsKey: fitsKey, channel)
        case .makeDirectory(let path, let user):
            try seal(try makeDirectory(path, user: user), fitsKey: true, channel)
        }
        do throws(ImageError) {
            try BuildStaging.removeWork(directory)
            if let description = follower.finish() { return channel.tell(.described(description)) }
            channel.tell(.described(try BuildStaging.describeLayer(directory)))
        } catch {
            throw BuildError(.file, "cannot finish the layer", cause: error)
        }
    }

    /// Nobody changes the layer any more: what comes next can be stacked on it.
    private func seal(_ ids: [UInt32], fitsKey: Bool, _ channel: borrowing WorkerChannel) throws(BuildError) {
        do throws(ImageError) { try BuildStaging.clampTimes(directory, to: epoch) } catch {
            throw BuildError(.file, "cannot finish the layer", cause: error)
        }
        channel.tell(.sealed(highIDs: ids, fitsKey: fitsKey))
    }

    /// Whether the step is to be carried out. The build may have it look elsewhere first.
    private func isWanted(_ channel: borrowing WorkerChannel) -> Bool {
        while let answer = channel.nextAnswer() {
            switch answer {
            case .carryOut: return true
            case .stop: return false
            case .unpack(let cache, let diffID):
                do throws(ImageError) {
                    channel.tell(.unpacked(try caches[cache].unpackLayer(diffID, into: directory)))
                } catch {
                    channel.tell(.notUnpacked(words: "\(error)"))
                }
            }
        }
        return false
    }

    /// Leaves what was found for the build to read.
    private func remember(_ manifests: [ContentManifest]) throws(BuildError) -> String {
        let path = scratch + "/memory"
        do {
            try Descriptor.makeDirectories(scratch, mode: 0o700).open(
                "memory", [.writeOnly, .create, .truncate], mode: 0o600
            ).write(StepMemory(manifests: manifests).bytes)
            return path
        } catch {
            throw BuildError(.file, "cannot write \(path)", cause: error)
        }
    }
}

/// Where a tree's files are.
enum OpenableTree: Sendable {
    /// Layers, lowest first; `name` is for messages.
    case layers([String], name: String)
    case context(ContextDescription)
}

extension RunOperation {
    /// Whether files of a context are mounted, which somebody may write to meanwhile.
    fileprivate var readsContext: Bool {
        mounts.contains {
            switch $0.kind {
            case .bind(.context, _, _), .cache(_, _, .context, _, _, _, _, _): true
            default: false
            }
        }
    }
}
