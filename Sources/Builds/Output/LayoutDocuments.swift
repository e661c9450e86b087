// SPDX-License-Identifier: Apache-2.0
internal import Compression
internal import OCI

/// The documents of an image layout that has one image: what is in `index.json`, and the blobs that are small.
///
/// Everything follows from the manifest, so it is made before a byte is written. Names and attestations are as BuildKit
/// writes them, which docker and containerd read.
struct LayoutDocuments {
    /// A document, and the descriptor by which others name it.
    struct Document: Hashable {
        var descriptor: ContentDescriptor
        var bytes: [UInt8]

        init(_ bytes: [UInt8], _ type: MediaType, annotations: [String: String] = [:], platform: Platform? = nil) {
            self.bytes = bytes
            descriptor = ContentDescriptor(
                mediaType: type, digest: Digest(sha256: SHA256.digest(of: bytes)), size: Int64(bytes.count),
                annotations: annotations, platform: platform)
        }
    }

    /// What the image is found by: its manifest, or an index with that and the attestations.
    private(set) var root: Document
    /// All documents but `index.json`.
    private(set) var documents: [Document]
    private let names: [ImageReference]
    private let hasWholeNames: Bool
    private let created: String?
    private let rootAnnotations: [String: String]

    /// - Parameters:
    ///   - manifest: the bytes of the image's manifest.
    ///   - configuration: those of its configuration.
    ///   - hasWholeNames: whether the specification's annotation has more than the tag, which podman reads.
    ///   - created: the time that the list of images says, as RFC 3339 writes it.
    init(
        manifest: [UInt8], configuration: [UInt8], platform: Platform, names: [ImageReference],
        annotations: [ImageAnnotation] = [], attestations: [Attestation] = [], hasWholeNames: Bool = false,
        created: String? = nil
    ) {
        func values(_ place: ImageAnnotation.Place) -> [String: String] {
            var result: [String: String] = [:]
            for annotation in annotations where annotation.place == place { result[annotation.key] = annotation.value }
            return result
        }
        self.names = names
        self.hasWholeNames = hasWholeNames
        self.created = created
        rootAnnotations = values(.indexDescriptor)
        let image = Document(manifest, .manifest, annotations: values(.manifestDescriptor), platform: platform)
        documents = [Document(configuration, .configuration), image]
        root = image
        guard !attestations.isEmpty || !values(.index).isEmpty else { return }

        var manifests = [image.descriptor]
        if !attestations.isEmpty {
            let (attestation, parts) = Self.attestation(attestations, of: image, platform, names)
            documents += parts + [attestation]
            manifests.append(attestation.descriptor)
        }
        var index = ImageIndex(manifests: manifests).json
        if !values(.index).isEmpty { index["annotations"] = JSON(values(.index)) }
        root = Document(index.bytes(), .index)
        documents.append(root)
    }

    /// - Parameters:
    ///   - list: what an index of several images lists.
    ///   - images: the documents of these.
    init(list: [ContentDescriptor], images: [LayoutDocuments], names: [ImageReference]) {
        root = Document(ImageIndex(manifests: list).json.bytes(), .index)
        documents = images.flatMap(\.documents) + [root]
        self.names = names
        hasWholeNames = true
        created = nil
        rootAnnotations = [:]
    }

    /// `index.json`, with a line a name. What `existing` lists under other names stays.
    func list(keeping existing: [ContentDescriptor] = []) -> JSON { index(keeping: existing).json }

    /// The same as a value.
    func index(keeping existing: [ContentDescriptor] = []) -> ImageIndex {
        let mine = descriptors
        let taken = Set(mine.compactMap { $0.annotations[Self.fullNameKey] })
        let kept = existing.filter { old in
            guard let name = old.annotations[Self.fullNameKey] ?? old.annotations[Self.tagKey] else {
                return old.digest != root.descriptor.digest
            }
            return !taken.contains(name)
        }
        return ImageIndex(manifests: kept + mine)
    }

    private var descriptors: [ContentDescriptor] {
        var descriptor = root.descriptor
        descriptor.annotations.merge(rootAnnotations) { $1 }
        if let created { descriptor.annotations["org.opencontainers.image.created"] = created }
        guard !names.isEmpty else { return [descriptor] }
        return names.map { name in
            var named = descriptor
            named.annotations[Self.fullNameKey] = name.canonical
            named.annotations[Self.tagKey] = hasWholeNames ? name.canonical : name.tag ?? "latest"
            return named
        }
    }

    /// containerd's, which has the whole name, and the specification's, which is the tag alone for most tools.
    private static let fullNameKey = "io.containerd.image.name"
    private static let tagKey = "org.opencontainers.image.ref.name"
}

extension LayoutDocuments {
    private static let attestationType = "application/vnd.docker.attestation.manifest.v1+json"
    private static let emptyType = MediaType(rawValue: "application/vnd.oci.empty.v1+json")
    private static let statementType = MediaType(rawValue: "application/vnd.in-toto+json")

    /// The manifest of what is said about `image`, and its parts: BuildKit's docs/attestations/attestation-storage.md,
    /// and image-spec, manifest.md, "Guidelines for Artifact Usage".
    private static func attestation(
        _ attestations: [Attestation], of image: Document, _ platform: Platform, _ names: [ImageReference]
    ) -> (manifest: Document, parts: [Document]) {
        let subjects = self.subjects(image.descriptor.digest, platform, names)
        let statements = attestations.map { attestation in
            Document(
                attestation.statement(about: subjects).bytes(), statementType,
                annotations: ["in-toto.io/predicate-type": attestation.predicateType])
        }
        let empty = Document(Array("{}".utf8), emptyType)
        var configuration = empty.descriptor.json
        configuration["data"] = "e30="
        let subject = ContentDescriptor(
            mediaType: image.descriptor.mediaType, digest: image.descriptor.digest, size: image.descriptor.size)
        let manifest: JSON = [
            "schemaVersion": 2, "mediaType": .string(MediaType.manifest.rawValue),
            "artifactType": .string(attestationType), "config": configuration,
            "layers": .array(statements.map(\.descriptor.json)), "subject": subject.json,
        ]
        let document = Document(
            manifest.bytes(), .manifest,
            annotations: [
                "vnd.docker.reference.digest": "\(image.descriptor.digest)",
                "vnd.docker.reference.type": "attestation-manifest",
            ], platform: Platform(os: "unknown", architecture: "unknown"))
        return (document, [empty] + statements)
    }

    /// The image by its names, as package URLs.
    private static func subjects(
        _ digest: Digest, _ platform: Platform, _ names: [ImageReference]
    ) -> [Attestation.Subject] {
        guard !names.isEmpty else { return [Attestation.Subject(name: "_", digest: digest)] }
        return names.map { name in
            Attestation.Subject(name: name.packageURL(platform), digest: digest)
        }
    }
}

extension ImageReference {
    /// `pkg:docker/alpine@3.18?platform=linux%2Famd64`: purl-spec, types/docker-definition.
    func packageURL(_ platform: Platform) -> String {
        var result: [UInt8] = []
        for byte in "\(platform)".utf8 {
            if byte == UInt8(ascii: "/") { result += "%2F".utf8 } else { result.append(byte) }
        }
        return "pkg:docker/\(familiarName)@\(tag ?? "latest")?platform=\(String(decoding: result, as: UTF8.self))"
    }
}
