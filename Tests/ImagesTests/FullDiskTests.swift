// SPDX-License-Identifier: Apache-2.0
import Foundation
import Images
import Linux
import OCI
import Testing

/// A store on a small file system that no path shows, so that nothing of this machine is changed.
@Suite(.enabled(if: Fixture.isRoot, "needs root, to make a file system"))
struct FullDiskTests {
    @Test func fullDiskIsSaidAndLeavesNothing() throws {
        let fixture = try Fixture()
        try fixture.makeRoot()
        let context = try FileSystemContext("tmpfs")
        try context.set("size", to: "1m")
        let disk = try context.mount([]).take()
        let root = "/proc/self/fd/\(disk.number)"
        let store = try ImageStore(root: root)
        try store.importImage(
            from: .path(fixture.path + "/root"), as: try ImageReference("small"), created: Fixture.time)
        let small = try store.resolve("small")

        // Full in the archive, full in its files, full in its many names.
        try fixture.shell(
            """
            mkdir big half many && head -c 2000000 /dev/zero > big/file && head -c 700000 /dev/zero > half/file
            cd many && touch $(seq 1 3000)
            """)
        for name in ["big", "half", "many"] {
            let error = #expect(throws: ImageError.self) {
                try store.importImage(
                    from: .path("\(fixture.path)/\(name)"), as: try ImageReference("big"), created: Fixture.time)
            }
            #expect(error?.description.contains("no space left on device") == true, "\(error?.description ?? "")")
            #expect(try FileManager.default.contentsOfDirectory(atPath: root + "/staging").isEmpty)
            #expect(try store.list().count == 1)
        }
        try store.verify(small)
        #expect(try store.resolve("small").id == small.id)
    }
}
