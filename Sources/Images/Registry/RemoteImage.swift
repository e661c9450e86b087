// SPDX-License-Identifier: Apache-2.0
internal import Compression
internal import Linux
public import OCI
internal import Registry

/// An image of a registry as its documents describe it, each proven by its digest.
struct RemoteImage {
    /// Of what the reference led to.
    var digest: Digest
    /// As it was received.
    var manifestBytes: [UInt8]
    var manifestType: MediaType
    var manifest: ImageManifest
    var configurationBytes: [UInt8]
    var configuration: ImageConfiguration
    /// By the layer's number: where a layer may be had that the registry has not.
    var addresses: [Int: [String]]

    var manifestDigest: Digest { Digest(of: manifestBytes) }
}

extension PullWork {
    /// What distribution-spec wants registries to take at the least; nobody has larger ones.
    static let mostManifestBytes: Int64 = 4 << 20
    static let mostConfigurationBytes: Int64 = 16 << 20
    private static let mostLevels = 4
    private static let mostLayers = 2000

    /// Follows the reference to an image for the machine.
    func resolve() throws(ImageError) -> RemoteImage {
        var (bytes, type) = try document(request.registryReference, digest: request.reference.digest, size: nil)
        let first = Digest(of: bytes)
        for _ in 0..<Self.mostLevels {
            switch type {
            case .manifest, .dockerManifest:
                return try image(first, bytes, type)
            case .index, .dockerIndex:
                let index = try parsing { () throws(ImageFormatError) in try ImageIndex(parsing: bytes) }
                let next = try choose(index)
                (bytes, type) = try document("\(next.digest)", digest: next.digest, size: next.size)
            default:
                throw failure(.badImage, "it is of the kind \(plain(type.rawValue)), which is no image")
            }
        }
        throw failure(.badImage, "its indexes lead to other indexes")
    }

    private func choose(_ index: ImageIndex) throws(ImageError) -> ContentDescriptor {
        let wanted = request.platform ?? .current
        if let found = PlatformChoice.choose(
            among: index.manifests, for: wanted, isAsked: request.platform != nil)
        {
            return found
        }
        let others = Set(PlatformChoice.images(among: index.manifests).compactMap { $0.platform.map { "\($0)" } })
        throw failure(
            .badImage,
            others.isEmpty
                ? "there is no image in it"
                : "there is none for \(wanted): there is one for \(plain(others.sorted().joined(separator: ", ")))")
    }

    /// A manifest or an index. Its bytes are those of `digest`, if that is known, or else those that the registry says.
    private func document(
        _ reference: String, digest: Digest?, size: Int64?
    ) throws(ImageError) -> (bytes: [UInt8], type: MediaType) {
        documents += 1
        let file = "manifest-\(documents)"
        let outcome = try wait(
            for: fetch.ask(.manifest(request.repository, reference: reference, file: file)), "cannot pull \(name)")
        let bytes = try contents(of: file, size: size, limit: Self.mostManifestBytes)
        let found = Digest(of: bytes)
        if let digest, digest != found { throw damaged("the manifest \(digest)") }
        if digest == nil, let said = outcome.digest, said != "\(found)" { throw damaged("its manifest") }
        return (bytes, MediaType(of: bytes, saidToBe: outcome.mediaType))
    }

    private func image(_ first: Digest, _ bytes: [UInt8], _ type: MediaType) throws(ImageError) -> RemoteImage {
        let manifest = try parsing { () throws(ImageFormatError) in try ImageManifest(parsing: bytes) }
        guard manifest.layers.count <= Self.mostLayers else {
            throw failure(.badImage, "it has \(manifest.layers.count) layers, and \(Self.mostLayers) is the most")
        }
        var addresses: [Int: [String]] = [:]
        let members = (try? JSON(parsing: bytes))?["layers"]?.array ?? []
        for (number, layer) in manifest.layers.enumerated() {
            if layer.mediaType.isForeignLayer {
                addresses[number] = members[number]["urls"]?.strings ?? []
            } else if !layer.mediaType.isLayer {
                throw failure(
                    .badImage,
                    "\(layer.digest) is of the kind \(plain(layer.mediaType.rawValue)), which is no layer of files")
            }
        }
        let described = manifest.configuration
        guard described.size <= Self.mostConfigurationBytes else {
            throw failure(.badImage, "its configuration is larger than \(Self.mostConfigurationBytes) bytes")
        }
        let file = described.digest.hex
        _ = try wait(
            for: fetch.ask(
                .blob(
                    request.repository, digest: described.digest, size: described.size, file: file, addresses: [])),
            "cannot pull \(name)")
        let text = try contents(of: file, size: described.size, limit: Self.mostConfigurationBytes)
        guard Digest(of: text) == described.digest else { throw damaged("its configuration") }
        let configuration = try parsing { () throws(ImageFormatError) in try ImageConfiguration(parsing: text) }
        guard configuration.diffIDs.count == manifest.layers.count else {
            throw failure(
                .badImage,
                "it has \(manifest.layers.count) layers and \(configuration.diffIDs.count) digests of their contents")
        }
        if let asked = request.platform, !isFit(configuration.platform, for: asked) {
            throw failure(.badImage, "there is none for \(asked): there is one for \(configuration.platform)")
        }
        return RemoteImage(
            digest: first, manifestBytes: bytes, manifestType: type, manifest: manifest, configurationBytes: text,
            configuration: configuration, addresses: addresses)
    }

