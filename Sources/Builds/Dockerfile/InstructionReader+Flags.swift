// SPDX-License-Identifier: Apache-2.0
internal import Words

extension InstructionReader {
    /// The flags of the line, each of them one that the instruction takes, with a value of its kind.
    func checkedFlags() throws(DockerfileError) -> [Instruction.Flag] {
        var result: [Instruction.Flag] = []
        for raw in head.flags {
            guard raw.isClosed else {
                throw failure(
                    .flag, "the quote in this flag is not closed", at: raw.word, hint: "close it, or write \\\"")
            }
            let parts = raw.text.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let flag = Instruction.Flag(
                name: String(parts[0]), value: parts.count == 2 ? String(parts[1]) : nil,
                range: line.range(of: raw.word))
            guard let kind = keyword.flags.first(where: { $0.name == flag.name })?.kind else {
                throw unknownFlag(flag.name, at: raw.word)
            }
            if kind != .list, result.contains(where: { $0.name == flag.name }) {
                throw failure(.flag, "--\(flag.name) is there twice", at: raw.word, hint: "leave one of them out")
            }
            try check(flag, kind, at: raw.word)
            result.append(flag)
        }
        return result
    }

    private func check(
        _ flag: Instruction.Flag, _ kind: FlagKind, at word: ArraySlice<UInt8>
    ) throws(DockerfileError) {
        switch (kind, flag.value) {
        case (.bool, nil), (.text, .some), (.list, .some): return
        case (.bool, .some(let value)):
            guard value.lowercased() == "true" || value.lowercased() == "false" else {
                throw failure(
                    .flag, "--\(flag.name) takes true or false, not \(value.isEmpty ? "nothing" : value)", at: word,
                    hint: "write --\(flag.name) or --\(flag.name)=false")
            }
        case (.text, nil), (.list, nil):
            throw failure(
                .flag, "--\(flag.name) needs a value", at: word, hint: "write --\(flag.name)=VALUE, with no space")
        }
    }

    private func unknownFlag(_ flag: String, at word: ArraySlice<UInt8>) -> DockerfileError {
        if keyword == .run, flag == "device" {
            return failure(
                .unsupported, "RUN --device is not carried out by this version", at: word,
                hint: "leave it out, or give the device to the container that runs the image")
        }
        let known = keyword.flags.map(\.name)
        let others = InstructionKeyword.allCases.filter { $0.flags.contains { $0.name == flag } }.map(\.rawValue)
        let hint =
            if let near = nearestWord(to: flag, among: known) {
                "did you mean --\(near)?"
            } else if !others.isEmpty {
                "it is a flag of \(others.joined(separator: " and "))"
            } else if known.isEmpty {
                "\(name) takes none"
            } else {
                "\(name) takes \(known.map { "--\($0)" }.joined(separator: ", "))"
            }
        return failure(.flag, "\(name) has no flag --\(flag)", at: word, hint: hint)
    }

    /// The value of a flag, the last one where it is a list.
    func value(of flag: String) -> String? { flags.last { $0.name == flag }?.value }

    /// The values of a flag that may be there more than once.
    func values(of flag: String) -> [String] { flags.compactMap { $0.name == flag ? $0.value : nil } }

    /// Whether a flag is given as true; nil where it is not there.
    func truth(of flag: String) -> Bool? {
        flags.last { $0.name == flag }.map { ($0.value ?? "true").lowercased() == "true" }
    }

    /// Where a flag stands.
    func word(of flag: String) -> ArraySlice<UInt8> {
        let word = head.flags.last { $0.text == "--\(flag)" || $0.text.hasPrefix("--\(flag)=") }?.word
        return word ?? head.keyword
    }
}
