// SPDX-License-Identifier: Apache-2.0
public import Linux

extension CgroupTree {
    /// A leaf, beside those of containers, for processes that go on where the command that made them returns: what a session,
    /// a service manager or a runner of jobs removes with the command's own cgroup must not take them along, since
    /// containers would be left without them. It stays, as ``parent`` does.
    ///
    /// On a hybrid machine a service manager may look at a hierarchy of cgroup v1, which a process does not leave by this.
    /// - Returns: nil where there cannot be one.
    public func supervisors() -> Descriptor? {
        guard let root = try? Descriptor.open(mount, [.directory]) else { return nil }
        do throws(SystemError) { try root.makeDirectory(Self.supervisorsName) } catch {
            guard error.errno == .exists else { return nil }
        }
        return try? root.open(Self.supervisorsName, [.directory])
    }

    private static let supervisorsName = "minibox-supervisors"
}
