// SPDX-License-Identifier: Apache-2.0

/// COPY or ADD of a file of the context that the ignore file leaves out.
enum CopyIgnoredFile: Check {
    static let rule = CheckRule.copyIgnoredFile

    static func findings(in file: CheckedDockerfile) -> [CheckFinding] {
        file.builtInstructions.flatMap { checked -> [CheckFinding] in
            let instruction = checked.instruction
            let copy: Instruction.Copy
            let isAdd: Bool
            switch instruction.body {
            case .copy(let body): (copy, isAdd) = (body, false)
            case .add(let body): (copy, isAdd) = (body, true)
            default: return []
            }
            guard copy.from == nil else { return [] }
            // Here-documents that are not expanded have no text.
            var texts = checked.texts[...]
            return copy.sources.enumerated().compactMap { index, source -> CheckFinding? in
                if case .inline(let heredoc) = source, heredoc.isQuoted { return nil }
                guard let text = texts.popFirst(), case .path = source else { return nil }
                if isAdd, RemoteSource(text.text) != .file { return nil }
                let path = LexicalPath.text(text.text)
                guard file.input.isIgnored(path.isEmpty ? "." : path) == true else { return nil }
                return finding(
                    "the ignore file leaves \(text.text) out: remove it there, or do not copy it",
                    at: instruction.word(index))
            }
        }
    }
}
