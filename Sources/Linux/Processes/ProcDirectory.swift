// SPDX-License-Identifier: Apache-2.0
internal import CLinux

/// The procfs of the machine, made sure of: a file of another file system in its place would take a write, and what it
/// was to protect would be a lie (CVE-2019-16884, CVE-2025-52881).
public enum ProcDirectory {
    /// The root of a procfs has this inode, and nothing else in it does: `PROC_ROOT_INO` of linux/proc_ns.h.
    private static let rootInode: UInt64 = 1

    /// `/proc`: EXDEV where something else is in its place.
    public static func open() throws(SystemError) -> Descriptor {
        let root = try Descriptor.open("/proc", [.path, .directory, .noFollow])
        try verify(root)
        return root
    }

    /// EXDEV where `directory` is not the root of a procfs.
    public static func verify(_ directory: borrowing Descriptor) throws(SystemError) {
        guard try directory.fileSystemMagic() == .proc, try directory.status().inode == rootInode else {
            throw SystemError("statfs", .crossDevice)
        }
    }

    /// Writes `text` in one call to the file `name` of the calling process, in the procfs that `root` is the root of:
    /// whatever pid namespace the process is in by now, that procfs knows it.
    public static func write(_ text: String, to name: String, of root: borrowing Descriptor) throws(SystemError) {
        // Read and then opened: as a link, the kernel would have to be let follow any.
        let number = try root.readLink("self")
        let file = try root.open(
            number + "/" + name, .writeOnly, resolve: [.beneath, .noSymlinks, .noMagicLinks, .noCrossDevice])
        try file.write(text)
    }
}
