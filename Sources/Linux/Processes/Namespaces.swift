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
    public static var named: [(kind: Namespaces, name: String)] { kinds.map { ($0, $0.kindName) } }

    /// The kinds, in the same order.
    public static var kinds: [Namespaces] { [.user, .mount, .pid, .network, .ipc, .uts, .cgroup, .time] }

    /// The place of a kind among ``kinds``; nil for what is none.
    public var place: Int? { Self.kinds.firstIndex { $0.rawValue == rawValue } }

    /// The name of a kind, as in `/proc/PID/ns`; of a set of several, that of none.
    private var kindName: String {
        switch rawValue {
        case Self.user.rawValue: "user"
        case Self.mount.rawValue: "mnt"
        case Self.pid.rawValue: "pid"
        case Self.network.rawValue: "net"
        case Self.ipc.rawValue: "ipc"
        case Self.uts.rawValue: "uts"
        case Self.cgroup.rawValue: "cgroup"
        case Self.time.rawValue: "time"
        default: "none"
        }
    }

    /// The names of the members, as in `/proc/PID/ns`.
    public var names: [String] {
        var names: [String] = []
        for kind in Self.kinds where contains(kind) { names.append(kind.kindName) }
        return names
    }

    /// The set of the kinds of these names; others are left out.
    public init(names: [String]) {
        self = []
        for kind in Self.kinds where names.contains(kind.kindName) { insert(kind) }
    }
}

extension Namespaces: CustomStringConvertible {
    /// `user+mnt+pid`.
    public var description: String { isEmpty ? "none" : names.joined(separator: "+") }
}
