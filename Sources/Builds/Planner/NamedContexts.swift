// SPDX-License-Identifier: Apache-2.0
internal import OCI

/// The contexts of `--build-context`, by what they stand for: a stage, or an image in any way of writing its name.
struct NamedContexts {
    private let sources: [String: (name: String, source: BuildRequest.ContextSource)]

    init(_ contexts: [String: BuildRequest.ContextSource]) {
        var sources: [String: (name: String, source: BuildRequest.ContextSource)] = [:]
        for (name, source) in contexts.sorted(by: { $0.key < $1.key }) { sources[Self.key(name)] = (name, source) }
        self.sources = sources
    }

    /// The context that takes the place of `name`. Two names cannot be taken.
    subscript(name: String) -> (name: String, source: BuildRequest.ContextSource)? {
        guard !["scratch", "context"].contains(name.lowercased()) else { return nil }
        return sources[Self.key(name)]
    }

    /// `docker.io/library/alpine:latest`, `alpine:latest` and `alpine` are one.
    private static func key(_ name: String) -> String {
        guard let reference = try? ImageReference(name.lowercased()) else { return name.lowercased() }
        let familiar = reference.familiar
        return familiar.hasSuffix(":latest") ? String(familiar.dropLast(7)) : familiar
    }
}
