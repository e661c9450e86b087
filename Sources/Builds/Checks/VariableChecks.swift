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

    static func findings(in file: CheckedDockerfile) -> [CheckFinding] {
        file.builtInstructions.flatMap { checked -> [CheckFinding] in
            // A base image that is not known here may set anything.
            guard checked.state.isComplete else { return [] }
            var found: [String: SourceRange] = [:]
            var names: [String] = []
            for text in checked.texts {
                for name in text.undefined where found[name] == nil {
                    let source = file.file.source
                    found[name] =
                        source.place(of: name, in: text.range)
                        ?? source.place(of: name, in: checked.instruction.range) ?? text.range
                    names.append(name)
                }
            }
            return names.compactMap { name in
                let candidates = checked.state.environment.names + checked.state.declared.sorted()
                let near = nearestWord(to: name, among: candidates).map { " (did you mean $\($0)?)" } ?? ""
                return found[name].map { finding("the variable $\(name) is not set\(near)", at: $0) }
            }
        }
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
                !isStage(expansion.text, before: stage, in: file), (try? ImageReference(expansion.text)) == nil
            else { return nil }
            let text = expansion.text.isEmpty ? "nothing" : expansion.text
            return finding(
                "without --build-arg this is \(text), which is no image: give the ARG a default, or write ${NAME:-DEFAULT}",
                at: stage.word(0))
        }
    }

    private static func isStage(_ name: String, before stage: CheckedStage, in file: CheckedDockerfile) -> Bool {
        file.stages.prefix(stage.index).contains { $0.name == name.lowercased() }
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
