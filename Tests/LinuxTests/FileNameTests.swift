// SPDX-License-Identifier: Apache-2.0
import Foundation
import Linux
import Testing

@Suite struct FileNameTests {
    @Test func keepsBytesThatAreNoText() throws {
        let name = try #require(FileName([0x61, 0xFF, 0x2F, 0xFE]))
        #expect(name.bytes == [0x61, 0xFF, 0x2F, 0xFE])
        #expect(name.parent.bytes == [0x61, 0xFF])
        #expect(name.last.bytes == [0xFE])
        #expect(name.parent.appending(name.last) == name)
        #expect(FileName([0x61, 0]) == nil)
        #expect(FileName("b") < FileName([0xFF]) ?? "")
        #expect(FileName("").isEmpty && FileName("").parent.isEmpty)
    }

    @Test func worksOnFilesOfAnyName() throws {
        let path = NSTemporaryDirectory() + "minibox-names-" + UUID().uuidString
        let directory = try Descriptor.makeDirectories(path)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let odd = try #require(FileName([0x78, 0xFF]))
        try directory.makeDirectory(odd, mode: 0o700)
        let inner = odd.appending("file")
        _ = try directory.open(inner, [.writeOnly, .create, .exclusive], mode: 0o600)
        try directory.makeSymbolicLink("link", to: odd)
        #expect(try directory.readLink("link" as FileName) == odd)
        try directory.makeHardLink("hard", to: inner, in: directory)
        #expect(try directory.status(of: "hard" as FileName).links == 2)
        try directory.setTimes(modified: FileTime(seconds: 7, nanoseconds: 8), of: inner)
        #expect(try directory.status(of: inner).modified == FileTime(seconds: 7, nanoseconds: 8))
        #expect(try directory.names() == ["hard", "link", odd])
        let escape = #expect(throws: SystemError.self) {
            _ = try directory.open("../x", .path, resolve: [.beneath])
        }
        #expect(escape?.errno == .crossDevice)
        try directory.removeTree(odd)
        #expect(try directory.names() == ["hard", "link"])
    }
}
