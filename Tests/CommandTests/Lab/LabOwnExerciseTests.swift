// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// An exercise that a teacher has added: a folder in a directory of their own, and each verdict that it can come to.
@Suite(.commands, .box) struct LabOwnExerciseTests {
    private static let weak = ["--userns", "host", "--uts", "host", "--cap-add", "SYS_ADMIN"]

    /// Writes exercise 70, which is 06 but for its words and what is changed, beside the scripts that all share.
    private func write(_ box: Box, weak: [String], standard: [String] = [], requires: [String] = []) throws {
        let (files, own) = (FileManager.default, box.folder + "/own")
        try? files.removeItem(atPath: own)
        try files.createDirectory(atPath: own, withIntermediateDirectories: true)
        let tree = TestMachine.top + "/Sources/Lab/Exercises"
        try files.copyItem(atPath: tree + "/share", toPath: own + "/share")
        try files.copyItem(atPath: tree + "/06-uts-name", toPath: own + "/70-my-name")
        let path = URL(fileURLWithPath: own + "/70-my-name/exercise.json")
        var json = try #require(JSONSerialization.jsonObject(with: Data(contentsOf: path)) as? [String: Any])
        (json["id"], json["slug"], json["title"]) = (70, "my-name", "A name of my own")
        json["arms"] = ["weak": ["flags": weak], "default": ["flags": standard]]
        (json["further"], json["requires"], json["layers"]) = ([Any](), requires, [Any]())
        try JSONSerialization.data(withJSONObject: json).write(to: path)
    }

    private func lab(_ words: [String], _ box: Box) throws -> Outcome {
        try box.run(
            ["--root", box.folder + "/lab-root", "--run-root", box.folder + "/lab-run", "lab"] + words, timeout: 170,
            environment: ["MINIBOX_LAB": box.folder + "/own"])
    }

    @Test(.timeLimit(.minutes(3))) func aFolderIsAnExerciseAndEachVerdictIsCameTo() throws {
        let box = try box()
        try write(box, weak: Self.weak)
        let listed = try lab(["list"], box)
        #expect(listed.output.contains("my-name") && listed.output.contains("A name of my own"), "\(listed)")
        let passed = try lab(["check", "my-name"], box)
        #expect(passed.status == 0 && passed.output.hasPrefix("PASS  70 A name of my own\n"), "\(passed)")
        // A runtime that does not stop it.
        try write(box, weak: Self.weak, standard: Self.weak)
        let exposed = try lab(["check", "70"], box)
        #expect(exposed.status == 1 && exposed.output.hasPrefix("UNSAFE  70 "), "\(exposed)")
        // A demonstration that shows nothing, and one that is the wrong way round.
        try write(box, weak: [])
        let vacuous = try lab(["check", "70"], box)
        #expect(vacuous.status == 1 && vacuous.output.hasPrefix("VACUOUS  70 "), "\(vacuous)")
        try write(box, weak: [], standard: Self.weak)
        let inverted = try lab(["verify-all"], box)
        #expect(inverted.status == 1 && inverted.output.hasPrefix("INVERTED  70 "), "\(inverted)")
        #expect(inverted.lines.count == 1, "\(inverted)")
    }

    @Test func whatAMachineLacksIsSaid() throws {
        let box = try box()
        try write(box, weak: Self.weak, requires: ["kernel:99.0"])
        let skipped = try lab(["check", "70"], box)
        #expect(skipped.status == 77 && skipped.output.hasPrefix("SKIP  70 "), "\(skipped)")
        #expect(skipped.output.contains("needs Linux 99.0"), "\(skipped)")
        let refused = try lab(["start", "70", "--detach"], box)
        #expect(refused.status != 0 && refused.errors.contains("needs Linux 99.0"), "\(refused)")
        #expect(try lab(["list"], box).output.contains("not here"))
        let doctor = try lab(["doctor"], box)
        let rows = doctor.lines.map { $0.split(separator: " ").map(String.init) }
        #expect(rows.contains(["kernel:99.0", "needs", "Linux", "99.0", "70"]), "\(doctor)")
        #expect(rows.contains(["overlayfs", "ok", "every", "exercise"]), "\(doctor)")
        // None can be shown.
        #expect(doctor.status == 1 && doctor.output.hasSuffix("0 of 1 exercises can be shown here\n"), "\(doctor)")
        try write(box, weak: Self.weak)
        #expect(try lab(["doctor"], box).status == 0)
    }

    @Test func aFaultOfAFolderIsNamed() throws {
        let box = try box()
        try write(box, weak: Self.weak, requires: ["luck"])
        let listed = try lab(["list"], box)
        #expect(listed.status != 0 && listed.errors.contains("requires[0] is 'luck'"), "\(listed)")
    }
}
