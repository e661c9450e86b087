// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Completion of command lines, by the scripts in the shells that there are.
@Suite(.commands, .box) struct CommandCompletionTests {
    /// What bash puts in for the end of `line`, with the script loaded.
    private func bash(_ line: String) throws -> [String] {
        let box = try box()
        let bin = try box.directory("bin")
        try? FileManager.default.createSymbolicLink(atPath: bin + "/minibox", withDestinationPath: TestMachine.program)
        let outcome = try box.shell(
            """
            PATH=\(bin):$PATH; cd \(box.folder); source <(minibox completion bash)
            COMP_LINE='\(line)'; COMP_POINT=${#COMP_LINE}
            _minibox; printf '%s\\n' "${COMPREPLY[@]}"
            """)
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(line): \(outcome)")
        return outcome.lines.filter { !$0.isEmpty }
    }

    /// What the program itself says.
    private func ask(_ words: String...) throws -> [String] {
        let outcome = try box().run(["__complete"] + words)
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(words): \(outcome)")
        return outcome.lines
    }

    @Test func namesThatComeAndGo() throws {
        let box = try box()
        box.atEnd {
            _ = try? box.run(["rm", "-f", "live", "over"])
            _ = try? box.run(["volume", "rm", "vault"])
        }
        #expect(try box("volume", "create", "vault").status == 0)
        #expect(try box("run", "-d", "--name", "live", "busybox", "sleep", "1000").status == 0)
        #expect(try box("create", "--name", "over", "busybox", "true").status == 0)
        #expect(try bash("minibox exec ") == ["live"])
        #expect(try bash("minibox exec -it l") == ["live"])
        #expect(try bash("minibox start ") == ["over"])
        #expect(try bash("minibox rm -f live ") == ["live", "over"])
        #expect(try bash("minibox container stop ") == ["live"])
        #expect(try bash("minibox rmi busy") == ["busybox"])
        #expect(try bash("minibox run --rm busy") == ["busybox"])
        #expect(try bash("minibox volume rm ") == ["vault"])
        #expect(try bash("minibox run --network con") == ["container:"])
        // Bash has cut at the colon, and puts in what stands behind it.
        #expect(try bash("minibox run --network container:l") == ["live"])
        #expect(try bash("minibox run --network=container:l") == ["live"])
        #expect(try bash("minibox cp li") == ["live:"])
        #expect(try bash("minibox run --volumes-from o") == ["over"])
        #expect(try bash("minibox run -v va") == ["vault:"])
        #expect(try bash("minibox --root \(box.folder)/none exec ").isEmpty)
        #expect(!FileManager.default.fileExists(atPath: box.folder + "/none"))
    }

    @Test func wordsThatAreFixed() throws {
        #expect(try bash("minibox run --restart un") == ["unless-stopped"])
        #expect(try bash("minibox stop --signal TE") == ["TERM"])
        #expect(try bash("minibox run --cap-add NET_A") == ["NET_ADMIN"])
        #expect(try bash("minibox run --network ho") == ["host"])
        #expect(try bash("minibox run --log-driver ") == ["json-file", "none"])
        #expect(try bash("minibox run --lea") == ["--lease"])
        #expect(try bash("minibox volume cr") == ["create"])
        #expect(
            try bash("minibox completion ") == ["bash", "fish", "zsh"]
                || bash("minibox completion ").sorted() == ["bash", "fish", "zsh"])
    }

    @Test func filesWhereFilesFit() throws {
        try box().file("archive.tar", "")
        #expect(try bash("minibox import arch") == ["archive.tar"])
        #expect(try bash("minibox run --env-file arch") == ["archive.tar"])
        #expect(try bash("minibox run --env-file=arch") == ["archive.tar"])
        #expect(try bash("minibox run busybox arch") == ["archive.tar"])
        #expect(try bash("minibox ps arch").isEmpty)
    }

    @Test func whateverIsWrongItIsSilent() throws {
        for words in [
            [], ["nonsense", ""], ["run", "--nonsense", ""], ["--root"], ["--root", "relative", "exec", ""],
        ] {
            let outcome = try box().run(["__complete"] + words)
            #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(words): \(outcome)")
        }
        // The quickest of many: any of them may have to wait for a processor.
        let times = try (0..<20).map { _ in
            let start = Clock.now
            _ = try ask("run", "--network", "")
            return Clock.now - start
        }
        #expect((times.min() ?? 0) < 0.25 * Clock.patience, "\(times)")
    }

    @Test func scriptsOfOtherShellsAreWellFormed() throws {
        for shell in ["zsh", "fish"] {
            let script = try box()("completion", shell)
            #expect(script.status == 0 && script.output.contains("__complete"))
            let file = try box().file("script.\(shell)", script.output)
            let found = try box().shell("command -v \(shell)")
            if found.status != 0 { continue }
            #expect(try box().shell("\(shell) -n \(file)").status == 0)
        }
    }
}
