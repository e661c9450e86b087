// SPDX-License-Identifier: Apache-2.0
public import Linux
public import OCI
internal import Registry

/// Questions to a registry that take no image, one after the other.
public final class RegistryClient {
    let store: ImageStore
    let staging: Staging
    let fetch: FetchProcess
    private let signals: SignalQueue
    private var files = 0

    /// What a list of tags, of referrers or of findings has at the most.
    private static let mostBytes: Int64 = 64 << 20

    /// Only in a process with one thread. A signal of `signals` ends whatever is asked.
    public init(
        _ store: ImageStore, _ link: RegistryLink, interruptedBy signals: borrowing SignalQueue
    ) throws(ImageError) {
        self.store = store
        self.signals = try wrapping({ .read("signals", $0) }) { () throws(SystemError) in try signals.share() }
        let staging = try store.makeStaging()
        fetch = try FetchProcess(link.program, link.session, in: staging)
        self.staging = staging
    }

    /// Whether the registry is there and lets us in. Returns the token that is to be kept instead of the password, if the
    /// registry gives one.
    public func check(_ registry: String) throws(ImageError) -> String? {
        try perform(.check(registry: registry), registry, "cannot log in to \(registry)").identityToken
    }

    /// The names of all tags of a repository, in the registry's order.
    public func tags(of reference: ImageReference) throws(ImageError) -> [String] {
        let bytes = try file("cannot list the tags of \(reference.familiarName)", reference.familiarName) {
            .tags(Self.repository(reference), file: $0)
        }
        var tags: [String] = []
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let text = String(decoding: line, as: UTF8.self)
            guard (try? ImageReference("\(reference.name):\(text)"))?.tag == text else {
                throw ImageError(
                    .registry(.badAnswer), reference.familiarName,
                    "cannot list the tags of \(reference.familiarName): the registry lists something that is no tag")
            }
            tags.append(text)
        }
        return tags
    }

    /// What a tag or a digest means.
    public func digest(of reference: ImageReference) throws(ImageError) -> Digest {
        if let digest = reference.digest { return digest }
        let words = "cannot find \(reference.familiar)"
        let outcome = try perform(
            .resolve(Self.repository(reference), reference: reference.tag ?? "latest"), reference.familiar, words)
        guard let text = outcome.digest, let digest = try? Digest(text) else {
            throw ImageError(
                .registry(.badAnswer), reference.familiar, "\(words): the registry does not say its digest")
        }
        return digest
    }

    /// What refers to a manifest: signatures, bills of materials and the like.
    public func referrers(
        of digest: Digest, in reference: ImageReference, type: String? = nil
    ) throws(ImageError) -> [Referrer] {
        let words = "cannot list what refers to \(reference.familiarName)@\(digest)"
        let bytes = try file(words, reference.familiarName) {
            .referrers(Self.repository(reference), digest: digest, artifactType: type, file: $0)
        }
        guard let members = (try? JSON(parsing: bytes))?["manifests"]?.array else {
            throw ImageError(.registry(.badAnswer), reference.familiarName, "\(words): the answer is no index")
        }
        var result: [Referrer] = []
        for member in members {
            guard let descriptor = try? ContentDescriptor(member) else { continue }
            let kind = member["artifactType"]?.string ?? ""
            // A registry may not know how to choose.
            if let type, kind != type { continue }
            result.append(Referrer(descriptor: descriptor, artifactType: kind))
        }
        return result
    }

    /// Takes a manifest out of a repository. By its tag, where the registry can take a tag alone away.
    public func deleteManifest(_ reference: ImageReference, byTag: Bool) throws(ImageError) {
        let place = byTag ? reference.tag ?? "latest" : "\(try digest(of: reference))"
        _ = try perform(
            .deleteManifest(Self.repository(reference), reference: place), reference.familiar,
            "cannot remove \(reference.familiar) from its registry")
    }

    /// What the registry finds for the words, in docker's members.
    public func search(_ words: String, in registry: String, limit: Int) throws(ImageError) -> [JSON] {
        let text = "cannot search \(registry)"
        let bytes = try file(text, registry) { .search(registry: registry, words: words, limit: limit, file: $0) }
        guard let results = (try? JSON(parsing: bytes))?["results"]?.array else {
            throw ImageError(.registry(.badAnswer), registry, "\(text): the answer is not what it should be")
        }
        return Array(results.prefix(limit))
    }

    private static func repository(_ reference: ImageReference) -> FetchRequest.Repository {
        FetchRequest.Repository(registry: reference.host, path: reference.path)
    }

    /// What is asked for with a new file's name, as that file.
    private func file(
        _ words: String, _ subject: String, _ work: (String) -> FetchRequest.Work
    ) throws(ImageError) -> [UInt8] {
        try answer(words, subject, limit: Self.mostBytes, work).bytes
    }

    /// What is asked for with a new file's name: what is in that file, and what was said of it.
    func answer(
        _ words: String, _ subject: String, limit: Int64, _ work: (String) -> FetchRequest.Work
    ) throws(ImageError) -> (bytes: [UInt8], outcome: FetchEvent.Outcome) {
        files += 1
        let name = "answer-\(files)"
        let outcome = try perform(work(name), subject, words)
        let opened = try fetch.accept(
            name, as: FileName("own-\(name)"), in: staging.directory, size: nil, limit: limit)
        let bytes = try wrapping({ .read(name, $0) }) { () throws(SystemError) in
            try opened.readAll(limit: Int(limit))
        }
        return (bytes, outcome)
    }

    func perform(
        _ work: FetchRequest.Work, _ subject: String, _ words: String
    ) throws(ImageError) -> FetchEvent.Outcome {
        let number = fetch.ask(work)
        while true {
            var set = PollSet()
            let signal = set.add(signals.descriptor, .reading)
            let places = fetch.add(to: &set)
            do throws(SystemError) { try set.wait(milliseconds: 10_000) } catch { throw .read("events", error) }
            if set.isReady(signal), let received = try? signals.next() {
                throw ImageError(.interrupted(received), subject, "stopped by \(received)")
            }
            for event in try fetch.take(places, of: set) where event.id == number {
                switch event.report {
                case .done(let outcome): return outcome
                case .failed(let failure): throw .fetch(subject, words, failure)
                case .progress, .retry: break
                }
            }
        }
    }
}

/// Something that says of a manifest that it is about it.
public struct Referrer: Hashable, Sendable {
    public var descriptor: ContentDescriptor
    public var artifactType: String
}
