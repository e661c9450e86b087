// SPDX-License-Identifier: Apache-2.0
import Arguments
import Testing

@Suite struct CompletionTests {
    @Test(arguments: [
        (["r"], ["run"]), (["im"], ["image"]), (["image", "in"], ["inspect"]), (["run", "--ter"], []),
        (["run", "--net"], ["--network"]), (["run", "--network", "h"], ["host"]),
        (["run", "--network=h"], ["--network=host"]),
        (["run", "--rm", "--na"], ["--name"]), (["make", "l"], ["ls"]), (["make", "--r"], ["--rm"]),
        (["run", "--sec"], []), (["help", "im"], ["image"]), (["help", "image", "in"], ["inspect"]),
        (["nothing", ""], []),
        (["run", "--rm=t"], ["--rm=true"]), (["run", "busybox", "--na"], []),
    ]) func offersWhatMayFollow(words: [String], expected: [String]) {
        #expect(sampleProgram.completion(of: words).words == expected)
    }

    @Test func tellsWhatIsTyped() {
        let value = sampleProgram.completion(of: ["run", "--name", "we"])
        #expect(value.flag == "name" && value.typed == "we" && value.command == ["run"])
        let joined = sampleProgram.completion(of: ["run", "--name=we"])
        #expect(joined.flag == "name" && joined.typed == "we" && joined.lead == "--name=")
        let argument = sampleProgram.completion(of: ["run", "--rm", "--name", "web", ""])
        #expect(argument.flag.isEmpty && argument.wanted == "IMAGE", "\(argument)")
    }

    @Test func scriptsAskTheProgram() {
        for script in [sampleProgram.bashCompletion, sampleProgram.zshCompletion, sampleProgram.fishCompletion] {
            #expect(script.contains("minibox") && script.contains(" __complete "))
        }
        #expect(sampleProgram.zshCompletion.hasPrefix("#compdef minibox\n"))
    }
}

@Suite struct ManualPageTests {
    @Test func writesAPageForACommand() throws {
        let page = try sampleProgram.manualPage(for: ["run"])
        #expect(page.hasPrefix(".TH \"MINIBOX-RUN\" 1 \"\" \"minibox 0.1.0\"\n.SH NAME\n"))
        #expect(page.contains("\n.TP\n.B \\-m, \\-\\-memory BYTES\nMemory limit\n"))
        #expect(!page.contains("secret"))
    }

    @Test func writesPagesForGroupsAndTheProgram() throws {
        #expect(try sampleProgram.manualPage(for: []).contains("\n.TP\n.B run\nCreate and run a new container\n"))
        #expect(try sampleProgram.manualPage(for: ["image"]).contains("\n.B inspect\n"))
        #expect(try sampleProgram.manualPage(for: ["image", "inspect"]).contains("MINIBOX-IMAGE-INSPECT"))
        #expect(throws: ArgumentsError.self) { try sampleProgram.manualPage(for: ["rnu"]) }
        #expect(throws: ArgumentsError.self) { try sampleProgram.manualPage(for: ["run", "x"]) }
    }
}
