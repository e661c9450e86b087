// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI
internal import Registry
internal import Words

/// A manifest that is to be sent, and where its blobs are.
struct PushDocument {
    var bytes: [UInt8]
    var manifest: ImageManifest
    /// The repository that has it and its blobs; nil where the store has them.
    var origin: ImageReference?
}

/// One image, or one for several machines, on its way to a registry.
final class PushWork {
    private let store: ImageStore
    private let reference: ImageReference
    private let staging: Staging
    private let fetch: FetchProcess
    private let signals: SignalQueue
    private let progress: (PushEvent) -> Void
    /// Where blobs are that the store has not, nor anybody else known; nil where the store has all.
    private let files: ArchiveDirectory?
    private var blobs: [Blob] = []
    private var documents = 0
    private var repository: FetchRequest.Repository { .init(reference) }
    private var words: String { "cannot push \(reference)" }

    /// A blob of the images. They may name one several times.
    private struct Blob {
        var descriptor: ContentDescriptor
        /// What it is called in reports; nil for a configuration.
        var layer: Int?
        var origin: ImageReference?
    }

    init(
        _ store: ImageStore, _ reference: ImageReference, _ link: RegistryLink,
        beside files: ArchiveDirectory? = nil, interruptedBy signals: borrowing SignalQueue,
        progress: @escaping (PushEvent) -> Void
    ) throws(ImageError) {
        self.store = store
        self.files = files
        self.reference = reference
        self.progress = progress
        self.signals = try wrapping({ .read("signals", $0) }) { () throws(SystemError) in try signals.share() }
        let staging = try store.makeStaging()
        fetch = try FetchProcess(link.program, link.session, in: staging)
        self.staging = staging
    }

    /// Sends all that the documents name, then the documents. With an index they go by their digests, and it has the tag.
    func push(_ documents: [PushDocument], under index: ImageIndex?) throws(ImageError) -> PushedImage {
        plan(documents)
        progress(.planned(blobs.filter { $0.layer != nil }.map(\.descriptor)))
        try send()
        // What names something comes after it: whoever finds it finds all of it.
        let tag = reference.tag ?? "latest"
        for document in documents {
            let type = document.manifest.mediaType
            try put(document.bytes, type, as: index == nil ? tag : "\(Digest(of: document.bytes))")
        }
        let last = index?.json.bytes() ?? documents.last?.bytes ?? []
        if index != nil { try put(last, .index, as: tag) }
        return PushedImage(reference: reference, digest: Digest(of: last), size: last.count)
    }

    private func plan(_ documents: [PushDocument]) {
        var layers = 0
        var known: [Digest: Int] = [:]
        for document in documents {
            func add(_ blob: ContentDescriptor, isLayer: Bool) {
                // One that registries need not have is where it was.
                guard !blob.mediaType.isForeignLayer else { return }
                if let place = known[blob.digest] {
                    if document.origin == nil { blobs[place].origin = nil }
                    return
                }
                known[blob.digest] = blobs.count
                blobs.append(Blob(descriptor: blob, layer: isLayer ? layers : nil, origin: document.origin))
                if isLayer { layers += 1 }
            }
            add(document.manifest.configuration, isLayer: false)
            for layer in document.manifest.layers { add(layer, isLayer: true) }
        }
    }

    // MARK: - Blobs

    private func send() throws(ImageError) {
        // By the number of what was asked: the blob.
        var sending: [Int: Int] = [:]
        var fetching: [Int: Int] = [:]
        for place in blobs.indices {
            let isLent = try lend(blobs[place])
            if isLent { blobs[place].origin = nil }
            // What nobody here has is there, or a repository of the same registry lends it.
            if (blobs[place].origin ?? reference).host == reference.host {
                sending[try upload(place)] = place
            } else {
                fetching[try askFor(place)] = place
            }
        }
        while !sending.isEmpty || !fetching.isEmpty {
            for event in try step() {
                guard let place = sending[event.id] ?? fetching[event.id] else { continue }
                let layer = blobs[place].layer
                switch event.report {
                case .progress(let done, _):
                    if let layer, sending[event.id] != nil { progress(.sending(layer: layer, done: max(0, done))) }
                case .retry(_, let after, let reason):
                    progress(.retrying(layer: layer, after: after, reason: reason))
                case .failed(let failure):
                    guard sending.removeValue(forKey: event.id) != nil, failure.code == .file,
                        blobs[place].origin != nil
                    else { throw .fetch("\(reference)", words, failure) }
                    fetching[try askFor(place)] = place
                case .done(let outcome):
                    if fetching.removeValue(forKey: event.id) != nil {
                        try takeIn(place)
                        sending[try upload(place)] = place
                    } else {
                        sending[event.id] = nil
                        if let layer { progress(.sent(layer: layer, outcome.upload ?? .uploaded)) }
                    }
                }
            }
        }
    }

    /// Lends a blob to the fetching program. False where it is not here.
    private func lend(_ blob: Blob) throws(ImageError) -> Bool {
        if let files {
            if try files.blobs.lend(blob.descriptor, to: fetch) { return true }
            guard store.hasBlob(blob.descriptor) else { return false }
        } else if blob.origin != nil, !store.hasBlob(blob.descriptor) {
            return false
        }
        try store.lend(blob.descriptor.digest, to: fetch)
        return true
    }

