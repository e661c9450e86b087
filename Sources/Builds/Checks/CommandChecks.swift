// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// CMD or ENTRYPOINT as a text: the shell that runs it is process 1, and does not hand signals on.
enum JSONArgsRecommended: Check {
    static let rule = CheckRule.jsonArgsRecommended

    static func findings(in file: CheckedDockerfile) -> [CheckFinding] {
        file.builtInstructions.compactMap { checked in
            switch checked.instruction.body {
            case .cmd(.shell), .entrypoint(.shell):
                // Who sets a shell wants it.
                guard !checked.facts.hasShell else { return nil }
                let name = checked.instruction.keyword.uppercased()
                return finding(
                    "a shell runs this, and does not pass signals on: write \(name) [\"PROGRAM\", \"ARGUMENT\"]",
                    at: checked.instruction.word(0))
            default: return nil
            }
        }
    }
}

/// A second CMD, ENTRYPOINT or HEALTHCHECK in a stage. Found at the first, which means nothing.
enum MultipleInstructionsDisallowed: Check {
    static let rule = CheckRule.multipleInstructionsDisallowed

    static func findings(in file: CheckedDockerfile) -> [CheckFinding] {
        file.builtStages.flatMap { stage in
            var last: [String: Instruction] = [:]
            return stage.instructions.compactMap { checked -> CheckFinding? in
                let instruction = checked.instruction
                switch instruction.body {
                case .cmd, .entrypoint, .healthcheck: break
                default: return nil
                }
                let name = instruction.keyword.uppercased()
                guard let earlier = last.updateValue(instruction, forKey: name) else { return nil }
                return CheckFinding(
                    rule, "the \(name) in line \(instruction.range.start.line) takes the place of this one: remove one",
                    at: earlier.keywordRange, instruction.keywordRange)
            }
        }
    }
}

/// MAINTAINER.
enum MaintainerDeprecated: Check {
    static let rule = CheckRule.maintainerDeprecated

    static func findings(in file: CheckedDockerfile) -> [CheckFinding] {
        file.file.instructions.compactMap { instruction in
            guard case .maintainer = instruction.body else { return nil }
            return finding(
                "MAINTAINER is deprecated: write LABEL org.opencontainers.image.authors=\"NAME\"",
                at: instruction.keywordRange)
        }
    }
}

/// `ENV key value` and `LABEL key value`.
enum LegacyKeyValueFormat: Check {
    static let rule = CheckRule.legacyKeyValueFormat

    static func findings(in file: CheckedDockerfile) -> [CheckFinding] {
        file.builtInstructions.compactMap { checked in
            let instruction = checked.instruction
            switch instruction.body {
            case .env(let pairs, isLegacy: true), .label(let pairs, isLegacy: true):
                let name = instruction.keyword.uppercased()
                let key = pairs.first?.key ?? "NAME"
                return finding(
                    "this is the old form, of one pair: write \(name) \(key)=VALUE",
                    at: SourceRange(instruction.word(0).start, instruction.word(1).end))
            default: return nil
            }
        }
    }
}

/// WORKDIR with a relative path, in front of which this file says nothing of where it is.
enum WorkdirRelativePath: Check {
    static let rule = CheckRule.workdirRelativePath

    static func findings(in file: CheckedDockerfile) -> [CheckFinding] {
        file.builtInstructions.compactMap { checked in
            guard case .workdir = checked.instruction.body, !checked.facts.hasDirectory, let text = checked.texts.first,
                !text.text.isRooted
            else { return nil }
            return finding(
                "\(text.text) is below the directory of the base image, which may change: write WORKDIR /PATH",
                at: checked.instruction.word(0))
        }
    }
}
