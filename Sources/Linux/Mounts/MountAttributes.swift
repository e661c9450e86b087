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
    public static let noDirectoryAccessTime = MountAttributes(rawValue: UInt64(MOUNT_ATTR_NODIRATIME))
    public static let noSymbolicLinks = MountAttributes(rawValue: UInt64(MOUNT_ATTR_NOSYMFOLLOW))
    /// The bits that together say when a file's time of access is noted: a number rather than flags, and 0, which is
    /// relatime, is the kernel's own choice.
    public static let accessTimeMode = MountAttributes(rawValue: UInt64(MOUNT_ATTR__ATIME))

    /// nosuid, nodev and noexec.
    public static let inert: MountAttributes = [.noSetUserID, .noDevices, .noExecute]

    private static let table: [(MountAttributes, name: String, opposite: String)] = [
        (.readOnly, "ro", "rw"), (.noSetUserID, "nosuid", "suid"), (.noDevices, "nodev", "dev"),
        (.noExecute, "noexec", "exec"), (.noAccessTime, "noatime", ""), (.strictAccessTime, "strictatime", ""),
        (.noDirectoryAccessTime, "nodiratime", "diratime"), (.noSymbolicLinks, "nosymfollow", "symfollow"),
    ]

    /// The options as mount(8) writes them.
    public var names: [String] { Self.table.filter { contains($0.0) }.map(\.name) }

    /// The options that take them away, as mount(8) writes them.
    fileprivate var opposites: [String] {
        Self.table.filter { contains($0.0) && !$0.opposite.isEmpty }.map(\.opposite)
    }
}

/// A change to what mounts allow: mount_setattr(2), `attr_set` and `attr_clr`. What is in neither stays as it is.
public struct MountAttributeChange: Hashable, Sendable {
    public private(set) var added: MountAttributes
    /// Without what is in ``added``, but for the bits of the access time's mode, which go all at once.
    public private(set) var removed: MountAttributes

    public init() {
        added = []
        removed = []
    }

    /// A change that adds alone.
    public init(adding attributes: MountAttributes) {
        self.init()
        add(attributes)
    }

    public var isEmpty: Bool { added.isEmpty && removed.isEmpty }

    /// Adds attributes, whatever was said of them before. A mode of the access time takes the place of any other.
    public mutating func add(_ attributes: MountAttributes) {
        if !attributes.intersection(.accessTimeMode).isEmpty {
            added.subtract(.accessTimeMode)
            removed.formUnion(.accessTimeMode)
        }
        added.formUnion(attributes)
        removed.subtract(attributes.subtracting(.accessTimeMode))
    }

    /// Takes attributes away, whatever was said of them before. A mode of the access time that is taken away leaves
    /// relatime; where another mode was asked for, that one stays.
    public mutating func remove(_ attributes: MountAttributes) {
        let mode = attributes.intersection(.accessTimeMode)
        let flags = attributes.subtracting(.accessTimeMode)
        added.subtract(flags)
        removed.formUnion(flags)
        let other = added.intersection(.accessTimeMode).subtracting(mode)
        if !mode.isEmpty && other.isEmpty { useRelativeAccessTime() }
    }

    /// Takes up relatime, the kernel's own mode of the access time.
    public mutating func useRelativeAccessTime() {
        added.subtract(.accessTimeMode)
        removed.formUnion(.accessTimeMode)
    }

    /// Leaves the access time's mode as it is, where relatime was asked for.
    public mutating func leaveRelativeAccessTime() {
        if added.isDisjoint(with: .accessTimeMode) { removed.subtract(.accessTimeMode) }
    }

    /// The options as mount(8) writes them.
    public var names: [String] {
        let saysMode = removed.contains(.accessTimeMode) && added.isDisjoint(with: .accessTimeMode)
        return added.names + removed.opposites + (saysMode ? ["relatime"] : [])
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
