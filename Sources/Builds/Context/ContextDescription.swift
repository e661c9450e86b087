// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Where the files of a context are, for whoever opens it, in whatever process.
public struct ContextDescription: Hashable, Sendable {
    /// A directory of this machine's.
    public var path: String
    public var filter: IgnoreFilter
    /// For messages.
    public var name: String

    public init(path: String, filter: IgnoreFilter, name: String) {
        self.path = path
        self.filter = filter
        self.name = name
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
