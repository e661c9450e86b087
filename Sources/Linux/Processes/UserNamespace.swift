// SPDX-License-Identifier: Apache-2.0

/// User namespaces that are made for their id maps alone: user_namespaces(7).
public enum UserNamespace {
    /// A new user namespace with these maps, each the text of `/proc/PID/uid_map` and `gid_map`.
    ///
    /// A process is in it while the maps are written, and ends then; the descriptor keeps the namespace. Only a process
    /// with one thread may call it.
    public static func make(users: String, groups: String) throws(SystemError) -> Descriptor {
        var pair = try MessageSocket.pair()
        let result = try Process.clone(into: .user)
        switch consume result {
        case .child:
            // Waits for the parent to close its end, which is also what its death does.
            if let end = pair.takeSecond() { _ = try? end.descriptor.read(upTo: 1) }
            CurrentProcess.exitImmediately(0)
        case .parent(let helper):
            let end = pair.takeFirst()
            defer { _ = try? helper.wait() }
            do throws(SystemError) {
                try Descriptor.open("/proc/\(helper.id)/uid_map", .writeOnly).write(users)
                try Descriptor.open("/proc/\(helper.id)/gid_map", .writeOnly).write(groups)
                let namespace = try Descriptor.open("/proc/\(helper.id)/ns/user", .readOnly)
                _ = consume end
                return namespace
            } catch {
                _ = consume end
                throw error
            }
        }
    }
}
