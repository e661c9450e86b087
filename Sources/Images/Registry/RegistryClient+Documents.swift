// SPDX-License-Identifier: Apache-2.0
internal import Linux
public import OCI
internal import Registry
internal import Words

/// A manifest or an index as a registry has it, proven by its digest.
public struct RemoteDocument: Sendable {
    public let bytes: [UInt8]
    public let mediaType: MediaType

    public var digest: Digest { Digest(of: bytes) }

    /// What leads to it.
    public var descriptor: ContentDescriptor {
        ContentDescriptor(mediaType: mediaType, digest: digest, size: Int64(bytes.count))
    }

    public var isIndex: Bool { mediaType.isIndex }
}

extension RegistryClient {
    /// What the tag or the digest of the reference means.
    public func document(_ reference: ImageReference) throws(ImageError) -> RemoteDocument {
        let words = "cannot find \(reference.familiar)"
        let place = reference.digest.map { "\($0)" } ?? reference.tag ?? "latest"
        let (bytes, outcome) = try answer(words, reference.familiar, limit: PullWork.mostManifestBytes) {
            .manifest(FetchRequest.Repository(reference), reference: place, file: $0)
        }
        let found = Digest(of: bytes)
        if let asked = reference.digest ?? outcome.digest.flatMap({ try? Digest($0) }), asked != found {
            throw ImageError(
                .damaged, reference.familiar,
                "\(words): what the registry gives has another digest than it was said to have")
        }
        return RemoteDocument(bytes: bytes, mediaType: MediaType(of: bytes, saidToBe: outcome.mediaType))
    }

    /// A small blob of a repository, whole.
    func blob(_ blob: ContentDescriptor, of reference: ImageReference, limit: Int64) throws(ImageError) -> [UInt8] {
        let words = "cannot take \(blob.digest) of \(reference.familiarName)"
        guard blob.size <= limit else {
            throw ImageError(.badImage, reference.familiar, "\(words): it is larger than \(limit) bytes")
        }
        let (bytes, _) = try answer(words, reference.familiar, limit: limit) {
            .blob(
                FetchRequest.Repository(reference), digest: blob.digest, size: blob.size, file: $0, addresses: [])
        }
        guard Digest(of: bytes) == blob.digest, Int64(bytes.count) == blob.size else {
            throw ImageError(.damaged, reference.familiar, "\(words): it is not what its digest says")
        }
        return bytes
    }

    /// What an index lists, but for what is no manifest.
    public func members(
        listedIn index: RemoteDocument, of reference: ImageReference
    ) throws(ImageError) -> [ContentDescriptor] {
        do throws(ImageFormatError) {
            return try ImageIndex(parsing: index.bytes).manifests.filter(\.mediaType.isManifest)
        } catch {
            throw ImageError(
                .badImage, reference.familiar,
                "cannot use \(reference.familiar): its index is damaged: \(plainText("\(error)"))")
        }
    }

    /// The images that a name of a registry means, as members of a list: one for `platform`, this machine's without, or
    /// with `all` each that an index has.
    public func members(
        of reference: ImageReference, for platform: Platform? = nil, all: Bool = false
    ) throws(ImageError) -> [ImageList.Member] {
        let document = try document(reference)
        func failure(_ words: String) -> ImageError {
            ImageError(.badImage, reference.familiar, "cannot use \(reference.familiar): \(plainText(words))")
        }
        func member(_ descriptor: ContentDescriptor) -> ImageList.Member {
            var origin = reference
            origin.tag = nil
            origin.digest = descriptor.digest
            return ImageList.Member(
                image: all ? origin.familiar : reference.familiar, descriptor: descriptor, origin: origin)
        }
        do {
            if document.mediaType.isIndex {
                let index = try ImageIndex(parsing: document.bytes)
                let images = PlatformChoice.images(among: index.manifests).filter(\.mediaType.isManifest)
                if all { return images.map { member($0) } }
                let wanted = platform ?? .current
                guard let found = PlatformChoice.choose(among: images, for: wanted, isAsked: platform != nil) else {
                    throw failure("there is none for \(wanted) in it: write --all for all of its images")
                }
                return [member(found)]
            }
            guard document.mediaType.isManifest else {
                throw failure("it is of the kind \(document.mediaType), which is no image")
            }
            let manifest = try ImageManifest(parsing: document.bytes)
            let text = try blob(
                manifest.configuration, of: reference, limit: PullWork.mostConfigurationBytes)
            var descriptor = document.descriptor
            descriptor.platform = try ImageConfiguration(parsing: text).platform
            return [member(descriptor)]
        } catch let error as ImageError {
            throw error
        } catch {
            throw failure("one of its documents is damaged: \(error)")
        }
    }
}
