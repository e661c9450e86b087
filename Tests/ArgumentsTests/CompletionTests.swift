// SPDX-License-Identifier: Apache-2.0
import Arguments
import Foundation
import Testing

/// What bash offers for the last of `words`, with the script loaded.
private func completions(of words: [String]) throws -> [String] {
    let list = words.map { "'\($0)'" }.joined(separator: " ")
    let script = """
        \(sampleProgram.bashCompletion)
        COMP_WORDS=(\(list)); COMP_CWORD=\(words.count - 1)
        _minibox; printf '%s\\n' "${COMPREPLY[@]}"
        """
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["--norc", "-uc", script]
    process.currentDirectoryURL = URL(fileURLWithPath: "/proc/sys")
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
}

@Suite struct CompletionTests {
    @Test(arguments: [
        (["minibox", "r"], ["run"]), (["minibox", "im"], ["image"]), (["minibox", "image", "in"], ["inspect"]),
        (["minibox", "run", "--ter"], []), (["minibox", "run", "--net"], ["--network"]),
        (["minibox", "run", "--network", "h"], ["host"]), (["minibox", "run", "--rm", "--na"], ["--name"]),
        (["minibox", "make", "l"], ["ls"]), (["minibox", "make", "--r"], ["--rm"]), (["minibox", "run", "--sec"], []),
        (["minibox", "run", "-v", "ker"], ["kernel"]),
    ]) func offersWhatMayFollow(words: [String], expected: [String]) throws {
        #expect(try completions(of: words) == expected)
    }

    @Test func loadsBashsScriptInZsh() {
        #expect(sampleProgram.zshCompletion.hasPrefix("#compdef minibox\n"))
        #expect(sampleProgram.zshCompletion.hasSuffix(sampleProgram.bashCompletion))
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
