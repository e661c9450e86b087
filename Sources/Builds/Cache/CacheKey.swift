// SPDX-License-Identifier: Apache-2.0
internal import Compression
public import OCI

/// What the result of a step depends on, part by part: the same parts, the same result.
///
/// It is hashed in a canonical form, each label and value behind its length, so that no two lists of parts are written
/// alike. The parts themselves are kept, so that a miss can be explained by what differs.
public struct CacheKey: Hashable, Sendable {
    public struct Part: Hashable, Sendable {
        /// What it is, as an explanation names it: `the command`, `the variable CC`.
        public var label: String
        public var value: String
        public init(_ label: String, _ value: String) {
            self.label = label
            self.value = value
        }
    }

    public private(set) var parts: [Part] = []

    public init() {}

    public mutating func add(_ label: String, _ value: String) { parts.append(Part(label, value)) }

    /// SHA-256 of the canonical form.
    public var digest: Digest {
        var hash = SHA256()
        func take(_ text: String) {
            let bytes = Array(text.utf8)
            hash.update(Array("\(bytes.count):".utf8))
            hash.update(bytes)
        }
        for part in parts {
            take(part.label)
            take(part.value)
        }
        return Digest(sha256: hash.digest())
    }
}

/// The content of something that a step reads, as a worker found it.
public struct SelectedContent: Hashable, Sendable {
    /// `/src of the context`.
    public var label: String
    public var digest: Digest
    public init(label: String, digest: Digest) {
        self.label = label
        self.digest = digest
    }

    /// Content that is told by a text, as by the id of a commit.
    init(label: String, text: String) {
        self.init(label: label, digest: Digest(sha256: SHA256.digest(of: Array(text.utf8))))
    }
}
