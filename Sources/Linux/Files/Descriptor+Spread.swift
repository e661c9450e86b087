// SPDX-License-Identifier: Apache-2.0
internal import CLinux

extension Descriptor {
    // Of linux/fs.h, which conflicts with glibc's.
    private static let getFlags: UInt = 0x8008_6601  // FS_IOC_GETFLAGS
    private static let setFlags: UInt = 0x4008_6602  // FS_IOC_SETFLAGS
    private static let topOfHierarchies: Int32 = 0x0002_0000  // FS_TOPDIR_FL

    /// Tells the file system that what is in one subdirectory of this directory has nothing to do with what is in the next
    /// (chattr(1), `T`): ext4 puts each that is made from now on, and all below it, into another part of the disk. Otherwise
    /// it keeps them together, and who fills several at once waits for the others.
    ///
    /// - Returns: whether it takes that; other file systems have no such thing, and need none.
    @discardableResult
    public borrowing func spreadSubdirectories() -> Bool {
        let number = raw
        var flags: Int32 = 0
        do throws(SystemError) {
            try check("ioctl") { unsafe mb_ioctl_pointer(number, Self.getFlags, &flags) }
            flags |= Self.topOfHierarchies
            try check("ioctl") { unsafe mb_ioctl_pointer(number, Self.setFlags, &flags) }
            return true
        } catch { return false }
    }
}
