// SPDX-License-Identifier: Apache-2.0

extension InstructionReader {
    mutating func from() throws(DockerfileError) -> Instruction.From {
        let words = try someWords()
        let platform = value(of: "platform").flatMap { $0.isEmpty ? nil : $0 }
        if words.count == 1 { return Instruction.From(platform: platform, image: words[0].text) }
        guard words.count == 3, words[1].lowercase == "as" else {
            throw failure(
                .arguments, "FROM takes an image, or an image, AS and a name", at: words[1],
                hint: "write FROM IMAGE AS NAME")
        }
        guard Self.isStageName(words[2].lowercase) else {
            throw failure(
                .arguments, "\(words[2].text) cannot be the name of a stage", at: words[2],
                hint: "start with a letter; letters, digits, -, _ and . may follow")
        }
        return Instruction.From(
            platform: platform, image: words[0].text, stageName: words[2].text, asKeyword: words[1].text)
    }

    /// `[a-z][a-z0-9-_.]*`
    private static func isStageName(_ name: String) -> Bool {
        guard let first = name.utf8.first, first.isASCIILetter else { return false }
        return name.utf8.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || "-_.".utf8.contains($0) }
    }

    /// ONBUILD: the instruction as it is, and what it says.
    mutating func onbuildBody() throws(DockerfileError) -> Instruction.Body {
        guard !arguments.isEmpty else { throw missing("an instruction", hint: example) }
        wordRanges = [line.range(of: arguments)]
        let inner = line.bytes[arguments.startIndex...]
        var reader = try trigger()
        reader.heredocs = heredocs
        let end = heredocs.last?.document.range.end ?? line.position(of: line.bytes.count)
        let instruction = try reader.instruction(
            range: SourceRange(line.position(of: inner.startIndex), end), original: inner)
        return .onbuild(text: withHeredocs(inner.text), instruction)
    }

    /// The here-documents behind the line that starts them, as they are in the file.
    func withHeredocs(_ text: String) -> String {
        heredocs.reduce(into: text) { $0 += "\n" + $1.raw.text + $1.document.name }
    }

    /// A reader of what follows ONBUILD.
    func trigger() throws(DockerfileError) -> InstructionReader {
        let reader = try InstructionReader(source: source, line: line, escape: escape, part: arguments)
        try reader.refuseAsTrigger()
        return reader
    }

    func refuseAsTrigger() throws(DockerfileError) {
        guard keyword == .onbuild || keyword == .from || keyword == .maintainer else { return }
        throw failure(
            .trigger, "ONBUILD cannot put off \(name)", at: head.keyword,
            hint: keyword == .onbuild
                ? "write ONBUILD once" : "put off any instruction but ONBUILD, FROM and MAINTAINER")
    }
}
