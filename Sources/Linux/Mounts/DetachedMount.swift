// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// A mount that no path shows: configured first, then attached. Let go unattached, it is unmounted.
public struct DetachedMount: ~Copyable, Sendable {
    /// The root of the mount.
    public let root: Descriptor

    init(root: consuming Descriptor) { self.root = root }

    /// Takes over a mount that another process handed over.
    public init(received descriptor: consuming Descriptor) { root = descriptor }

    /// A copy of the mount at `path`, and of the mounts below it if `recursive`: open_tree(2).
    public init(copying path: String, recursive: Bool) throws(SystemError) {
        let flags = openTreeClone | (recursive ? atRecursive : 0)
        root = Descriptor(adopting: try check("open_tree") { unsafe mb_open_tree(AT_FDCWD, path, flags) })
    }

    /// A copy of the mount that `place` is on, with `place` as its root: open_tree(2).
    public init(copying place: borrowing Descriptor, recursive: Bool = false) throws(SystemError) {
        let number = place.raw
        let flags = openTreeClone | atEmptyPath | (recursive ? atRecursive : 0)
        root = Descriptor(adopting: try check("open_tree") { unsafe mb_open_tree(number, "", flags) })
    }

    /// Gives the root up as a descriptor, to be attached by another process.
    public consuming func take() -> Descriptor { root }

    /// Adds attributes: mount_setattr(2).
    public borrowing func add(_ attributes: MountAttributes, recursive: Bool) throws(SystemError) {
        try change(MountAttributeChange(adding: attributes), recursive: recursive)
    }

    /// Adds attributes and takes others away, of this mount or, if `recursive`, of every one below it too, or of none:
    /// mount_setattr(2). A mount that came from a more privileged mount namespace keeps what it forbids: EPERM.
    public borrowing func change(_ change: MountAttributeChange, recursive: Bool) throws(SystemError) {
        try set(attributes: change.added.rawValue, cleared: change.removed.rawValue, recursive: recursive)
    }

    /// Shows owners through the map of a user namespace: mount_setattr(2), MOUNT_ATTR_IDMAP.
    public borrowing func mapOwners(
        through userNamespace: borrowing Descriptor, recursive: Bool
    ) throws(SystemError) {
        try set(attributes: UInt64(MOUNT_ATTR_IDMAP), userNamespace: UInt64(userNamespace.raw), recursive: recursive)
    }

    /// Sets how mounts spread: mount_setattr(2).
    public borrowing func setPropagation(_ propagation: Propagation, recursive: Bool) throws(SystemError) {
        try set(attributes: 0, propagation: propagation.flag, recursive: recursive)
    }

    private borrowing func set(
        attributes: UInt64, cleared: UInt64 = 0, propagation: UInt64 = 0, userNamespace: UInt64 = 0, recursive: Bool
    ) throws(SystemError) {
        let number = root.raw
        var wanted = mount_attr()
        wanted.attr_set = attributes
        wanted.attr_clr = cleared
        wanted.propagation = propagation
        wanted.userns_fd = userNamespace
        let flags = atEmptyPath | (recursive ? atRecursive : 0)
        try check("mount_setattr") { unsafe mb_mount_setattr(number, "", flags, &wanted) }
    }

    /// Shows the mount at `target`, a descriptor rather than a path, so that no link can redirect it: move_mount(2).
    /// What comes back is the root of the attached mount.
    @discardableResult
    public consuming func attach(at target: borrowing Descriptor) throws(SystemError) -> Descriptor {
        let (from, to) = (root.raw, target.raw)
        try check("move_mount") {
            unsafe mb_move_mount(from, "", to, "", UInt32(MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH))
        }
        return root
    }
}

/// What a process does to the mounts it sees.
public enum MountNamespace {
    /// Sets how mounts of the tree at `path` spread: mount_setattr(2).
    public static func setPropagation(_ propagation: Propagation, recursive: Bool) throws(SystemError) {
        var wanted = mount_attr()
        wanted.propagation = propagation.flag
        let flags: UInt32 = recursive ? atRecursive : 0
        try check("mount_setattr") { unsafe mb_mount_setattr(AT_FDCWD, "/", flags, &wanted) }
    }

    /// Adds attributes to the mount that `root` is the root of, and to no other: mount_setattr(2).
    public static func add(_ attributes: MountAttributes, to root: borrowing Descriptor) throws(SystemError) {
        let number = root.raw
        var wanted = mount_attr()
        wanted.attr_set = attributes.rawValue
        try check("mount_setattr") { unsafe mb_mount_setattr(number, "", atEmptyPath, &wanted) }
    }

    /// Sets how mounts spread, for the mount that `root` is the root of, and those below it if `recursive`:
    /// mount_setattr(2).
    public static func setPropagation(
        _ propagation: Propagation, of root: borrowing Descriptor, recursive: Bool
    ) throws(SystemError) {
        let number = root.raw
        var wanted = mount_attr()
        wanted.propagation = propagation.flag
        let flags = atEmptyPath | (recursive ? atRecursive : 0)
        try check("mount_setattr") { unsafe mb_mount_setattr(number, "", flags, &wanted) }
    }

    /// Makes the root of the mount namespace the root of this process, and the current directory: setns(2) into the
    /// namespace that it is in. It is another one where the caller was in a chroot(2); a root that is pivoted to there
    /// is not what those who enter the namespace later find.
    public static func enterRoot() throws(SystemError) {
        try CurrentProcess.join(.mount, of: Process.handle(of: CurrentProcess.id))
    }

    /// Makes the current directory, which must be a mount, the root, and puts the former root over it:
    /// pivot_root(2), "pivot_root(".", ".")".
    public static func pivotToCurrentDirectory() throws(SystemError) {
        try check("pivot_root") { unsafe mb_pivot_root(".", ".") }
    }

    /// Takes the mount that `root` is the root of away, and those below it, now for the eye and later in fact: umount2(2),
    /// MNT_DETACH.
    public static func detach(_ root: borrowing Descriptor) throws(SystemError) {
        let former = try Descriptor.open(".", [.path, .directory])
        try CurrentProcess.changeDirectory(to: root)
        defer { try? CurrentProcess.changeDirectory(to: former) }
        try detachCurrentDirectory()
    }

    /// Takes the mount at the current directory away, now for the eye and later in fact: umount2(2), MNT_DETACH.
    public static func detachCurrentDirectory() throws(SystemError) {
        try check("umount2") { unsafe mb_umount2(".", 2 | 8 /* MNT_DETACH | UMOUNT_NOFOLLOW */) }
    }
}

let openTreeClone: UInt32 = 1 | UInt32(O_CLOEXEC)
let atRecursive: UInt32 = 0x8000
let atEmptyPath: UInt32 = 0x1000
