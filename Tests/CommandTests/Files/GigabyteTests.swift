// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// A container that writes a gigabyte.
@Suite(.commands, .box) struct GigabyteTests {
    private static let size = 1 << 30
    private static let program = "yes \(String(repeating: "0123456789", count: 8)) | head -c \(size); echo; echo last"

    @Test func allOfItReachesTheCaller() throws {
        let counted = try box().shell(
            "$MINIBOX run --rm --network none busybox sh -c '\(Self.program)' | tail -c \(Self.size + 6) | wc -c",
            timeout: 900)
        #expect(counted.status == 0 && counted.text == "\(Self.size + 6)", "\(counted)")
    }

    @Test func itsLogKeepsToItsSize() throws {
        let box = try box()
        let started = try box(
            "run", "-d", "--name", "talks", "--network", "none", "--log-opt", "max-size=4m", "--log-opt", "max-file=2",
            "busybox", "sh", "-c", Self.program)
        try #require(started.status == 0, "\(started)")
        box.atEnd { _ = try? box("rm", "-f", "talks") }
        let waited = try box("wait", "talks", timeout: 900)
        #expect(waited.text == "0", "\(waited)")
        #expect(try box("logs", "--tail", "1", "talks").output == "last\n")
        let folder = "\(box.root)/containers/\(started.text)/log"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(files.count == 2, "\(files)")
        for file in files {
            let size = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(file)")[.size] as? Int
            // A line is whole in a file.
            #expect(size.map { $0 < 4_000_000 + 1000 } == true, "\(file) has \(size ?? -1) bytes")
        }
    }
}
