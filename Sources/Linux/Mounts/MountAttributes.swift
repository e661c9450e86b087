// SPDX-License-Identifier: Apache-2.0
internal import CLinux

/// What a mount allows: the `MOUNT_ATTR_` flags of mount_setattr(2).
public struct MountAttributes: OptionSet, Hashable, Sendable {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    public static let readOnly = MountAttributes(rawValue: UInt64(MOUNT_ATTR_RDONLY))
    public static let noSetUserID = MountAttributes(rawValue: UInt64(MOUNT_ATTR_NOSUID))
    public static let noDevices = MountAttributes(rawValue: UInt64(MOUNT_ATTR_NODEV))
    public static let noExecute = MountAttributes(rawValue: UInt64(MOUNT_ATTR_NOEXEC))
    public static let noAccessTime = MountAttributes(rawValue: UInt64(MOUNT_ATTR_NOATIME))
    public static let strictAccessTime = MountAttributes(rawValue: UInt64(MOUNT_ATTR_STRICTATIME))

    /// nosuid, nodev and noexec.
    public static let inert: MountAttributes = [.noSetUserID, .noDevices, .noExecute]

    /// The options as mount(8) writes them.
    public var names: [String] {
        let table: [(MountAttributes, String)] = [
            (.readOnly, "ro"), (.noSetUserID, "nosuid"), (.noDevices, "nodev"), (.noExecute, "noexec"),
            (.noAccessTime, "noatime"), (.strictAccessTime, "strictatime"),
        ]
        return table.filter { contains($0.0) }.map(\.1)
    }
}

/// How mounts and unmounts below a mount reach its peers: mount_namespaces(7).
public enum Propagation: String, Hashable, Sendable {
    case `private`
    case slave
    case shared
    case unbindable

    var flag: UInt64 {
        switch self {
        case .private: 1 << 18
        case .slave: 1 << 19
        case .shared: 1 << 20
        case .unbindable: 1 << 17
        }
    }
}
