// SPDX-License-Identifier: Apache-2.0
public import Linux

/// A file or directory that a source of COPY, ADD or `RUN --mount` leads to.
public struct SelectedPath: Hashable, Sendable {
    /// Where it is below the tree's root: no link is on the way, nor is it one itself. Empty for the root.
    ///
    /// It is opened with ``resolution``, so that a link that has come in between since is an error and not followed.
    public var place: FileName
    /// What it is called in a directory that it is copied into: the last part of what was written or of what a pattern
    /// matched, of a link the link's. Empty for the root.
    public var name: FileName
    public var status: FileStatus

    /// How ``place`` is opened.
    public static let resolution: Resolution = [.beneath, .noSymlinks, .noMagicLinks]

    public var isDirectory: Bool { status.isDirectory }
}

/// Which of the files below a directory are meant, beside the tree's own filter.
public struct WalkRules: Hashable, Sendable {
    /// Only what matches this pattern or is in a directory that does, as in `.dockerignore`: what stands behind the
    /// pivot of `--parents`. nil for everything.
    public var included: String?
    /// `--exclude`. Paths are below the directory that is walked.
    public var excluded: IgnoreFilter

    public static let everything = WalkRules(included: nil, excluded: IgnoreFilter(patterns: []))

    public init(included: String?, excluded: IgnoreFilter) {
        self.included = included
        self.excluded = excluded
    }
}

/// What one source of a COPY or ADD selects.
public struct SourceSelection: Hashable, Sendable {
    /// In the order of their bytes. A directory stands for what is in it. None where a pattern matched nothing, which
    /// is no error.
    public var paths: [SelectedPath]
    /// For walks below those of ``paths`` that are directories.
    public var rules: WalkRules
    /// `--parents`: the paths below the walked directory are kept.
    public var keepsParents: Bool
}
