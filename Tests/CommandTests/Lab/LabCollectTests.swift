// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `lab gc`, and shells in the arms of an exercise.
@Suite(.commands, .box) struct LabCollectTests {
    private func lab(_ words: [String], _ box: Box) throws -> Outcome {
        try box.run(
            ["--root", box.folder + "/lab-root", "--run-root", box.folder + "/lab-run", "lab"] + words, timeout: 170,
            environment: ["MINIBOX_LAB": TestMachine.top + "/Sources/Lab/Exercises"])
    }

    /// What a command has left that is no more: its number is above all that there are, proc_sys_kernel(5), pid_max.
    private func leave(_ name: String, _ box: Box) throws -> String {
        let folder = "\(box.folder)/lab-run/lab/hosts/\(name)"
        try FileManager.default.createDirectory(atPath: folder + "/disk", withIntermediateDirectories: true)
        let state = #"{"exercise": "06-uts-name", "flag": "FLAG{x}", "kept": false, "owner": 4194305, "ownerStart": 1}"#
        try state.write(toFile: folder + "/state.json", atomically: true, encoding: .utf8)
        return folder
    }

    @Test func whatIsGoneIsNamed() throws {
        let box = try box()
        let folders = try [leave("98-dead", box), leave(".99-dead.4194305", box)]
        let collected = try lab(["gc"], box)
        #expect(collected.status == 0, "\(collected)")
        #expect(Set(collected.lines) == ["98-dead is gone", ".99-dead.4194305 is gone"], "\(collected)")
        #expect(folders.allSatisfy { !FileManager.default.fileExists(atPath: $0) })
        let again = try lab(["gc"], box)
        #expect(again.status == 0 && again.output == "", "\(again)")
    }

    @Test func whatCannotGoIsToldAndKeepsNobodyFromWork() throws {
        let box = try box()
        let folder = try leave("98-stuck", box)
        try #require(try box.shell("mount -t tmpfs tmpfs '\(folder)/disk'").status == 0)
        box.atEnd { _ = try? box.shell("umount '\(folder)/disk'") }
        let stuck = try lab(["gc"], box)
        #expect(stuck.status == 1 && stuck.output == "", "\(stuck)")
        #expect(stuck.errors.contains("left behind: 98-stuck: cannot remove"), "\(stuck)")
        // One that does it in passing says so as well, and does its own work.
        let other = try lab(["stop", "--all"], box)
        #expect(other.status == 0 && other.errors.contains("left behind: 98-stuck"), "\(other)")
        try #require(try box.shell("umount '\(folder)/disk'").status == 0)
        let gone = try lab(["gc"], box)
        #expect(gone.status == 0 && gone.output == "98-stuck is gone\n", "\(gone)")
    }

    @Test(.timeLimit(.minutes(3))) func aShellIsInTheArmThatIsNamed() throws {
        let box = try box()
        try #require(try lab(["start", "6", "--detach"], box).status == 0)
        box.atEnd { _ = try? self.lab(["stop", "--all"], box) }
        // Who works in it is not in the way.
        #expect(try lab(["gc"], box).output == "")
        #expect(try lab(["shell", "6", "hostname"], box).text == "labhost")
        #expect(try lab(["shell", "6", "weak", "hostname"], box).text == "labhost")
        let own = try lab(["shell", "6", "default", "hostname"], box)
        #expect(own.status == 0 && own.text.count == 12, "\(own)")
        #expect(try lab(["shell", "6", "weak", "sh", "-c", "exit 7"], box).status == 7)
        let shell = try lab(["shell", "6", "weak"], box)
        #expect(shell.status == 2 && shell.errors.contains("needs a terminal"), "\(shell)")
        // Its weak arm is another runtime's; of one about the shared kernel nobody gets a shell.
        try #require(try lab(["start", "11", "--detach"], box).status == 0)
        let other = try lab(["shell", "11", "weak", "true"], box)
        #expect(other.status == 2 && other.errors.contains("is no flags of run"), "\(other)")
        let kernel = try lab(["shell", "18", "default", "true"], box)
        #expect(kernel.status == 2 && kernel.errors.contains("nobody gets a shell for it"), "\(kernel)")
        let none = try lab(["shell", "6", "hardened", "true"], box)
        #expect(none.status == 2 && none.errors.contains("has no hardened arm"), "\(none)")
    }
}
