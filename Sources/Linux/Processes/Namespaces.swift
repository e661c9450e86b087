// SPDX-License-Identifier: Apache-2.0
internal import CLinux

/// A set of kinds of namespace: namespaces(7), the `CLONE_NEW*` flags.
public struct Namespaces: OptionSet, Hashable, Sendable {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    public static let time = Namespaces(rawValue: UInt64(CLONE_NEWTIME))
    public static let mount = Namespaces(rawValue: UInt64(CLONE_NEWNS))
    public static let cgroup = Namespaces(rawValue: UInt64(CLONE_NEWCGROUP))
    public static let uts = Namespaces(rawValue: UInt64(CLONE_NEWUTS))
    public static let ipc = Namespaces(rawValue: UInt64(CLONE_NEWIPC))
    public static let user = Namespaces(rawValue: UInt64(CLONE_NEWUSER))
    public static let pid = Namespaces(rawValue: UInt64(CLONE_NEWPID))
    public static let network = Namespaces(rawValue: UInt64(CLONE_NEWNET))

    /// Each kind with the name that `/proc/PID/ns` has for it, in the order in which a process joins them.
    public static let named: [(kind: Namespaces, name: String)] = [
        (.user, "user"), (.mount, "mnt"), (.pid, "pid"), (.network, "net"), (.ipc, "ipc"), (.uts, "uts"),
        (.cgroup, "cgroup"), (.time, "time"),
    ]

    /// The names of the members, as in `/proc/PID/ns`.
    public var names: [String] { Self.named.filter { contains($0.kind) }.map(\.name) }
}

extension Namespaces: CustomStringConvertible {
    /// `user+mnt+pid`.
    public var description: String { isEmpty ? "none" : names.joined(separator: "+") }
}
