// SPDX-License-Identifier: Apache-2.0

/// What kind of document or archive some content is (image-spec, media-types.md).
public struct MediaType: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }

    public static let index = MediaType(rawValue: "application/vnd.oci.image.index.v1+json")
    public static let manifest = MediaType(rawValue: "application/vnd.oci.image.manifest.v1+json")
    public static let configuration = MediaType(rawValue: "application/vnd.oci.image.config.v1+json")
    public static let layer = MediaType(rawValue: "application/vnd.oci.image.layer.v1.tar")
    public static let gzipLayer = MediaType(rawValue: "application/vnd.oci.image.layer.v1.tar+gzip")
    public static let zstdLayer = MediaType(rawValue: "application/vnd.oci.image.layer.v1.tar+zstd")

    public var description: String { rawValue }
}

/// What a piece of content is, how long it is and its digest (image-spec, descriptor.md).
public struct ContentDescriptor: Hashable, Sendable {
    public var mediaType: MediaType
    public var digest: Digest
    /// In bytes.
    public var size: Int64
    public var annotations: [String: String]
    /// For which machine a manifest in an index is.
    public var platform: Platform?

    public init(
        mediaType: MediaType, digest: Digest, size: Int64, annotations: [String: String] = [:],
        platform: Platform? = nil
    ) {
        self.mediaType = mediaType
        self.digest = digest
        self.size = size
        self.annotations = annotations
        self.platform = platform
    }

    static let kind = "content descriptor"

    public init(_ json: JSON) throws(ImageFormatError) {
        mediaType = MediaType(rawValue: try json.required("mediaType", Self.kind) { $0.string })
        digest = try Digest(try json.required("digest", Self.kind) { $0.string })
        size = try json.required("size", Self.kind) { $0.int64 }
        guard size >= 0 else { throw ImageFormatError(.badMember, Self.kind, "\"size\" is negative") }
        annotations = try json.optional("annotations", Self.kind) { $0.dictionary } ?? [:]
        platform = try json["platform"].map { member throws(ImageFormatError) in try Platform(member) }
    }

    public var json: JSON {
        var result: JSON = [
            "mediaType": .string(mediaType.rawValue), "digest": .string("\(digest)"), "size": JSON(size),
        ]
        if !annotations.isEmpty { result["annotations"] = JSON(annotations) }
        if let platform { result["platform"] = platform.json }
        return result
    }
}

/// A kind of machine, in Go's words: `linux` and `amd64`, `arm64`, ... (image-spec, image-index.md).
public struct Platform: Hashable, Sendable, CustomStringConvertible {
    public var os: String
    public var architecture: String
    public var variant: String?

    public init(os: String, architecture: String, variant: String? = nil) {
        self.os = os
        self.architecture = architecture
        self.variant = variant
    }

    /// Whether an image for `other` is what is meant by this one: a variant has to be the same only where it is named.
    public func isFit(_ other: Platform) -> Bool {
        os == other.os && architecture == other.architecture && (variant == nil || variant == other.variant)
    }

    /// The machine this program was built for.
    public static var current: Platform {
        #if arch(x86_64)
            Platform(os: "linux", architecture: "amd64")
        #elseif arch(arm64)
            Platform(os: "linux", architecture: "arm64")
        #else
            #error("name this architecture as Go does")
        #endif
    }

    public init(_ json: JSON) throws(ImageFormatError) {
        os = try json.required("os", "platform") { $0.string }
        architecture = try json.required("architecture", "platform") { $0.string }
        variant = try json.optional("variant", "platform") { $0.string }
    }

    public var json: JSON {
        var result: JSON = ["architecture": .string(architecture), "os": .string(os)]
        if let variant { result["variant"] = .string(variant) }
        return result
    }

    /// `linux/arm64` or `linux/arm/v7`.
    public var description: String { variant.map { "\(os)/\(architecture)/\($0)" } ?? "\(os)/\(architecture)" }
}
