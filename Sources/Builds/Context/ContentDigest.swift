// SPDX-License-Identifier: Apache-2.0
public import OCI

/// What a selection of files contains, as far as a step that reads it can tell.
public struct ContentDigest: Sendable {
    /// The digest of ``manifest``: what a cache key is made of.
    public let digest: Digest
    /// File by file what the digest is made of, to say later what has changed.
    public let manifest: ContentManifest
    /// A digest of what `stat` told of all files, times included.
    let stamp: [UInt8]

    init(manifest: ContentManifest, stamp: [UInt8]) {
        self.manifest = manifest
        self.stamp = stamp
        digest = manifest.digest
    }

    /// Whether nothing was changed between the two times at which the digests were made, not even to something else and
    /// back.
    ///
    /// Files of a context are read where they are, while somebody may write them. So a step that has copied them digests
    /// them again (``ContentDigester`` reads little then): where this is false, what the step made is right for this
    /// build, as it would be had the file been written a moment earlier, but it must not be found under the key that the
    /// first digest went into.
    public func isUntouched(since first: ContentDigest) -> Bool {
        digest == first.digest && stamp == first.stamp
    }
}

/// What of the files counts.
public struct DigestRules: Hashable, Sendable {
    /// `--chmod`: permission bits count as they are after it.
    public var modeChange: ModeChange?
    /// Owners do not count, since others are set (`--chown`). Those of a context never do.
    public var ignoresOwners: Bool
    /// Whether the attributes of the selected directory count, and not only what is in it: of one that is mounted they
    /// do, of one that is copied they do not, since its contents go into a directory that is there or that is made 0755.
    public var includesTop: Bool

    public init(modeChange: ModeChange? = nil, ignoresOwners: Bool = false, includesTop: Bool = false) {
        self.modeChange = modeChange
        self.ignoresOwners = ignoresOwners
        self.includesTop = includesTop
    }
}
