// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Layers that are unpacked side by side do not wait for each other's part of the disk.
@Suite(
    .commands, .emptyBox,
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/strace"), "needs strace: run scripts/setup"))
struct SpreadLayersTests {
    @Test func theyAreMarkedAsHierarchiesOfTheirOwn() throws {
        let box = try box()
        let archive = "\(box.folder)/saved.tar"
        try #require(try box("import", TestMachine.archive("busybox"), "busybox").status == 0)
        try #require(try box("save", "-o", archive, "busybox").status == 0)
        try #require(try box("rmi", "-f", "busybox").status == 0)
        let log = "\(box.folder)/strace"
        let loaded = try box.shell("strace -f -y -qq -e trace=ioctl,mkdirat -o \(log) $MINIBOX load -i \(archive)")
        #expect(loaded.status == 0, "\(loaded)")
        let calls = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
        let mark = calls.firstIndex { $0.contains("FS_IOC_SETFLAGS, [FS_TOPDIR_FL") || $0.contains("FS_TOPDIR_FL]") }
        let layer = calls.firstIndex { $0.contains("\"layer-0\"") }
        // Not every file system has such a mark: this one says so when it is asked for what it has.
        if calls.contains(where: { $0.contains("FS_IOC_GETFLAGS") && $0.contains(" = -1 ") }) { return }
        #expect(try #require(mark) < #require(layer), "\(calls)")
        #expect(try calls[#require(mark)].contains("/images/staging/"))
    }
}
