// SPDX-License-Identifier: Apache-2.0
public import Linux

/// A mount that was asked for.
public struct MountRequest: Hashable, Sendable {
    public enum Source: Hashable, Sendable {
        /// A file or directory of the host's.
        case tree(HostTree)
        /// A file system of the container's own.
        case new(NewFileSystem)
        /// The container's own `/dev`, with the nodes of ``DeviceChoices``: a file system in memory.
        case ownDevices(NewFileSystem)
    }
    public var source: Source
    /// Absolute, inside the container.
    public var target: String
    /// For the mount itself.
    public var attributes = MountAttributeChange()
    /// For the mount and those below it.
    public var attributesBelow = MountAttributeChange()
    /// In order.
    public var propagation: [PropagationChange] = []
    /// Options that mean nothing here: those of a file system, where one is shown that is mounted already.
    public var idleOptions: [String] = []

    /// - Parameter attributes: what all that is shown forbids.
    public init(source: Source, target: String, attributes: MountAttributes) {
        self.source = source
        self.target = target
        if case .tree(let tree) = source, tree.isRecursive {
            attributesBelow.add(attributes)
        } else {
            self.attributes.add(attributes)
        }
    }
}

/// A file or directory of the host's, with what is mounted below it or without.
public struct HostTree: Hashable, Sendable {
    /// Absolute.
    public var path: String
    public var isDirectory: Bool
    public var isRecursive: Bool
    /// Who its files belong to in the container; nil leaves them whose they are.
    public var owners: OwnerMapping?
    /// Before anything that a ``MountRequest`` asks for; nil leaves it in its group of peers on the host.
    public var propagation: Propagation?

    public init(
        path: String, isDirectory: Bool, isRecursive: Bool, owners: OwnerMapping? = nil,
        propagation: Propagation? = .private
    ) {
        self.path = path
        self.isDirectory = isDirectory
        self.isRecursive = isRecursive
        self.owners = owners
        self.propagation = propagation
    }
}

/// How the owners of files are shown: mount_setattr(2), MOUNT_ATTR_IDMAP.
public struct OwnerMapping: Hashable, Sendable {
    public enum Map: Hashable, Sendable {
        /// That of the container's user namespace.
        case container
        /// One of the mount's own.
        case own(users: IDMap, groups: IDMap)
    }
    public var map: Map
    public var isRecursive: Bool
    public init(_ map: Map, isRecursive: Bool) {
        self.map = map
        self.isRecursive = isRecursive
    }
}

/// A file system that is made for the container: filesystems(5).
public struct NewFileSystem: Hashable, Sendable {
    /// As `/proc/filesystems` has it.
    public var type: String
    /// What is mounted: a device, or for most types a name that only the table of mounts shows.
    public var source: String
    /// The type's own, as `size=64k`.
    public var options: [String]
    public var flags: FileSystemFlags
    /// Whether a file system in memory begins with what it covers.
    public var copiesUp: Bool

    public init(
        type: String, source: String? = nil, options: [String] = [], flags: FileSystemFlags = [],
        copiesUp: Bool = false
    ) {
        self.type = type
        self.source = source ?? type
        self.options = options
        self.flags = flags
        self.copiesUp = copiesUp
    }
}

extension MountRequest.Source {
    /// A file or directory of the host's; `isMapped` shows owners as the container's user namespace has them.
    public static func bind(
        path: String, isDirectory: Bool, isRecursive: Bool, isMapped: Bool, propagation: Propagation
    ) -> Self {
        .tree(
            HostTree(
                path: path, isDirectory: isDirectory, isRecursive: isRecursive,
                owners: isMapped ? OwnerMapping(.container, isRecursive: isRecursive) : nil, propagation: propagation))
    }

    /// An empty file system in memory; the options are tmpfs's own, as in tmpfs(5).
    public static func tmpfs(options: [String]) -> Self { .new(NewFileSystem(type: "tmpfs", options: options)) }

    /// A new file system of any type, with the type's own options.
    public static func fileSystem(type: String, options: [String]) -> Self {
        .new(NewFileSystem(type: type, options: options))
    }

    /// The container's own `/dev`: a file system in memory with these options.
    public static func devices(options: [String]) -> Self {
        .ownDevices(NewFileSystem(type: "tmpfs", options: options))
    }
}
