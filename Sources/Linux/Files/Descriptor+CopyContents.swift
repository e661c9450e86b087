// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// Memory that the contents of files go through, one after the other.
@safe public struct CopyBuffer: ~Copyable {
    /// What a read asks for. With this many, most files are one read and one write, and the page cache can take large
    /// folios for them.
    fileprivate static let size = 1 << 20
    fileprivate let memory: UnsafeMutableRawBufferPointer

    public init() { unsafe memory = .allocate(byteCount: Self.size, alignment: 4096) }

    deinit { unsafe memory.deallocate() }
}

extension Descriptor {
    /// Writes what is in this file, from its start, to the start of `target`, an empty file; holes stay holes.
    ///
    /// `status` is this file's. Every byte goes through memory once: on file systems that cannot share blocks it takes as
    /// long as copy_file_range(2), which moves the same pages one by one, and overlayfs answers that with EXDEV.
    public borrowing func copyContents(
        to target: borrowing Descriptor, _ status: FileStatus, through buffer: borrowing CopyBuffer
    ) throws(SystemError) {
        guard status.allocated < status.size else { return try copyRun(to: target, upTo: .max, through: buffer) }
        let (source, other) = (raw, target.raw)
        var place = off_t(0)
        while true {
            do throws(SystemError) { place = try check("lseek") { lseek(source, place, 3 /* SEEK_DATA */) } } catch {
                // No data from here on.
                if error.errno == .noAddress { break }
                throw error
            }
            let end = try check("lseek") { lseek(source, place, 4 /* SEEK_HOLE */) }
            try check("lseek") { lseek(source, place, SEEK_SET) }
            try check("lseek") { lseek(other, place, SEEK_SET) }
            try copyRun(to: target, upTo: Int(end - place), through: buffer)
            place = end
        }
        try target.truncate(to: status.size)
    }

    /// Copies from where both files are, at most `limit` bytes.
    private borrowing func copyRun(
        to target: borrowing Descriptor, upTo limit: Int, through buffer: borrowing CopyBuffer
    ) throws(SystemError) {
        let (source, other) = (raw, target.raw)
        var left = limit
        while left > 0 {
            let wanted = unsafe min(left, buffer.memory.count)
            let count = try check("read") { unsafe Glibc.read(source, buffer.memory.baseAddress, wanted) }
            if count == 0 { return }
            var done = 0
            while done < count {
                done += try check("write") {
                    unsafe Glibc.write(other, buffer.memory.baseAddress?.advanced(by: done), count - done)
                }
            }
            left -= count
        }
    }

    /// Makes `target`, an empty file, share the blocks of this one until either is written to; false where the file
    /// system cannot, or where they are on different ones: ioctl_ficlone(2).
    public borrowing func shareContents(with target: borrowing Descriptor) -> Bool {
        mb_ioctl(target.raw, 0x4004_9409 /* FICLONE */, Int(raw)) == 0
    }
}
