// SPDX-License-Identifier: Apache-2.0

/// COPY or ADD, variables expanded.
public struct CopyOperation: Hashable, Sendable {
    public var sources: [Source]
    /// Absolute; with a slash at its end where it was written with one, or as `.`.
    public var destination: String
    /// `--chown` as it is written: names are looked up in the stage's files. nil keeps the source's (0:0 of a context).
    public var owner: String?
    /// `--chmod` as it is written: octal or symbolic.
    public var mode: String?
    /// `--link`: the layer does not depend on what is below it.
    public var isLink: Bool
    /// `--parents`.
    public var keepsParents: Bool
    /// `--exclude`, patterns as in `.dockerignore`.
    public var excludes: [String]
    /// Whether local archives are unpacked; nil for the instruction's own way (ADD: yes, of a URL: no; COPY: no).
    public var unpacks: Bool?
    /// ADD rather than COPY.
    public var isAdd: Bool

    public enum Source: Hashable, Sendable {
        /// A path or pattern below the root of a tree: absolute, without `..` and without a slash at its end. Where
        /// parents are kept, `/./` stands once in it, between what is left out and what is kept.
        case path(String, of: TreeReference)
        case inline(InlineFile)
        /// `checksum` is `sha256:HEX`.
        case url(String, checksum: String?)
        /// A repository: see ``GitReference``. `checksum` is the start of a commit's id.
        case git(String, keepsDirectory: Bool, checksum: String?)
    }

    public init(
        sources: [Source], destination: String, owner: String? = nil, mode: String? = nil, isLink: Bool = false,
        keepsParents: Bool = false, excludes: [String] = [], unpacks: Bool? = nil, isAdd: Bool = false
    ) {
        self.sources = sources
        self.destination = destination
        self.owner = owner
        self.mode = mode
        self.isLink = isLink
        self.keepsParents = keepsParents
        self.excludes = excludes
        self.unpacks = unpacks
        self.isAdd = isAdd
    }
}
