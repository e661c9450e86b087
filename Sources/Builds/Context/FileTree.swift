// SPDX-License-Identifier: Apache-2.0
public import Linux

/// A tree of files to copy from or to mount, as the operations see it: a context, an image or what a step left.
///
/// Everything is reached from ``root`` with `openat2` and `RESOLVE_IN_ROOT`.
public struct FileTree: ~Copyable {
    /// The tree's root: a directory of the host's, or a stack of layers that is mounted nowhere.
    public let root: Descriptor
    /// Which files there are to see; nil for all of them. Only a context has some.
    public let filter: IgnoreFilter?
    /// Whether owners count: of a context they do not, all is root's.
    public let keepsOwners: Bool
    /// For messages: `the context`, `stage build`, `image debian:latest`.
    public let name: String

    public init(root: consuming Descriptor, filter: IgnoreFilter? = nil, keepsOwners: Bool, name: String) {
        self.root = root
        self.filter = filter
        self.keepsOwners = keepsOwners
        self.name = name
    }
}
