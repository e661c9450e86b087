// SPDX-License-Identifier: Apache-2.0
public import OCI

/// Where an image is in an OCI image layout: `oci-layout://PATH[:TAG|@DIGEST]`, as BuildKit writes it.
public struct LayoutReference: Hashable, Sendable, CustomStringConvertible {
    public static let scheme = "oci-layout://"

    public var path: String
    /// Nil for the one that is called `latest`, or is the only one.
    public var tag: String?
    /// Of a manifest or an index.
    public var digest: Digest?

    /// Reads what is written with or without the scheme. A colon in front of a slash belongs to the path.
    public init(_ text: String) throws(ImageError) {
        var rest = text.hasPrefix(Self.scheme) ? text.dropFirst(Self.scheme.count) : text[...]
        let slash = UInt8(ascii: "/")
        if let at = rest.utf8.lastIndex(of: UInt8(ascii: "@")), !rest.utf8[at...].contains(slash) {
            do throws(ImageFormatError) { digest = try Digest(String(rest[rest.utf8.index(after: at)...])) } catch {
                throw ImageError(.badReference, text, "cannot use \(text)", cause: error)
            }
            rest = rest[..<at]
        }
        if let colon = rest.utf8.lastIndex(of: UInt8(ascii: ":")), !rest.utf8[colon...].contains(slash) {
            tag = String(rest[rest.utf8.index(after: colon)...])
            rest = rest[..<colon]
        }
        guard !rest.isEmpty, tag != "" else {
            throw ImageError(
                .badReference, text, "cannot use \(text): write \(Self.scheme)PATH, PATH:TAG or PATH@sha256:DIGEST")
        }
        path = String(rest)
    }

    public var description: String {
        Self.scheme + path + (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "")
    }
}
