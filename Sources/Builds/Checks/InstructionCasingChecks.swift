// SPDX-License-Identifier: Apache-2.0

/// `FROM a as b`, and `from a AS b`.
enum FromAsCasing: Check {
    static let rule = CheckRule.fromAsCasing

    static func findings(in file: CheckedDockerfile) -> [CheckFinding] {
        file.stages.compactMap { stage in
            guard let written = stage.from.asKeyword else { return nil }
            let keyword = stage.instruction.keyword
            let wanted = keyword == keyword.lowercased() ? "as" : "AS"
            // `From` has no case to follow; it has a finding of its own.
            guard keyword == keyword.lowercased() || keyword == keyword.uppercased(), written != wanted else {
                return nil
            }
            return finding("\(written) is written in another case than \(keyword): write \(wanted)", at: stage.word(1))
        }
    }
}

/// An instruction that is neither in capitals nor in small letters, or not as most are.
enum ConsistentInstructionCasing: Check {
    static let rule = CheckRule.consistentInstructionCasing

    static func findings(in file: CheckedDockerfile) -> [CheckFinding] {
        // ARG in front of the first FROM is of no stage, and BuildKit does not count it.
        let instructions = file.stages.flatMap { [$0.instruction] + $0.instructions.map(\.instruction) }
        let small = instructions.count { $0.keyword == $0.keyword.lowercased() }
        let capital = instructions.count { $0.keyword == $0.keyword.uppercased() }
        return instructions.compactMap { instruction in
            let keyword = instruction.keyword
            let wanted = small > capital ? keyword.lowercased() : keyword.uppercased()
            guard keyword != wanted else { return nil }
            return finding(
                "\(keyword) is written in another case than most instructions: write \(wanted)",
                at: instruction.keywordRange)
        }
    }
}