    private func isFit(_ platform: Platform, for asked: Platform) -> Bool {
        PlatformChoice.choose(
            among: [ContentDescriptor(mediaType: .manifest, digest: Digest(of: []), size: 0, platform: platform)],
            for: asked, isAsked: true) != nil
    }

    /// A small file of the program's, as it is from here on.
    private func contents(of file: String, size: Int64?, limit: Int64) throws(ImageError) -> [UInt8] {
        let own = FileName("document-\(documents)-\(file)")
        let opened = try fetch.accept(file, as: own, in: staging.directory, size: size, limit: limit)
        return try wrapping({ [path = staging.path] in .read("\(path)/\(own)", $0) }) { () throws(SystemError) in
            try opened.readAll(limit: Int(limit), expecting: Int(min(limit, 1 << 20)))
        }
    }

    private func parsing<R>(_ body: () throws(ImageFormatError) -> R) throws(ImageError) -> R {
        do { return try body() } catch {
            throw failure(.badImage, "one of its documents is damaged: \(plain("\(error)"))")
        }
    }

    func damaged(_ what: String) -> ImageError {
        failure(.damaged, "\(what) has another digest than it was said to have")
    }
}

extension MediaType {
    public static let dockerManifest = MediaType(
        rawValue: "application/vnd.docker.distribution.manifest.v2+json")
    public static let dockerIndex = MediaType(
        rawValue: "application/vnd.docker.distribution.manifest.list.v2+json")

    private static let ociLayers = "application/vnd.oci.image.layer.v1.tar"
    private static let dockerLayers = "application/vnd.docker.image.rootfs.diff.tar"
    private static let ociForeign = "application/vnd.oci.image.layer.nondistributable.v1.tar"
    private static let dockerForeign = "application/vnd.docker.image.rootfs.foreign.diff.tar"

    /// Of a manifest or an index: what is in it says it, or else the header of the answer.
    init(of bytes: [UInt8], saidToBe said: String?) {
        let json = try? JSON(parsing: bytes)
        var type = json?["mediaType"]?.string ?? said ?? ""
        if json?["mediaType"] == nil {
            // The header says it, but for what it says of all files; then the members do.
            if json?["manifests"]?.array != nil { type = MediaType.index.rawValue }
            if json?["layers"]?.array != nil, type != MediaType.dockerManifest.rawValue {
                type = MediaType.manifest.rawValue
            }
        }
        self.init(rawValue: type)
    }

    var isManifest: Bool { self == .manifest || self == .dockerManifest }

    var isIndex: Bool { self == .index || self == .dockerIndex }

    /// Whether it is the archive of a layer, compressed or not.
    var isLayer: Bool { ending != nil }

    /// Whether it is a layer that registries need not have: image-spec, layer.md, "Non-Distributable Layers".
    var isForeignLayer: Bool { rawValue.hasPrefix(Self.ociForeign) || rawValue.hasPrefix(Self.dockerForeign) }

    /// The kind that the image specification calls it, whoever's word it is.
    var specified: MediaType {
        switch ending {
        case "": .layer
        case "gzip": .gzipLayer
        case "zstd": .zstdLayer
        default: self
        }
    }

    /// What a layer's archive is compressed with; nil for what is no layer.
    private var ending: Substring? {
        for prefix in [Self.ociLayers, Self.ociForeign] where rawValue.hasPrefix(prefix) {
            let rest = rawValue.dropFirst(prefix.count)
            return ["", "+gzip", "+zstd"].contains(rest) ? rest.drop { $0 == "+" } : nil
        }
        for prefix in [Self.dockerLayers, Self.dockerForeign] where rawValue.hasPrefix(prefix) {
            let rest = rawValue.dropFirst(prefix.count)
            return ["", ".gzip", ".zstd"].contains(rest) ? rest.drop { $0 == "." } : nil
        }
        return nil
    }
}
