// SPDX-License-Identifier: Apache-2.0
public import Linux

/// A mount that was asked for.
public struct MountRequest: Hashable, Sendable {
    public enum Source: Hashable, Sendable {
        /// A file or directory of the host's.
        case tree(HostTree)
        /// The layers of an image, stacked, which nobody can write to.
        case image(ImageTree)
        /// A file system that only the host's root can mount, as one on a disk.
        case hosted(HostedFileSystem)
        /// What a process of another mount namespace sees: all of it, or a file system in memory that it has somewhere.
        case root(ProcessRoot)
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
    /// What of it is shown, resolved inside of it: a link there leads nowhere else; nil for all.
    public var subpath: String?
    /// The volume that it is, if that begins with what the root has at the target.
    public var fresh: FreshVolume?

    public init(
        path: String, isDirectory: Bool, isRecursive: Bool, owners: OwnerMapping? = nil,
        propagation: Propagation? = .private, subpath: String? = nil, fresh: FreshVolume? = nil
    ) {
        self.subpath = subpath
        self.fresh = fresh
        self.path = path
        self.isDirectory = isDirectory
        self.isRecursive = isRecursive
        self.owners = owners
        self.propagation = propagation
    }
}

/// A volume that nothing was put in yet.
public struct FreshVolume: Hashable, Sendable {
    /// The directory of the host's that has its files below `_data`. Absolute.
    public var directory: String
    /// Whether what is put in outlives a cut of power.
    public var isDurable: Bool
    public init(directory: String, isDurable: Bool) {
        self.directory = directory
        self.isDurable = isDurable
    }
}

/// The layers of an image, to be shown beside the container's own.
public struct ImageTree: Hashable, Sendable {
    /// What people call it, for messages.
    public var name: String
    /// Directories of unpacked layers, the topmost first.
    public var layers: [String]
    /// A directory of it, resolved inside of it; nil for all.
    public var subpath: String?
    public init(name: String, layers: [String], subpath: String? = nil) {
        self.name = name
        self.layers = layers
        self.subpath = subpath
    }
}

/// What a process sees as its root, with all that is mounted below, or at another of its paths.
public struct ProcessRoot: Hashable, Sendable {
    public var process: Int32
    /// By ``ProcessTimes/start(of:)``: no other process that has the number by then is taken for it.
    public var startTime: UInt64
    /// What people call it, for messages: a container's name.
    public var name: String
    /// `/`, or the path of a file system in memory (tmpfs), of which nothing mounted below is taken.
    public var path: String
    public init(process: Int32, startTime: UInt64, name: String, path: String = "/") {
        self.process = process
        self.startTime = startTime
        self.name = name
        self.path = path
    }
}

/// A file system that the host's root mounts where nobody sees it, for the container.
public struct HostedFileSystem: Hashable, Sendable {
    public var fileSystem: NewFileSystem
    /// Whether owners are shown as the container's user namespace has them.
    public var isMapped: Bool
    public init(_ fileSystem: NewFileSystem, isMapped: Bool) {
        self.fileSystem = fileSystem
        self.isMapped = isMapped
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
