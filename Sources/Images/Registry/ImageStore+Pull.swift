// SPDX-License-Identifier: Apache-2.0
public import Linux
internal import OCI
internal import Registry

extension ImageStore {
    /// The annotation of a name that says by which digest the repository lists the image: that of an index.
    static let sourceKey = "minibox.source"

    /// Takes an image from its registry into the store, under the name by which it was asked for.
    ///
    /// Whatever comes is believed for its digest alone: the manifest for what was asked or said, everything else for what
    /// the manifest says. Layers that are here already are not fetched; the others come, are proven and unpacked side by
    /// side. When this throws, no image has changed; what has come of layers is kept, and the next pull goes on there.
    ///
    /// Only in a process with one thread. A signal of `signals` ends it.
    public func pull(
        _ request: PullRequest, from link: RegistryLink, _ setting: LayerSetting = LayerSetting(),
        interruptedBy signals: borrowing SignalQueue, progress: @escaping (PullEvent) -> Void = { _ in }
    ) throws(ImageError) -> PulledImage {
        var hold = LayerHold()
        // What is here already must be here at the end.
        try holdEverything(in: &hold)
        defer { withExtendedLifetime(hold) {} }
        PartialLayers(of: directory, isMade: false)?.prune()
        let work = try PullWork(
            self, request, link, setting, interruptedBy: signals, progress: progress)
        defer { work.stop() }
        do throws(ImageError) {
            if let unchanged = try unchanged(work) { return unchanged }
            let image = try work.resolve()
            try work.takeLayers(of: image)
            return try work.publish(image)
        } catch {
            let cannotWrite = error.code == .cannotWrite || error.code == .registry(.file)
            let free = (try? directory.fileSystemStatus())?.available ?? .max
            work.lacksSpace = cannotWrite || free < 1 << 20
            throw error
        }
    }

    /// The image that has the name, if the registry says that the name means it: a question that costs no download. What it
    /// answers decides nothing but that all stays as it is.
    private func unchanged(_ work: PullWork) throws(ImageError) -> PulledImage? {
        let reference = work.request.reference
        guard let descriptor = try readIndex().manifest(named: reference),
            let image = try? image(descriptor, reference: reference)
        else { return nil }
        if let asked = work.request.platform,
            PlatformName.normalized(image.configuration.platform) != PlatformName.normalized(asked)
        {
            return nil
        }
        let digest = descriptor.source ?? descriptor.digest
        if reference.digest == nil {
            guard try work.digestSaid() == "\(digest)" else { return nil }
        }
        return PulledImage(
            reference: reference, digest: digest, id: image.id, platform: image.configuration.platform, isNew: false)
    }
}

extension ContentDescriptor {
    /// By which digest the repository lists the image, where that is an index's.
    var source: Digest? { annotations[ImageStore.sourceKey].flatMap { try? Digest($0) } }
}
