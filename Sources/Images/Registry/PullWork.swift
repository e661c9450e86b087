// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI
internal import Registry
internal import Words

/// One image on its way from a registry into a staging directory: what was asked of the fetching program, and what became
/// of each layer.
final class PullWork {
    let store: ImageStore
    let request: PullRequest
    let staging: Staging
    let fetch: FetchProcess
    let workers: LayerWorkers
    private let signals: SignalQueue
    private let progress: (PullEvent) -> Void
    private var wasInterrupted = false, isPublished = false
    /// Whether it ended for want of space: then what has come would only be in the way.
    var lacksSpace = false
    /// How many documents were asked for.
    var documents = 0
    var plan: [Job] = []
    /// By the number of what was asked: the job.
    private var fetching: [Int: Int] = [:]
    /// By the worker's number: the job.
    var unpacking: [Int: Int] = [:]

    /// An archive of the image. A manifest may name one several times.
    struct Job {
        var blob: ContentDescriptor
        var diffID: Digest
        /// The first of the layers that it is.
        var layer: Int
        var state = State.there
        /// What it is being unpacked by while it comes.
        var early: (number: Int, file: FileStatus)?
        /// Whether that was tried.
        var wasEarly = false

        enum State { case there, fetching, unpacking, done }
    }

    init(
        _ store: ImageStore, _ request: PullRequest, _ link: RegistryLink, _ setting: LayerSetting,
        interruptedBy signals: borrowing SignalQueue, progress: @escaping (PullEvent) -> Void
    ) throws(ImageError) {
        self.store = store
        self.request = request
        self.progress = progress
        self.signals = try wrapping({ .read("signals", $0) }) { () throws(SystemError) in try signals.share() }
        let staging = try store.makeStaging()
        fetch = try FetchProcess(link.program, link.session, in: staging)
        workers = try LayerWorkers(store, staging, setting)
        self.staging = staging
    }

    var name: String { request.reference.familiar }

    func plain(_ text: String) -> String { plainText(text) }

    func failure(_ code: ImageError.Code, _ words: String) -> ImageError {
        ImageError(code, name, "cannot pull \(name): \(words)")
    }

    /// What the registry says the reference is, without taking anything; nil where it does not say.
    func digestSaid() throws(ImageError) -> String? {
        try wait(
            for: fetch.ask(.resolve(request.repository, reference: request.registryReference)), "cannot pull \(name)"
        ).digest
    }

    /// Waits until the thing is done, and throws where it failed: `words` say what was attempted.
    func wait(for number: Int, _ words: String) throws(ImageError) -> FetchEvent.Outcome {
        while true {
            for event in try step() where event.id == number {
                switch event.report {
                case .done(let outcome): return outcome
                case .failed(let failure): throw .fetch(name, words, failure)
                case .progress: break
                case .retry(_, let after, let reason):
                    progress(.retrying(layer: nil, after: after, reason: plain(reason)))
                }
            }
        }
    }

    /// Waits for whatever comes next, and takes what the program reports and what the workers have done.
    private func step() throws(ImageError) -> [FetchEvent] {
        var set = PollSet()
        let signal = set.add(signals.descriptor, .reading)
        let places = fetch.add(to: &set)
        let worker = workers.add(to: &set)
        do throws(SystemError) { try set.wait(milliseconds: 10_000) } catch { throw .read("events", error) }
        if set.isReady(signal), let received = try? signals.next() {
            wasInterrupted = true
            throw ImageError(.interrupted(received), name, "stopped by \(received) while pulling \(name)")
        }
        if set.isReady(worker) { try hearWorkers() }
        return try fetch.take(places, of: set)
    }

    private func finish(_ number: Int) {
        guard let place = unpacking.removeValue(forKey: number) else { return }
        plan[place].state = .done
        progress(.unpacked(layer: plan[place].layer))
    }

    // MARK: - Layers

    /// Has all layers of the image in the staging directory or in the store, each proven.
    func takeLayers(of image: RemoteImage) throws(ImageError) {
        try makePlan(image)
        for place in plan.indices where plan[place].state == .fetching { try begin(place, image) }
        while !fetching.isEmpty || workers.pending > 0 {
            for event in try step() { try take(event) }
        }
    }

    private func makePlan(_ image: RemoteImage) throws(ImageError) {
        let known = store.listedPairs()
        var layers: [PullEvent.Layer] = []
        for (number, (blob, diffID)) in zip(image.manifest.layers, image.configuration.diffIDs).enumerated() {
            let isThere =
                known.contains(.init(archive: blob.digest, diffID: diffID)) && store.hasBlob(blob)
                && store.record(of: diffID) != nil
            layers.append(PullEvent.Layer(digest: blob.digest, size: blob.size, isThere: isThere))
            if let same = plan.first(where: { $0.blob.digest == blob.digest }) {
                guard same.diffID == diffID, same.blob.size == blob.size else {
                    throw damaged("its layer \(blob.digest)")
                }
            } else {
                plan.append(Job(blob: blob, diffID: diffID, layer: number, state: isThere ? .there : .fetching))
            }
        }
        progress(.planned(layers))
    }

