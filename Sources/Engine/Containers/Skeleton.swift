// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// A layer of mount points, below every image: the directories and files that every container mounts something on.
///
/// As the lowest layer it shows only what the image lacks. Without it each start would make them in the container's
/// own layer, where a commit would find them, and a read-only store could not have them at all.
enum Skeleton {
    private static let directories = ["dev", "etc", "proc", "run", "sys", "tmp"]
    /// The mount points, and the file by which programs know a container as they know podman's.
    private static let files = ["etc/hostname", "etc/hosts", "etc/resolv.conf", "run/.containerenv"]

    /// The layer's directory under `root`, made where it is missing.
    static func path(below root: String) throws(SystemError) -> String {
        let path = root + "/skeleton"
        do throws(SystemError) {
            _ = try Descriptor.open(path, [.path, .directory])
            return path
        } catch {
            guard error.errno == .noEntry else { throw error }
        }
        let parent = try Descriptor.makeDirectories(root, mode: 0o700)
        let former = CurrentProcess.setFileModeMask(0)
        defer { CurrentProcess.setFileModeMask(former) }
        let name = ".skeleton.\(CurrentProcess.id)"
        try parent.removeTree(name)
        try parent.makeDirectory(name)
        let place = try parent.open(name, [.directory])
        for directory in directories { try place.makeDirectory(directory) }
        try place.setPermissions(0o1777, of: "tmp")
        for file in files { try place.makeNode(file, mode: 0o100644) }
        do throws(SystemError) {
            try parent.rename(name, to: "skeleton")
        } catch {
            // Another command was first; its layer is the same.
            try parent.removeTree(name)
            if error.errno != .notEmpty && error.errno != .exists { throw error }
        }
        return path
    }
}
