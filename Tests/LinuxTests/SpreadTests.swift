// SPDX-License-Identifier: Apache-2.0
import Foundation
import Linux
import Testing

/// Where a file system is told to put directories.
struct SpreadTests {
    @Test func aDirectoryIsMarkedWhereTheFileSystemKnowsOfIt() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("spread-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let isMarked = try Descriptor.open(folder, [.readOnly, .directory]).spreadSubdirectories()
        let list = Foundation.Process()
        list.executableURL = URL(fileURLWithPath: "/usr/bin/lsattr")
        list.arguments = ["-d", folder]
        let output = Foundation.Pipe()
        list.standardOutput = output
        list.standardError = FileHandle.nullDevice
        guard (try? list.run()) != nil else { return }
        let told = output.fileHandleForReading.readDataToEndOfFile()
        list.waitUntilExit()
        let flags = String(decoding: told, as: UTF8.self).split(separator: " ").first ?? ""
        #expect(flags.contains("T") == isMarked, "\(flags)")
    }

    @Test func otherFileSystemsAreLeftAsTheyAre() throws {
        #expect(try !Descriptor.open("/proc/self", [.readOnly, .directory]).spreadSubdirectories())
    }
}
