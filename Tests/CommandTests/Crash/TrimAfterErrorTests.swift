// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

@Suite(.commands, .emptyBox, .enabled(if: Disk.obstacle == nil, Comment(rawValue: Disk.obstacle ?? "")))
struct TrimAfterErrorTests {
    /// A journal that has ended never says that the file is gone, and ext4 counts its blocks as free all the same.
    @Test func whatTheJournalHasNotFreedIsNotGivenBack() throws {
        let disk = try Disk(try box(), mebibytes: 96)
        let file = URL(fileURLWithPath: disk.path + "/kept")
        let bytes = Data((0..<(4 << 20)).map { UInt8(truncatingIfNeeded: $0 % 251 + 1) })
        try bytes.write(to: file)
        let synced = try box().shell("sync -f \(disk.path)", timeout: 60)
        try #require(synced.status == 0, "\(synced)")
        try FileManager.default.removeItem(at: file)
        try disk.cut(afterMilliseconds: 0) {}
        // Also a removal that fails gives back what is free.
        let removed = try box().run(["rmi", "nothing"], timeout: 60, environment: ["MINIBOX_ROOT": disk.path])
        #expect(removed.status != 0, "\(removed)")
        try disk.restart()
        // Gone it is only where something else has had the journal written in between.
        guard let left = try? Data(contentsOf: file) else { return }
        let isWhole = left == bytes
        #expect(isWhole, "\(left.count) bytes, \(left.filter { $0 == 0 }.count) of them zero")
    }
}
