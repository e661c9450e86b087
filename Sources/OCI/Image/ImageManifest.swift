// SPDX-License-Identifier: Apache-2.0

/// The manifest of one image for one machine: its configuration and its layers, lowest first (image-spec, manifest.md).
public struct ImageManifest: Hashable, Sendable {
    public var configuration: ContentDescriptor
    public var layers: [ContentDescriptor]
    public var annotations: [String: String]
    /// The specification's, or docker's, which differs in names alone.
    public var mediaType = MediaType.manifest

    public init(configuration: ContentDescriptor, layers: [ContentDescriptor], annotations: [String: String] = [:]) {
        self.configuration = configuration
        self.layers = layers
        self.annotations = annotations
    }

    private static let kind = "image manifest"

    public init(parsing bytes: [UInt8]) throws(ImageFormatError) {
        let json = try JSON(document: bytes, kind: Self.kind)
        let version = try json.required("schemaVersion", Self.kind) { $0.int }
        guard version == 2 else {
            throw ImageFormatError(.badMember, Self.kind, "\"schemaVersion\" is \(version), only 2 is supported")
        }
        guard let member = json["config"] else {
            throw ImageFormatError(.badMember, Self.kind, "\"config\" is missing")
        }
        configuration = try ContentDescriptor(member)
        layers = []
        for layer in try json.required("layers", Self.kind, { $0.array }) {
            layers.append(try ContentDescriptor(layer))
        }
        annotations = try json.optional("annotations", Self.kind) { $0.dictionary } ?? [:]
        if let type = try json.optional("mediaType", Self.kind, { $0.string }) { mediaType = MediaType(rawValue: type) }
    }

    public var json: JSON {
        var result: JSON = [
            "schemaVersion": 2, "mediaType": .string(mediaType.rawValue), "config": configuration.json,
            "layers": .array(layers.map(\.json)),
        ]
        if !annotations.isEmpty { result["annotations"] = JSON(annotations) }
        return result
    }
}

/// A list of manifests: the images of a layout, or one image for several machines (image-spec, image-index.md).
public struct ImageIndex: Hashable, Sendable {
    public var manifests: [ContentDescriptor]

    public init(manifests: [ContentDescriptor] = []) { self.manifests = manifests }

    private static let kind = "image index"

    public init(parsing bytes: [UInt8]) throws(ImageFormatError) {
        let json = try JSON(document: bytes, kind: Self.kind)
        manifests = []
        for manifest in try json.required("manifests", Self.kind, { $0.array }) {
            manifests.append(try ContentDescriptor(manifest))
        }
    }

    public var json: JSON {
        [
            "schemaVersion": 2, "mediaType": .string(MediaType.index.rawValue),
            "manifests": .array(manifests.map(\.json)),
        ]
    }
}
