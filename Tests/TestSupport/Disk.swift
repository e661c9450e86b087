// SPDX-License-Identifier: Apache-2.0
import CTestSupport
import Foundation

/// An ext4 file system of a test's own, in a file, whose power can be cut: what was only in memory is lost then.
public final class Disk: @unchecked Sendable {
    public let path: String
    private let image: String
    private let box: Box
    private var isMounted = false

    /// Why there cannot be one here; nil where there can.
    public static var obstacle: String? {
        let tools = ["/sbin/mkfs.ext4", "/usr/sbin/mkfs.ext4"]
        if !tools.contains(where: FileManager.default.isExecutableFile) { return "needs mkfs.ext4: run scripts/setup" }
        return FileManager.default.fileExists(atPath: "/dev/loop-control") ? nil : "needs loop devices"
    }

    /// Makes one in the box's folder, and mounts it until the test ends.
    public init(_ box: Box, mebibytes: Int) throws {
        self.box = box
        path = try box.directory("disk")
        image = box.folder + "/disk.image"
        let made = try box.shell(
            "truncate -s \(mebibytes)M \(image) && PATH=$PATH:/sbin:/usr/sbin mkfs.ext4 -q -F \(image)")
        guard made.status == 0 else { throw Failure(words: "\(made)") }
        try mount()
        box.atEnd { try? self.unmount() }
    }

    public struct Failure: Error {
        let words: String
        public init(words: String) { self.words = words }
    }

    private func mount() throws {
        let done = try box.shell("mount -o loop \(image) \(path)")
        guard done.status == 0 else { throw Failure(words: "\(done)") }
        isMounted = true
    }

    private func unmount() throws {
        guard isMounted else { return }
        let done = try box.shell("umount \(path)")
        // What could not be removed would outlive the test.
        let result = restore_power(image)
        guard done.status == 0 else { throw Failure(words: "\(done)") }
        guard result == 0 else { throw Failure(words: "cannot give power: \(String(cString: strerror(result)))") }
        isMounted = false
    }

    /// Runs `work` again and again until the power is cut, `milliseconds` from now; the error of a call that the cut has
    /// interrupted ends it.
    public func cut(afterMilliseconds milliseconds: Double, during work: () throws -> Void) throws {
        let isCut = Flag()
        let (path, image) = (path, image)
        let thread = Thread {
            Thread.sleep(forTimeInterval: milliseconds / 1000)
            isCut.finish(cut_power(path, image))
        }
        thread.start()
        var failure: (any Error)?
        while failure == nil, !isCut.isFinished {
            do { try work() } catch { failure = error }
        }
        let result = isCut.wait()
        if result != 0 { throw Failure(words: "cannot cut the power: \(String(cString: strerror(result)))") }
        // What went wrong before the cut is no consequence of it.
        if let failure, !Self.isOfACut(failure) { throw failure }
    }

    /// Whether it is what ext4 answers without power: EIO, and EROFS to who asks for a handle of the journal between its
    /// end and the moment from which the file system knows of it (ext4_journal_check_start).
    private static func isOfACut(_ failure: any Error) -> Bool {
        let words = "\(failure)".lowercased()
        return words.contains("input/output error") || words.contains("read-only file system")
    }

    /// Gives power again.
    public func restart() throws {
        try unmount()
        try mount()
    }

    private final class Flag: @unchecked Sendable {
        private let condition = NSCondition()
        private var result: Int32?

        func finish(_ result: Int32) {
            condition.lock()
            self.result = result
            condition.broadcast()
            condition.unlock()
        }

        var isFinished: Bool {
            condition.lock()
            defer { condition.unlock() }
            return result != nil
        }

        func wait() -> Int32 {
            condition.lock()
            defer { condition.unlock() }
            while true {
                if let result { return result }
                condition.wait()
            }
        }
    }
}
