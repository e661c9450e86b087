// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Where the files of a context are, for whoever opens it, in whatever process.
public struct ContextDescription: Hashable, Sendable {
    /// A directory of this machine's, absolute.
    public var path: String
    public var filter: IgnoreFilter
    /// For messages.
    public var name: String
    /// Whether the directory is the user's and will be there for the next build, so that it is worth to keep what is
    /// found out of its files: not one that was made for this build.
    public var isLasting: Bool
    /// How old what was fetched is, in seconds since 1970: the time of a commit, of the newest file of an archive, or of
    /// a file of a server. nil for a directory.
    public var time: Int64?

    public init(path: String, filter: IgnoreFilter, name: String, isLasting: Bool = true, time: Int64? = nil) {
        self.path = path
        self.filter = filter
        self.name = name
        self.isLasting = isLasting
        self.time = time
    }

    public func open() throws(BuildError) -> FileTree {
        do {
            return FileTree(
                root: try Descriptor.open(path, [.readOnly, .directory]), filter: filter, keepsOwners: false,
                name: name)
        } catch {
            throw BuildError(.missing, "cannot open \(name)", cause: error)
        }
    }
}
