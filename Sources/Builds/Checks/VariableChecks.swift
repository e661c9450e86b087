// SPDX-License-Identifier: Apache-2.0
internal import OCI
internal import Words

/// A variable in FROM that no ARG in front of the first FROM declares.
enum UndefinedArgInFrom: Check {
    static let rule = CheckRule.undefinedArgInFrom

    static func findings(in file: CheckedDockerfile) -> [CheckFinding] {
        let expander = file.arguments.expander(escape: file.file.escape)
        return file.stages.flatMap { stage in
            var names: [String] = []
            for text in [stage.from.platform, stage.from.image] {
                for name in text.flatMap({ try? expander.expand($0) })?.undefined ?? [] where !names.contains(name) {
                    names.append(name)
                }
            }
            return names.compactMap { name -> CheckFinding? in
                guard file.arguments.declared[name] == nil else { return nil }
                let near = file.arguments.nearest(to: name).map { " (did you mean \($0)?)" } ?? ""
                return finding(
                    "no ARG in front of the first FROM declares \(name)\(near)",
                    at: file.file.source.place(of: name, in: stage.instruction.range) ?? stage.word(0))
            }
        }
    }
}

/// A variable that is not set where it is used.
enum UndefinedVar: Check {
    static let rule = CheckRule.undefinedVar
    /// Looking through all names takes its time, and nobody reads more guesses.
    private static let mostGuesses = 100

    static func findings(in file: CheckedDockerfile) -> [CheckFinding] {
        var result: [CheckFinding] = []
        for stage in file.builtStages {
            let declared = stage.state.declared.sorted()
            // A base image that is not known here may set anything.
            for checked in stage.instructions where checked.facts.isComplete {
                for (name, range) in undefined(in: checked, of: file.file.source) {
                    var near: String?
                    if result.count < mostGuesses {
                        let names = stage.state.environment.names.prefix(checked.facts.nameCount) + declared
                        near = nearestWord(to: name, among: names.lazy.filter { $0 != name })
                    }
                    let hint = near.map { " (did you mean $\($0)?)" } ?? ""
                    result.append(finding("the variable $\(name) is not set\(hint)", at: range))
                }
            }
        }
        return result
    }

    /// Each name once, where it is first written.
    private static func undefined(
        in checked: CheckedInstruction, of source: DockerfileSource
    ) -> [(name: String, range: SourceRange)] {
        var names: Set<String> = []
        var result: [(name: String, range: SourceRange)] = []
        for text in checked.texts {
            for name in text.undefined where names.insert(name).inserted {
                let range =
                    source.place(of: name, in: text.range) ?? source.place(of: name, in: checked.instruction.range)
                result.append((name, range ?? text.range))
            }
        }
        return result
    }
}

/// FROM that names no image unless `--build-arg` says which.
enum InvalidDefaultArgInFrom: Check {
    static let rule = CheckRule.invalidDefaultArgInFrom

    static func findings(in file: CheckedDockerfile) -> [CheckFinding] {
        var defaults = CheckedDockerfile.arguments([], file.input)
        for instruction in file.globals {
            // What cannot be expanded is for the build to say.
            guard (try? defaults.declare(instruction, escape: file.file.escape)) != nil else { return [] }
        }
        let expander = defaults.expander(escape: file.file.escape)
        return file.stages.compactMap { stage in
            guard let expansion = try? expander.expand(stage.from.image), expansion.text != stage.from.image,
                !file.hasStage(expansion.text, before: stage), (try? ImageReference(expansion.text)) == nil
            else { return nil }
            let text = expansion.text.isEmpty ? "nothing" : expansion.text
            return finding(
                "without --build-arg this is \(text), which is no image: give the ARG a default, or write ${NAME:-DEFAULT}",
                at: stage.word(0))
        }
    }

}

/// A password or the like where everybody who has the image can read it.
enum SecretsUsedInArgOrEnv: Check {
    static let rule = CheckRule.secretsUsedInArgOrEnv

    private static let secret: Set = [
        "apikey", "auth", "credential", "credentials", "key", "password", "pword", "passwd", "secret", "token",
    ]
    private static let harmless: Set = ["public", "file", "version"]

    static func findings(in file: CheckedDockerfile) -> [CheckFinding] {
        file.builtInstructions.flatMap { checked -> [CheckFinding] in
            let instruction = checked.instruction
            let names: [(index: Int, name: String)]
            switch instruction.body {
            case .arg(let declarations): names = declarations.enumerated().map { ($0.offset, $0.element.name) }
            // Of a pair, the key is expanded first, then the value.
            case .env(let pairs, _): names = pairs.indices.map { ($0, checked.texts[2 * $0].text) }
            default: return []
            }
            return names.compactMap { index, name in
                guard isSecret(name) else { return nil }
                return finding(
                    "\(name) stays in the image for all to read: give secrets with RUN --mount=type=secret",
                    at: instruction.word(index))
            }
        }
    }

    /// Whether a part between underscores says so, and none says the contrary.
    private static func isSecret(_ name: String) -> Bool {
        let parts = name.lowercased().split(separator: "_").map(String.init)
        return parts.contains(where: secret.contains) && !parts.contains(where: harmless.contains)
    }
}