    private func begin(_ place: Int, _ image: RemoteImage) throws(ImageError) {
        let (blob, layer) = (plan[place].blob, plan[place].layer)
        if store.hasBlob(blob) {
            // Somebody else's image has it, for which it was proven to be something else, or nothing yet.
            let source = try store.blobSource(blob.digest) { damaged("its layer \(blob.digest)") }
            return try unpack(LayerFile(place: .foreign(source), name: "\(blob.digest)", digest: blob.digest), place)
        }
        try takePartial(blob.digest, size: blob.size)
        let number = fetch.ask(
            .blob(
                request.repository, digest: blob.digest, size: blob.size, file: blob.digest.hex,
                addresses: image.addresses[layer] ?? []))
        fetching[number] = place
    }

    private func take(_ event: FetchEvent) throws(ImageError) {
        guard let place = fetching[event.id] else { return }
        let (blob, layer) = (plan[place].blob, plan[place].layer)
        switch event.report {
        case .progress(let done, _):
            progress(.fetching(layer: layer, done: min(max(0, done), blob.size)))
            try beginEarly(place)
        case .retry(_, let after, let reason):
            progress(.retrying(layer: layer, after: after, reason: plain(reason)))
        case .failed(let failure): throw .fetch(name, "cannot pull the layer \(blob.digest) of \(name)", failure)
        case .done:
            fetching[event.id] = nil
            let own = Self.taken(blob.digest)
            let file = try fetch.accept(blob.digest.hex, as: own, in: staging.directory, size: blob.size)
            progress(.fetched(layer: layer))
            if complete(place, file) { return }
            try unpackTaken(place)
        }
    }

    func unpackTaken(_ place: Int) throws(ImageError) {
        let digest = plan[place].blob.digest
        try unpack(LayerFile(place: .staged(Self.taken(digest)), name: "\(digest)", digest: digest), place)
    }

    private func unpack(_ file: LayerFile, _ place: Int) throws(ImageError) {
        plan[place].state = .unpacking
        let number = try workers.add(file, plan[place].diffID)
        unpacking[number] = place
        // Where there are no workers, it has happened by now.
        try hearWorkers()
    }

    private func hearWorkers() throws(ImageError) {
        for taken in try workers.finished() { finish(taken.number) }
        for number in workers.takeSpoiled() { try beginAgain(number) }
    }

    /// Puts what was taken in its place, with its name; nothing of it was to be found before.
    func publish(_ image: RemoteImage) throws(ImageError) -> PulledImage {
        progress(.storing)
        try staging.write(image.configurationBytes, to: "configuration")
        try staging.write(image.manifestBytes, to: "manifest")
        try store.synchronize()
        let id = image.manifest.configuration.digest
        var descriptor = ContentDescriptor(
            mediaType: image.manifestType, digest: image.manifestDigest, size: Int64(image.manifestBytes.count),
            platform: image.configuration.platform)
        if image.digest != descriptor.digest {
            descriptor.annotations[ImageStore.sourceKey] = "\(image.digest)"
        }
        let isNew = try store.publishing { () throws(ImageError) in
            var index = try store.readIndex()
            try store.publishBlobs(
                [("configuration", id), ("manifest", descriptor.digest)], from: staging)
            try workers.publish(from: staging)
            let former = index.manifest(named: request.reference)
            index.name(descriptor, request.reference, under: store.lease)
            try store.writeIndex(index)
            return former?.digest != descriptor.digest
        }
        isPublished = true
        return PulledImage(
            reference: request.reference, digest: image.digest, id: id, platform: image.configuration.platform,
            isNew: isNew)
    }

    /// Ends everything, and keeps what has come of layers for the next time.
    func stop() {
        workers.stop()
        fetch.stop()
        let taken = plan.filter { $0.state == .done || $0.state == .unpacking && wasInterrupted }
        guard !isPublished, !lacksSpace, !fetching.isEmpty || !taken.isEmpty,
            let partials = PartialLayers(of: store.directory, isMade: true)
        else { return }
        for place in fetching.values {
            let blob = plan[place].blob
            partials.keep(
                FileName(blob.digest.hex), of: fetch.directory, as: blob.digest.hex, owner: ConfinedProgram.user,
                size: blob.size)
        }
        // What was found to be damaged is not had again from here; what is in the store by now is not there any more.
        for job in taken {
            partials.keep(Self.taken(job.blob.digest), of: staging.directory, as: job.blob.digest.hex, owner: 0)
        }
    }

    /// The name of an archive that was taken from the fetching program.
    static func taken(_ digest: Digest) -> FileName { FileName(PartialLayers.takenPrefix + digest.hex) }
}
