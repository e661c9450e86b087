// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Linux

/// A question before something is removed for good.
enum Confirmation {
    /// Says what would be removed, and asks. Where nobody can be asked, it is an error.
    static func isGiven(for what: [String]) throws -> Bool {
        guard StandardStream.input.isTerminal else {
            throw EngineError(.invalid, "nobody can be asked here whether to go on: write --force")
        }
        var text = "This removes:\n"
        for line in what { text += "  - \(line)\n" }
        try Minibox.show(text + "Go on? [y/N] ")
        let input = try StandardStream.input.duplicate()
        var answer: [UInt8] = []
        while let byte = try input.read(upTo: 1).first, byte != UInt8(ascii: "\n") { answer.append(byte) }
        if ["y", "yes"].contains(String(decoding: answer, as: UTF8.self).lowercased()) { return true }
        try Minibox.show("Nothing was removed.\n")
        return false
    }
}
