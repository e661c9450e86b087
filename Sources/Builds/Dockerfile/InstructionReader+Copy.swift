// SPDX-License-Identifier: Apache-2.0

extension InstructionReader {
    /// COPY and ADD.
    mutating func copyBody() throws(DockerfileError) -> Instruction.Body {
        var sources = try copyWords()
        guard sources.count >= 2, let last = sources.popLast() else {
            throw missing("a source and a destination", hint: example)
        }
        guard case .path(let destination) = last else {
            throw failure(
                .heredoc, "a here-document cannot be the destination", at: arguments, hint: "write the destination last"
            )
        }
        if keyword == .copy { try refuseRemote(sources) }
        let from = value(of: "from").flatMap { $0.isEmpty ? nil : $0 }
        if let from, Self.hasVariable(from) {
            throw failure(
                .flag, "--from cannot have variables", at: word(of: "from"),
                hint: "write FROM \(from) AS NAME as a stage, and --from=NAME")
        }
        let copy = Instruction.Copy(
            sources: sources, destination: destination, from: from,
            owner: value(of: "chown").flatMap { $0.isEmpty ? nil : $0 },
            mode: value(of: "chmod").flatMap { $0.isEmpty ? nil : $0 }, isLink: truth(of: "link") ?? false,
            keepsParents: truth(of: "parents") ?? false, excludes: values(of: "exclude"),
            checksum: value(of: "checksum").flatMap { $0.isEmpty ? nil : $0 },
            keepsGitDirectory: truth(of: "keep-git-dir"), unpacks: truth(of: "unpack"))
        return keyword == .copy ? .copy(copy) : .add(copy)
    }

    /// The words, those that start here-documents as the files.
    private mutating func copyWords() throws(DockerfileError) -> [Instruction.Copy.Source] {
        if let words = try jsonWords(arguments) {
            wordRanges = [line.range(of: arguments)]
            return words.map { .path($0) }
        }
        var result: [Instruction.Copy.Source] = []
        var covered = arguments.startIndex
        var left = heredocs[...]
        for word in arguments.words() where word.startIndex >= covered {
            while let next = left.first, next.mark.word.upperBound <= word.startIndex { left.removeFirst() }
            if let heredoc = left.first, heredoc.mark.word.contains(word.startIndex) {
                // With a space behind `<<`, or in quotes, a here-document's name is more than one word.
                covered = heredoc.mark.word.upperBound
                wordRanges.append(line.range(of: line.bytes[heredoc.mark.word]))
                result.append(.inline(heredoc.document))
            } else {
                wordRanges.append(line.range(of: word))
                result.append(.path(word.text))
            }
        }
        return result
    }

    /// COPY takes files; ADD also what is elsewhere.
    private func refuseRemote(_ sources: [Instruction.Copy.Source]) throws(DockerfileError) {
        for case .path(let path) in sources {
            let lower = path.lowercased()
            guard ["http://", "https://", "git://", "ssh://", "git@"].contains(where: lower.hasPrefix) else { continue }
            throw failure(
                .arguments, "COPY cannot fetch \(path)", at: arguments, hint: "write ADD, or copy a file of the context"
            )
        }
    }
}
