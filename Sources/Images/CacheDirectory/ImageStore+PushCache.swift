// SPDX-License-Identifier: Apache-2.0
internal import Linux
public import OCI
internal import Registry

/// A cache of a build on its way to a registry.
public struct CachePush: Sendable {
    /// Under which name it is found.
    public var reference: ImageReference
    public var link: RegistryLink
    public var compression: CacheCompression
    /// An empty directory of the store's staging, for what the registry has not.
    public var directory: String

    public init(
        _ reference: ImageReference, _ link: RegistryLink, _ compression: CacheCompression, in directory: String
    ) {
        self.reference = reference
        self.link = link
        self.compression = compression
        self.directory = directory
    }
}

extension ImageStore {
    /// Sends what steps came to to a registry: a manifest of which the configuration is the list, and the layers are the
    /// archives. What the cache of that name has, as far as the registry says so, is neither compressed nor sent again.
    ///
    /// `fill` adds layers, which must be held, and returns what led to them; it may be called a second time, for a registry
    /// that has not what it names. Only in a process with one thread, which signals end as they end any other.
    @discardableResult
    public func pushCache(
        _ push: CachePush, fill: (inout CacheWriter) throws(ImageError) -> [CacheRecord]
    ) throws(ImageError) -> PushedImage {
        guard push.reference.digest == nil else {
            throw ImageError(
                .badReference, push.reference.familiar,
                "cannot write a cache to \(push.reference): write NAME[:TAG], without a digest")
        }
        let signals = try wrapping({ .read("signals", $0) }) { () throws(SystemError) in try SignalQueue(of: []) }
        // Whatever there is instead is replaced, and who may not read may write nevertheless.
        let client = try RegistryClient(self, push.link, interruptedBy: signals)
        let former: CacheList?
        do throws(ImageError) { former = try client.cacheList(push.reference) } catch { former = nil }
        _ = consume client
        var hold = LayerHold()
        try holdEverything(in: &hold)
        defer { withExtendedLifetime(hold) {} }
        do throws(ImageError) {
            return try self.push(push, beside: former ?? CacheList(), "first", signals, fill)
        } catch {
            // It names archives that it has not any more.
            guard case .registry(.file) = error.code, former != nil else { throw error }
            return try self.push(push, beside: CacheList(), "again", signals, fill)
        }
    }

    private func push(
        _ push: CachePush, beside former: CacheList, _ name: String, _ signals: borrowing SignalQueue,
        _ fill: (inout CacheWriter) throws(ImageError) -> [CacheRecord]
    ) throws(ImageError) -> PushedImage {
        let path = "\(push.directory)/\(name)"
        try wrapping({ .write(path, $0) }) { () throws(SystemError) in
            try Descriptor.open(push.directory, [.path, .directory]).makeDirectory(name, mode: 0o700)
        }
        var writer = try CacheWriter.begin(
            path, beside: former, .init(archives: knownArchives(), compression: push.compression))
        let records = try fill(&writer)
        let manifest = try writer.finish(records)
        let work = try PushWork(
            self, push.reference, push.link, beside: ArchiveDirectory(BlobDirectory(path: path)), interruptedBy: signals
        ) { _ in }
        return try work.push([PushDocument(bytes: manifest.json.bytes(), manifest: manifest)], under: nil)
    }
}

extension NewImage {
    /// Has the image tell what its layers were made by, so that a build elsewhere finds them by their keys.
    public mutating func tellSteps(_ records: [CacheRecord]) {
        let own = Set(configuration.diffIDs)
        var known: Set<Digest> = []
        annotations[CacheList.inlineKey] = CacheList.inline(
            records.filter { own.contains($0.diffID) && known.insert($0.key).inserted })
    }
}

extension ImageError {
    /// How registries are reached is not known; `words` say why.
    public static func registries(_ subject: String, _ words: String) -> ImageError {
        ImageError(.fetchProgram, subject, words)
    }
}
