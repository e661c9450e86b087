// SPDX-License-Identifier: Apache-2.0
public import OCI

/// What checks depend on beside the Dockerfile.
public struct CheckInput {
    /// `--build-arg`: of two of one name the later counts. BUILDKIT_DOCKERFILE_CHECK among them takes the place of
    /// `# check=`.
    public var arguments: [(name: String, value: String)] = []
    /// `--target`.
    public var target: String?
    /// The machine that builds, and for which is built.
    public var machine = Platform.current
    /// The stages that are built, by their place in the Dockerfile; nil for all. Of others only what is wrong whether
    /// or not they are built is found.
    public var stages: Set<Int>?
    /// Whether the ignore file leaves a path of the context out. nil where there is none, or it takes paths back in:
    /// then nobody can tell from the path alone. Of `.`, whether nothing is left.
    public var isIgnored: (String) -> Bool? = { _ in nil }
    /// The configuration of a base image, by its name in FROM with variables expanded; nil where it is not known here.
    public var image: (String) -> ImageConfiguration? = { _ in nil }

    public init() {}

    /// The verdict of an ignore file for ``isIgnored``.
    public static func verdict(of filter: IgnoreFilter) throws(BuildError) -> (String) -> Bool? {
        guard !filter.isEmpty, !filter.patterns.contains(where: \.isException) else { return { _ in nil } }
        let matcher = try IgnoreMatcher(filter)
        let leavesNothing = filter.patterns.contains { ["*", "**", "**/*"].contains($0.text) }
        return { path in
            if path == "." { return leavesNothing }
            var matcher = matcher
            return matcher.isExcluded(Array(path.utf8))
        }
    }
}
