// SPDX-License-Identifier: Apache-2.0
public import Linux
public import OCI
public import Registry

/// What happens while an image is pushed.
public enum PushEvent: Hashable, Sendable {
    /// A layer that was made here is compressed, by its number from 0 on, lowest first.
    case packing(layer: Int)
    /// The archives, of a list those of all its images: their digests and sizes.
    case planned([ContentDescriptor])
    /// So many bytes of the layer have gone.
    case sending(layer: Int, done: Int64)
    case retrying(layer: Int?, after: Double, reason: String)
    /// The registry has the layer.
    case sent(layer: Int, FetchEvent.Upload)
}

/// An image, or a list of images, that was pushed.
public struct PushedImage: Hashable, Sendable {
    public let reference: ImageReference
    /// Of its manifest, or of the index.
    public let digest: Digest
    /// Of that, in bytes.
    public let size: Int
}

extension ImageStore {
    /// Sends the image of that name, or the list, to its registry: layers and configurations, side by side, then manifests,
    /// and last what has the tag.
    ///
    /// Archives go as they are in the store. A layer that was made here is compressed for it, once: see ``packed``. What
    /// the registry has already is not sent, and what another of its repositories has is asked for there.
    ///
    /// Only in a process with one thread. A signal of `signals` ends it.
    public func push(
        _ reference: ImageReference, to link: RegistryLink, interruptedBy signals: borrowing SignalQueue,
        progress: @escaping (PushEvent) -> Void = { _ in }
    ) throws(ImageError) -> PushedImage {
        try requireTag(reference)
        if let list = try imageList(reference) {
            return try push(list, as: reference, to: link, interruptedBy: signals, progress: progress)
        }
        let image = try packed(try resolve(reference)) { progress(.packing(layer: $0)) }
        var hold = LayerHold()
        try self.hold(image, archives: true, in: &hold)
        defer { withExtendedLifetime(hold) {} }
        let document = PushDocument(bytes: try manifestBytes(of: image), manifest: image.manifest)
        let work = try PushWork(self, reference, link, interruptedBy: signals, progress: progress)
        return try work.push([document], under: nil)
    }

    /// Sends a list with all of its images as one image for several machines. Those that are in registries alone are taken
    /// from there, unless the registry lends them to itself.
    public func push(
        _ list: ImageList, as reference: ImageReference, to link: RegistryLink,
        interruptedBy signals: borrowing SignalQueue, progress: @escaping (PushEvent) -> Void = { _ in }
    ) throws(ImageError) -> PushedImage {
        try requireTag(reference)
        var hold = LayerHold()
        for member in list.members where try isLocal(member) {
            let image = try packed(try image(of: member)) { progress(.packing(layer: $0)) }
            try self.hold(image, archives: true, in: &hold)
        }
        defer { withExtendedLifetime(hold) {} }
        // Images that were packed have other manifests now.
        let list = try imageList(list.name) ?? list
        guard !list.members.isEmpty else {
            throw ImageError(
                .badImage, list.name.familiar,
                "cannot push \(list.name.familiar): it has no images, add some with manifest add")
        }
        let work = try PushWork(self, reference, link, interruptedBy: signals, progress: progress)
        var documents: [PushDocument] = []
        for member in list.members {
            if let origin = member.origin, try !isLocal(member) {
                documents.append(try work.document(of: member, in: origin))
            } else {
                let image = try image(of: member)
                documents.append(PushDocument(bytes: try manifestBytes(of: image), manifest: image.manifest))
            }
        }
        return try work.push(documents, under: list.index)
    }

    private func requireTag(_ reference: ImageReference) throws(ImageError) {
        guard reference.digest == nil else {
            throw ImageError(
                .badReference, reference.familiar, "cannot push \(reference): write NAME[:TAG], without a digest")
        }
    }

    /// Whether the store has the image of a member. One that is nowhere else is an error where it is used.
    private func isLocal(_ member: ImageList.Member) throws(ImageError) -> Bool {
        guard member.origin != nil else { return true }
        return try readIndex().manifests.contains { $0.digest == member.descriptor.digest }
    }
}
