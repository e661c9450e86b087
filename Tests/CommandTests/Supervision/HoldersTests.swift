// SPDX-License-Identifier: Apache-2.0
import Foundation
import Linux
import TestSupport
import Testing

/// What tells a command whether anything was left, without its looking at every container.
@Suite(.commands, .box) struct HoldersTests {
    private func file() throws -> String { try "\(box().runRoot)/containers/.holders" }

    /// What the places of the file say, but for free ones.
    private func states() throws -> [LifeMark.State] {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: try file())))
        return stride(from: LifeMark.size, to: bytes.count, by: LifeMark.size)
            .map { LifeMark.state(at: $0, in: bytes) }.filter { $0 != .free }
    }

    /// A directory as a supervisor of an older version leaves it that is killed.
    private func abandoned() throws -> String {
        let path = try "\(box().runRoot)/containers/" + String(repeating: "a", count: 64)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        try Data().write(to: URL(fileURLWithPath: path + "/lock"))
        return path
    }

    private func supervisor(of name: String) throws -> pid_t {
        // It has its name a moment after the command has returned.
        let text = try box().shell(
            "for i in $(seq 700); do pgrep -xf 'minibox: \(name)' && break; sleep 0.02; done"
        ).text
        return try #require(pid_t(text), "\(text)")
    }

    @Test func aMarkLivesAsLongAsItsProcess() throws {
        let box = try box()
        try box("run", "-d", "--name", "first", "busybox", "sleep", "1000")
        try box("run", "-d", "--name", "second", "busybox", "sleep", "1000")
        box.atEnd { _ = try? box("rm", "-f", "first", "second") }
        #expect(try states() == [.living, .living])
        let process = try supervisor(of: "first")
        kill(process, SIGKILL)
        // The kernel changes it, and no command.
        #expect(Clock.wait { (try? states().contains(.ended)) == true })
        _ = Clock.wait { kill(process, 0) != 0 }
        #expect(try box("ps", "-a").status == 0)
        #expect(try !states().contains(.ended))
        try box("rm", "-f", "first", "second")
        #expect(try states().isEmpty)
    }

    @Test func whereNobodyWasKilledNoContainerIsLookedAt() throws {
        let box = try box()
        try box("run", "--rm", "busybox", "true")
        let path = try abandoned()
        #expect(try box("ps").status == 0)
        #expect(FileManager.default.fileExists(atPath: path))
        // One that was killed has every command look at all of them, until nothing is left.
        let program = try box.start("run", "--rm", "busybox", "sh", "-c", "echo ready; sleep 1000")
        #expect(program.waitForOutput("ready"))
        program.stop()
        #expect(
            Clock.wait {
                _ = try? box("ps")
                return !FileManager.default.fileExists(atPath: path)
            })
        #expect(try states().isEmpty)
    }

    @Test(arguments: ["", "another boot", "no such file"]) func aFileThatSaysNothingIsNotTrusted(_ contents: String)
        throws
    {
        let box = try box()
        try box("run", "--rm", "busybox", "true")
        let path = try abandoned()
        switch contents {
        case "": try Data().write(to: URL(fileURLWithPath: try file()))
        case "another boot":
            var bytes = try Data(contentsOf: URL(fileURLWithPath: try file()))
            bytes[20] ^= 1
            try bytes.write(to: URL(fileURLWithPath: try file()))
        default: try FileManager.default.removeItem(atPath: try file())
        }
        #expect(try box("ps").status == 0)
        #expect(!FileManager.default.fileExists(atPath: path))
        // It is made anew.
        try box("run", "-d", "--name", "after", "busybox", "sleep", "1000")
        box.atEnd { _ = try? box("rm", "-f", "after") }
        #expect(try states() == [.living])
    }

    @Test func containersThatTheFileDoesNotKnowAreLookedAt() throws {
        let box = try box()
        try box("run", "-d", "--name", "known", "busybox", "sleep", "1000")
        box.atEnd { _ = try? box("rm", "-f", "known", "other") }
        try FileManager.default.removeItem(atPath: try file())
        try box("run", "-d", "--name", "other", "busybox", "sleep", "1000")
        let process = try supervisor(of: "known")
        kill(process, SIGKILL)
        _ = Clock.wait { kill(process, 0) != 0 }
        // It has another by now, or has ended with it.
        #expect(
            Clock.wait {
                _ = try? box("ps")
                return (try? supervisor(of: "known")) != nil
                    || (try? box("inspect", "-f", "{{.State.Status}}", "known").text) == "exited"
            })
    }
}
