// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `lab start --teach` and `--test`, and what is typed in a lab host.
@Suite(.commands, .box) struct LabModeCommandTests {
    private static let exercises = ["MINIBOX_LAB": TestMachine.top + "/Sources/Lab/Exercises"]

    private func lab(_ words: [String], _ box: Box) throws -> Outcome {
        try box.run(self.words(box, words), timeout: 170, environment: Self.exercises)
    }

    private func words(_ box: Box, _ words: [String]) -> [String] {
        ["--root", box.folder + "/lab-root", "--run-root", box.folder + "/lab-run", "lab"] + words
    }

    private let attack = [
        "minibox", "run", "--rm", "--userns", "host", "--uts", "host", "--cap-add", "SYS_ADMIN", "lab/box", "hostname",
        "pwned",
    ]

    @Test(.timeLimit(.minutes(3))) func aTestGivesNoHelp() throws {
        let box = try box()
        #expect(try lab(["start", "6", "--teach", "--test"], box).status == 2)
        let started = try lab(["start", "6", "--detach", "--test", "--seed", "C1:ann"], box)
        try #require(started.status == 0, "\(started)")
        box.atEnd { _ = try? self.lab(["stop", "--all"], box) }
        #expect(started.output.contains("**Your task:**") && !started.output.contains("Every machine"), "\(started)")
        for command in ["hint", "solve"] {
            let refused = try lab([command, "6"], box)
            #expect(refused.status == 2 && refused.errors.contains("was started as a test"), "\(refused)")
        }
        let wrong = try lab(["answer", "6", "done"], box)
        #expect(wrong.status == 1 && wrong.errors.hasSuffix("not yet\n"), "\(wrong)")
        try #require(try lab(["shell", "6"] + attack, box).status == 0)
        #expect(try lab(["check", "6", "--watch"], box).output == "06  done\n")
        let right = try lab(["answer", "6", "done"], box)
        #expect(right.status == 0 && right.output.contains("UTS namespace"), "\(right)")
        #expect(try lab(["list"], box).output.contains("passed test"))
        // From then on help is given again.
        #expect(try lab(["hint", "6"], box).status == 0)
        let work = box.folder + "/work.json"
        #expect(try lab(["report", "--json", work], box).status == 0)
        let verified = try lab(["report", "--verify", work, "--seed", "C1:ann"], box)
        let answer = verified.lines.dropFirst().first?.split(separator: " ").map(String.init) ?? []
        #expect(verified.status == 0 && answer == ["06-uts-name", "done", "C1:ann", "test", "0"], "\(verified)")
        // Nothing was asked to be kept.
        #expect(try !String(contentsOfFile: work, encoding: .utf8).contains("\"typed\""))
    }

    @Test(.timeLimit(.minutes(3))) func hintsReactToWhatWasTyped() throws {
        let box = try box()
        let started = try lab(["start", "6", "--detach", "--teach"], box)
        try #require(started.status == 0, "\(started)")
        box.atEnd { _ = try? self.lab(["stop", "--all"], box) }
        for text in ["host_name is changed", "  UTS namespace", "Hint 1 of 3", "--history=false"] {
            #expect(started.output.contains(text), "\(started)")
        }
        #expect(try !lab(["hint", "6"], box).output.contains("what you have typed"))

        // In a shell of the lab host, as a person does.
        let terminal = try Pseudoterminal()
        let shell = try RunningProgram(
            [TestMachine.program] + words(box, ["shell", "6"]),
            environment: box.environment.merging(Self.exercises) { $1 }, terminal: terminal.name)
        box.atEnd { shell.stop() }
        #expect(terminal.waitFor("labhost# "), "\(terminal.shown)")
        terminal.type("false\n")
        terminal.type("echo \"it was $?\"\n")
        #expect(terminal.waitFor("it was 1"), "\(terminal.shown)")
        terminal.type("minibox run --rm --uts=host lab/box hostname pwned\n")
        terminal.type("echo en''ded\n")
        #expect(terminal.waitFor("ended", seconds: 60), "\(terminal.shown)")
        terminal.type("exit\n")
        _ = shell.wait(seconds: 30)

        let half = try lab(["hint", "6"], box)
        #expect(half.output.contains("Of what you have typed: You share the name's namespace."), "\(half)")
        #expect(half.output.contains("host_name same"), "\(half)")
        // Another command there, given on the command line; the hint is about that one.
        _ = try lab(["shell", "6"] + attack.map { $0 == "SYS_ADMIN" ? "NET_ADMIN" : $0 }, box)
        let other = try lab(["hint", "6"], box)
        #expect(other.output.contains("You share the namespace and the users."), "\(other)")
        #expect(other.output.contains("Hint 3 of 3") && other.output.contains("lab solve --explain"), "\(other)")
        #expect(try lab(["stop", "6"], box).status == 0)

        let (page, work) = (box.folder + "/page.html", box.folder + "/work.json")
        #expect(try lab(["report", "--html", page, "--json", work], box).status == 0)
        let text = try String(contentsOfFile: page, encoding: .utf8)
        #expect(text.contains("<code>minibox run --rm --uts=host lab/box hostname pwned</code>"))
        let json = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: work)))
        let rows = try #require((json as? [String: Any])?["exercises"] as? [[String: Any]])
        let typed = try #require(rows.compactMap { $0["typed"] as? [[String: Any]] }.first)
        let lines = typed.compactMap { $0["line"] as? String }
        #expect(
            lines.prefix(3) == ["false", "echo \"it was $?\"", "minibox run --rm --uts=host lab/box hostname pwned"],
            "\(lines)")
        #expect(typed.allSatisfy { ($0["time"] as? Int ?? 0) > 1_700_000_000 })
        #expect(try lab(["reset", "6"], box).status == 0)
        #expect(!FileManager.default.fileExists(atPath: box.folder + "/lab-root/lab/typed/06-uts-name"))
    }
}
