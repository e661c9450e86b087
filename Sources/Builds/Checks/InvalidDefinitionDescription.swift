// SPDX-License-Identifier: Apache-2.0

/// A comment directly above FROM or ARG that does not describe it as `# name text`.
enum InvalidDefinitionDescription: Check {
    static let rule = CheckRule.invalidDefinitionDescription

    static func findings(in file: CheckedDockerfile) -> [CheckFinding] {
        file.file.instructions.compactMap { instruction in
            let names: [String]
            switch instruction.body {
            case .from(let from): names = from.stageName.map { [$0.lowercased()] } ?? []
            case .arg(let declarations): names = declarations.map(\.name)
            default: return nil
            }
            // What tells checks to look away is no description.
            let comments = instruction.comments.filter { Dockerfile.Directive.split(Array($0.utf8)[...])?.0 != .check }
            guard let comment = comments.last, let first = names.first else { return nil }
            let word = comment.prefix { $0 != " " }
            guard !names.contains(String(word)) else { return nil }
            let example = names.count == 1 ? first : "NAME"
            return finding(
                "the comment above does not describe it: write # \(example) TEXT, or a blank line below the comment",
                at: instruction.keywordRange)
        }
    }
}
