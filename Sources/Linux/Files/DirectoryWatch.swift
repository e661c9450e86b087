// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// A wait for directories to change: inotify(7).
public struct DirectoryWatch: ~Copyable, Sendable {
    private let queue: Descriptor

    /// Watches nothing yet.
    public init() throws(SystemError) {
        queue = Descriptor(
            adopting: try check("inotify_init1") { inotify_init1(CInt(IN_CLOEXEC) | CInt(IN_NONBLOCK)) })
    }

    /// Watches the directory too: files of it that are written to, made, renamed or removed, and its own removal.
    public borrowing func add(_ directory: borrowing Descriptor) throws(SystemError) {
        let number = queue.raw
        let path = "/proc/self/fd/\(directory.raw)"
        let events = UInt32(IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF)
        try check("inotify_add_watch") { unsafe inotify_add_watch(number, path, events) }
    }

    /// Waits for something to change, or for `milliseconds`, and forgets what it was: who waited looks for itself.
    public borrowing func wait(milliseconds: Int32) throws(SystemError) {
        var set = PollSet()
        _ = set.add(queue, .reading)
        try set.wait(milliseconds: milliseconds)
        guard set.isReady(0) else { return }
        while true {
            do throws(SystemError) {
                _ = try queue.read(upTo: 4096)
            } catch {
                guard error.errno == .again else { throw error }
                return
            }
        }
    }
}