    private func upload(_ place: Int) throws(ImageError) -> Int {
        let blob = blobs[place].descriptor
        var mounts =
            blobs[place].layer == nil
            ? [] : store.repositories(of: reference.host, with: blob.digest, except: reference.path)
        if let origin = blobs[place].origin, origin.host == reference.host, origin.path != reference.path {
            mounts.insert(origin.path, at: 0)
        }
        return fetch.ask(
            .upload(repository, digest: blob.digest, size: blob.size, file: blob.digest.hex, mounts: mounts))
    }

    /// Asks for a blob where its image is.
    private func askFor(_ place: Int) throws(ImageError) -> Int {
        let blob = blobs[place].descriptor
        let origin = blobs[place].origin ?? reference
        return fetch.ask(
            .blob(
                FetchRequest.Repository(origin), digest: blob.digest, size: blob.size, file: blob.digest.hex,
                addresses: []))
    }

    /// Proves a blob that has come, and lends it again.
    private func takeIn(_ place: Int) throws(ImageError) {
        let blob = blobs[place].descriptor
        let own = FileName("blob-\(blob.digest.hex)")
        let file = try fetch.accept(blob.digest.hex, as: own, in: staging.directory, size: blob.size)
        guard try RecordedSource(FileSource(file, name: "\(blob.digest)")).drain() == blob.digest else {
            throw ImageError(
                .damaged, "\(reference)", "\(words): \(blob.digest) has another digest than it was said to have")
        }
        try wrapping({ [path = staging.path] in .write("\(path)/\(own)", $0) }) { () throws(SystemError) in
            try fetch.directory.makeHardLink(FileName(blob.digest.hex), to: own, in: staging.directory)
        }
        blobs[place].origin = nil
    }

    // MARK: - Documents

    /// The manifest of a member that its registry alone has.
    func document(of member: ImageList.Member, in origin: ImageReference) throws(ImageError) -> PushDocument {
        let digest = member.descriptor.digest
        documents += 1
        let name = "document-\(documents)"
        let words = "cannot push \(member.image) of the list"
        _ = try wait(
            for: fetch.ask(.manifest(FetchRequest.Repository(origin), reference: "\(digest)", file: name)), words)
        let file = try fetch.accept(
            name, as: FileName("own-\(name)"), in: staging.directory, size: member.descriptor.size,
            limit: PullWork.mostManifestBytes)
        let bytes = try wrapping({ .read(name, $0) }) { () throws(SystemError) in
            try file.readAll(limit: Int(PullWork.mostManifestBytes))
        }
        guard Digest(of: bytes) == digest else {
            throw ImageError(.damaged, member.image, "\(words): its manifest has another digest than it had")
        }
        do throws(ImageFormatError) {
            var manifest = try ImageManifest(parsing: bytes)
            manifest.mediaType = member.descriptor.mediaType
            return PushDocument(bytes: bytes, manifest: manifest, origin: origin)
        } catch {
            throw ImageError(.badImage, member.image, "\(words): \(plainText("\(error)"))")
        }
    }

    private func put(_ bytes: [UInt8], _ type: MediaType, as name: String) throws(ImageError) {
        documents += 1
        let file = "manifest-to-put-\(documents)"
        try wrapping({ [path = fetch.directoryPath] in .write("\(path)/\(file)", $0) }) { () throws(SystemError) in
            let opened = try fetch.directory.open(
                file, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o644)
            try opened.write(bytes)
            try opened.setPermissions(0o444)
        }
        _ = try wait(
            for: fetch.ask(.put(repository, reference: name, mediaType: type.rawValue, file: file)), words)
    }

    /// Waits until the thing is done, and throws where it failed.
    private func wait(for number: Int, _ words: String) throws(ImageError) -> FetchEvent.Outcome {
        while true {
            for event in try step() where event.id == number {
                switch event.report {
                case .done(let outcome): return outcome
                case .failed(let failure): throw .fetch("\(reference)", words, failure)
                case .retry(_, let after, let reason):
                    progress(.retrying(layer: nil, after: after, reason: reason))
                case .progress: break
                }
            }
        }
    }

    private func step() throws(ImageError) -> [FetchEvent] {
        var set = PollSet()
        let signal = set.add(signals.descriptor, .reading)
        let places = fetch.add(to: &set)
        do throws(SystemError) { try set.wait(milliseconds: 10_000) } catch { throw .read("events", error) }
        if set.isReady(signal), let received = try? signals.next() {
            throw ImageError(
                .interrupted(received), "\(reference)", "stopped by \(received) while pushing \(reference)")
        }
        return try fetch.take(places, of: set)
    }
}

extension BlobDirectory {
    /// Lends a blob to the fetching program, which can read it and nothing else. False where it is not here.
    fileprivate borrowing func lend(_ blob: ContentDescriptor, to fetch: FetchProcess) throws(ImageError) -> Bool {
        let name = Self.name(blob.digest)
        guard let file = try open(name) else { return false }
        try wrapping({ [path] in .read("\(path)/\(name)", $0) }) { () throws(SystemError) in
            try file.setPermissions(0o444)
            try fetch.directory.makeHardLink(FileName(blob.digest.hex), to: FileName(name), in: directory)
        }
        return true
    }
}

extension FetchRequest.Repository {
    init(_ reference: ImageReference) { self.init(registry: reference.host, path: reference.path) }
}
