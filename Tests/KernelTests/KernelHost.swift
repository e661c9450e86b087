// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Runs cases of the `kernel-test` program: one a process, since a test process has threads and cannot clone.
enum KernelHost {
    static let top = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let program = top.appending(path: ".build/debug/kernel-test").path
    private static let archive = top.appending(path: ".build/fixtures/probe.tar").path

    /// Why the cases cannot run here, or nil.
    static let obstacle: String? = {
        if geteuid() != 0 { return "needs root" }
        if ProcessInfo.processInfo.environment["MINIBOX_TEST_HOST"] == nil {
            return "needs scripts/test-host around it"
        }
        if !FileManager.default.fileExists(atPath: archive) { return "needs the probe image of scripts/fixtures" }
        return nil
    }()
    static var isThere: Bool { obstacle == nil }
    static var reason: Comment { Comment(rawValue: obstacle ?? "") }

    /// Runs `body` with a folder of its own that holds the probe image's files.
    static func withPlace(_ body: (String) throws -> Void) throws {
        let place = FileManager.default.temporaryDirectory.appending(path: "kernel-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(
            at: place.appending(path: "root"), withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755])
        defer { _ = try? run(["rm", "-rf", "--one-file-system", place.path]) }
        let unpacked = try run(["tar", "-xpf", archive, "-C", place.path + "/root", "--numeric-owner"])
        try #require(unpacked.code == 0, "\(unpacked.output)")
        try body(place.path)
    }

    /// How long a case may take at most, in seconds: some start a container as often as its plan has steps.
    static var limit: String { String(Int(300 * Clock.patience)) }

    /// A case's answer.
    static func run(case name: String, in place: String, _ arguments: String...) throws -> (code: Int32, output: String)
    {
        try run(["timeout", "-k", "5", limit, program, name, place] + arguments)
    }

    static func run(_ command: [String]) throws -> (code: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        let pipe = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}
