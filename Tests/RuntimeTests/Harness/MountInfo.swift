// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport

/// A line of `/proc/self/mountinfo`, as a container prints it: proc_pid_mountinfo(5).
struct MountInfo {
    let root: String
    let point: String
    /// Of this mount: `rw`, `nosuid`.
    let options: Set<String>
    /// `shared:3`, `master:1`, `unbindable`.
    let peers: [String]
    let type: String
    let source: String
    /// Of the file system.
    let superOptions: Set<String>

    init?(_ line: String) {
        let halves = line.components(separatedBy: " - ")
        guard halves.count == 2 else { return nil }
        let (first, second) = (halves[0].split(separator: " "), halves[1].split(separator: " "))
        guard first.count >= 6, second.count >= 3 else { return nil }
        root = String(first[3])
        point = String(first[4])
        options = Set(first[5].split(separator: ",").map(String.init))
        peers = first[6...].map(String.init)
        type = String(second[0])
        source = String(second[1])
        superOptions = Set(second[2].split(separator: ",").map(String.init))
    }
}

extension Outcome {
    /// The mount at `point` that a `cat /proc/self/mountinfo` in here shows: the topmost.
    func mount(_ point: String) -> MountInfo? { lines.compactMap(MountInfo.init).last { $0.point == point } }
}

extension Runtime {
    /// Makes a folder of the scratch folder, and tells its path.
    func directory(_ name: String) throws -> String {
        let path = folder + "/" + name
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    /// Mounts an empty file system in memory on a new folder, until the end of the test.
    func mounted(_ name: String, options: String = "mode=755") throws -> String {
        let path = try directory(name)
        let done = try shell("mount -t tmpfs -o \(options) tmpfs \(path)")
        if done.status != 0 { throw Bundle.Failure(words: "\(done)") }
        atEnd { _ = try? self.shell("umount -l \(path)") }
        return path
    }
}
