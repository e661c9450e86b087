// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Engine

/// What is written must be what e2fsprogs takes for a file system without a fault.
@Suite struct Ext4ImageTests {
    private static let checker = ["/usr/sbin/e2fsck", "/sbin/e2fsck"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    private func image(of size: UInt64) -> Ext4Image {
        Ext4Image(
            size: size, identity: Array(1...16), seed: Array(17...32), time: 1_700_000_000)
    }

    /// The smallest, two whose descriptors take one block and just more, and the largest.
    @Test(
        .enabled(if: checker != nil, "needs e2fsck: run scripts/setup"),
        arguments: [256 << 20, 128 * (128 << 20), 129 * (128 << 20), 512 << 30] as [UInt64])
    func anEmptyOneHasNoFault(size: UInt64) throws {
        let scratch = Scratch()
        let path = scratch.path + "/image"
        let image = image(of: size)
        #expect(image.size == size)
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.truncate(atOffset: image.size)
        for piece in image.pieces {
            try file.seek(toOffset: piece.offset)
            try file.write(contentsOf: Data(piece.bytes))
        }
        try file.close()
        let check = Process()
        check.executableURL = URL(fileURLWithPath: try #require(Self.checker))
        check.arguments = ["-f", "-n", path]
        let output = Pipe()
        check.standardOutput = output
        check.standardError = output
        try check.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        check.waitUntilExit()
        #expect(check.terminationStatus == 0, "\(text)")
        #expect(!text.contains("Fix?"), "\(text)")
    }

    @Test func itIsAWholeNumberOfGroups() {
        #expect(image(of: (300 << 20) + 1).size == 256 << 20)
    }

    @Test func whatIsWrittenOfItIsLittle() {
        #expect(image(of: 64 << 30).pieces.reduce(0) { $0 + $1.bytes.count } < 64 << 10)
    }
}
