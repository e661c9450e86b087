// SPDX-License-Identifier: Apache-2.0
internal import Images
public import OCI

extension ImageDescription {
    /// What `--metadata-file` has, in the words of docker buildx.
    public var metadata: JSON {
        var result: JSON = [
            "containerimage.config.digest": .string("\(configuration)"),
            "containerimage.descriptor": descriptor.json, "containerimage.digest": .string("\(descriptor.digest)"),
        ]
        if !names.isEmpty { result["image.name"] = .string(names.map(\.canonical).joined(separator: ",")) }
        return result
    }

    /// Writes the image's id, `sha256:HEX` and no line end, as `--iidfile` wants it.
    public func writeID(to path: String) throws(BuildError) {
        try Self.write(Array("\(configuration)".utf8), to: path)
    }

    /// Writes ``metadata``, as `--metadata-file` wants it, with the id under which the log of the build is kept.
    public func writeMetadata(to path: String, buildID: String? = nil) throws(BuildError) {
        var metadata = metadata
        if let buildID { metadata["minibox.build.id"] = .string(buildID) }
        try Self.write(metadata.bytes(pretty: true) + [UInt8(ascii: "\n")], to: path)
    }

    private static func write(_ bytes: [UInt8], to path: String) throws(BuildError) {
        let file = try OutputFile(.path(path))
        do throws(ImageError) { try file.write(bytes) } catch { throw BuildError(error) }
        try file.finish()
    }
}
