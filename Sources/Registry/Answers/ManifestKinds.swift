// SPDX-License-Identifier: Apache-2.0

/// What a manifest may be.
public enum ManifestKinds {
    /// The most that is taken of one (distribution-spec, "Pulling manifests"; containerd's limit is twice that).
    public static let limit = 4 << 20

    /// `Accept`: everything there is, so that a registry converts nothing.
    public static let accept = [
        "application/vnd.oci.image.index.v1+json", "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.docker.distribution.manifest.v2+json", "*/*",
    ].joined(separator: ", ")

    /// A media type without its parameters, in lower case; nil where there is none.
    public static func mediaType(_ contentType: String?) -> String? {
        guard let contentType else { return nil }
        let text = contentType.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
        return text.isEmpty ? nil : printable(text, limit: 255)
    }
}
