// SPDX-License-Identifier: Apache-2.0
public import Linux
public import OCI
public import Registry

/// What happens while an image is pushed.
public enum PushEvent: Hashable, Sendable {
    /// A layer that was made here is compressed, by its number from 0 on, lowest first.
    case packing(layer: Int)
    /// The archives: their digests and sizes.
    case planned([ContentDescriptor])
    /// So many bytes of the layer have gone.
    case sending(layer: Int, done: Int64)
    case retrying(layer: Int?, after: Double, reason: String)
    /// The registry has the layer.
    case sent(layer: Int, FetchEvent.Upload)
}

/// An image that was pushed.
public struct PushedImage: Hashable, Sendable {
    public let reference: ImageReference
    /// Of its manifest.
    public let digest: Digest
    /// Of its manifest, in bytes.
    public let size: Int
}

extension ImageStore {
    /// Sends the image of that name to its registry: layers and configuration, side by side, and then the manifest.
    ///
    /// Archives go as they are in the store. A layer that was made here is compressed for it, once: see ``packed``. What
    /// the registry has already is not sent, and what another of its repositories has is asked for there.
    ///
    /// Only in a process with one thread. A signal of `signals` ends it.
    public func push(
        _ reference: ImageReference, to link: RegistryLink, interruptedBy signals: borrowing SignalQueue,
        progress: @escaping (PushEvent) -> Void = { _ in }
    ) throws(ImageError) -> PushedImage {
        guard reference.digest == nil else {
            throw ImageError(
                .badReference, reference.familiar, "cannot push \(reference): write NAME[:TAG], without a digest")
        }
        let image = try packed(try resolve(reference), named: reference) { progress(.packing(layer: $0)) }
        var hold = LayerHold()
        try self.hold(image, archives: true, in: &hold)
        defer { withExtendedLifetime(hold) {} }
        let work = try PushWork(self, reference, link, interruptedBy: signals, progress: progress)
        return try work.push(image)
    }
}

/// One image on its way to a registry.
private final class PushWork {
    private let store: ImageStore
    private let reference: ImageReference
    private let staging: Staging
    private let fetch: FetchProcess
    private let signals: SignalQueue
    private let progress: (PushEvent) -> Void
    private var repository: FetchRequest.Repository { .init(registry: reference.host, path: reference.path) }

    init(
        _ store: ImageStore, _ reference: ImageReference, _ link: RegistryLink,
        interruptedBy signals: borrowing SignalQueue, progress: @escaping (PushEvent) -> Void
    ) throws(ImageError) {
        self.store = store
        self.reference = reference
        self.progress = progress
        self.signals = try wrapping({ .read("signals", $0) }) { () throws(SystemError) in try signals.share() }
        let staging = try store.makeStaging()
        fetch = try FetchProcess(link.program, link.session, in: staging)
        self.staging = staging
    }

    func push(_ image: Image) throws(ImageError) -> PushedImage {
        let bytes = try store.manifestBytes(of: image)
        progress(.planned(image.manifest.layers))
        // By the number of what was asked: the layer; nil for the configuration.
        var sending: [Int: Int?] = [:]
        var asked: Set<Digest> = []
        for (number, blob) in ([nil] + image.manifest.layers.indices.map { $0 }).map({ number in
            (number, number.map { image.manifest.layers[$0] } ?? image.manifest.configuration)
        }) {
            // A manifest may name a blob twice; and one that registries need not have is where it was.
            guard asked.insert(blob.digest).inserted, !blob.mediaType.isForeignLayer else { continue }
            try store.lend(blob.digest, to: fetch)
            let mounts =
                number == nil
                ? [] : store.repositories(of: reference.host, with: blob.digest, except: reference.path)
            sending.updateValue(
                number,
                forKey: fetch.ask(
                    .upload(repository, digest: blob.digest, size: blob.size, file: blob.digest.hex, mounts: mounts)))
        }
        let words = "cannot push \(reference)"
        while !sending.isEmpty {
            for event in try step() {
                guard let layer = sending[event.id] else { continue }
                switch event.report {
                case .progress(let done, _):
                    if let layer { progress(.sending(layer: layer, done: max(0, done))) }
                case .retry(_, let after, let reason):
                    progress(.retrying(layer: layer, after: after, reason: reason))
                case .failed(let failure): throw .fetch("\(reference)", words, failure)
                case .done(let outcome):
                    sending[event.id] = nil
                    if let layer { progress(.sent(layer: layer, outcome.upload ?? .uploaded)) }
                }
            }
        }
        try put(bytes, image.manifest.mediaType, words)
        return PushedImage(reference: reference, digest: Digest(of: bytes), size: bytes.count)
    }

    /// The manifest comes last: whoever finds it finds all that it names.
    private func put(_ bytes: [UInt8], _ type: MediaType, _ words: String) throws(ImageError) {
        let name = "manifest-to-put"
        try wrapping({ [path = fetch.directoryPath] in .write("\(path)/\(name)", $0) }) { () throws(SystemError) in
            let file = try fetch.directory.open(
                name, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o644)
            try file.write(bytes)
            try file.setPermissions(0o444)
        }
        let number = fetch.ask(
            .put(repository, reference: reference.tag ?? "latest", mediaType: type.rawValue, file: name))
        while true {
            for event in try step() where event.id == number {
                switch event.report {
                case .done: return
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
