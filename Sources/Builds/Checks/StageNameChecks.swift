// SPDX-License-Identifier: Apache-2.0

/// A name with capitals, which `--from` and `--target` do not tell from one without.
enum StageNameCasing: Check {
    static let rule = CheckRule.stageNameCasing

    static func findings(in file: CheckedDockerfile) -> [CheckFinding] {
        file.stages.compactMap { stage in
            guard let written = stage.from.stageName, let name = stage.name, written != name else { return nil }
            return finding("the stage's name \(written) has capitals: write \(name)", at: stage.word(2))
        }
    }
}

/// Two stages of one name: the later cannot be told from the earlier.
enum DuplicateStageName: Check {
    static let rule = CheckRule.duplicateStageName

    static func findings(in file: CheckedDockerfile) -> [CheckFinding] {
        var first: [String: SourceRange] = [:]
        return file.stages.compactMap { stage in
            guard let name = stage.name else { return nil }
            guard let other = first[name] else {
                first[name] = stage.word(2)
                return nil
            }
            return CheckFinding(
                rule, "line \(other.start.line) calls a stage \(name), too: choose another name", at: stage.word(2),
                other)
        }
    }
}

/// A name that means something else in FROM and `--from`.
enum ReservedStageName: Check {
    static let rule = CheckRule.reservedStageName

    static func findings(in file: CheckedDockerfile) -> [CheckFinding] {
        file.stages.compactMap { stage in
            guard let name = stage.name, name == "scratch" || name == "context" else { return nil }
            let what = name == "scratch" ? "no files at all" : "the build's context"
            return finding("\(name) is the name of \(what): choose another one", at: stage.word(2))
        }
    }
}
