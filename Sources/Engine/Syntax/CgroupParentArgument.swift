// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// The cgroup below which a container gets its own: `--cgroup-parent jobs/nightly`.
///
/// It is below the tree that is ours: the machine's, or in a container of another engine that one's own. A path with a slash
/// in front and one without are therefore the same; docker takes the latter from where its daemon is, and there is none.
public struct CgroupParentArgument: Hashable, Sendable, CustomStringConvertible {
    /// As it was written.
    public let description: String
    /// Names from the root of the tree on; never empty, and none of them leads anywhere but down.
    let names: [String]

    /// Below the root of the tree, with a slash in front.
    var path: String { names.map { "/\($0)" }.joined() }

    public init(parsing text: String) throws(SyntaxError) {
        let names = text.pathParts.filter { $0 != "." }.map(String.init)
        guard !names.isEmpty else {
            throw SyntaxError(text, "is the root of the cgroups", "name one below it, as in /jobs")
        }
        for name in names {
            guard name != "..", name.utf8.count <= 255, name.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                throw SyntaxError(text, "has a part that is no name of a cgroup", "write names, without '..'")
            }
            // Those have a dot after the name of a controller, and a cgroup of that name would be in their way.
            guard !name.hasPrefix("cgroup.") else {
                throw SyntaxError(text, "has the name of a control file", "do not begin a name with 'cgroup.'")
            }
        }
        if names[0] == "minibox", names.count > 1 {
            throw SyntaxError(
                text, "is the cgroup of a container, which goes with that container", "name one outside of /minibox")
        }
        if names[0] == "minibox-supervisors" {
            throw SyntaxError(text, "is the cgroup of the supervisors", "name another")
        }
        (description, self.names) = (text, names)
    }
}
