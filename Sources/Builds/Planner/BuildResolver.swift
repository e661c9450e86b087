// SPDX-License-Identifier: Apache-2.0
public import OCI

/// Finds the images that a Dockerfile names.
public protocol BuildResolver {
    /// The image of a FROM, a `--from` or a named context: a name or an id as it is written, variables expanded, or
    /// `oci-layout://PATH[:TAG|@DIGEST]`. Asked once for each, and only for those that the target needs.
    func image(_ reference: String) throws(BuildError) -> ResolvedImage
}

/// An image that is there.
public struct ResolvedImage: Sendable {
    /// What the plan calls it, in ``TreeReference/image(_:)`` and ``BaseReference/image(_:)``.
    public var name: String
    public var configuration: ImageConfiguration

    public init(name: String, configuration: ImageConfiguration) {
        self.name = name
        self.configuration = configuration
    }
}
