// SPDX-License-Identifier: Apache-2.0
internal import Words

/// Reads what one instruction says.
struct InstructionReader {
    let source: DockerfileSource
    let line: LogicalLine
    /// The escape character of the file.
    let escape: UInt8
    let keyword: InstructionKeyword
    let head: InstructionHead
    /// The here-documents of the line, in order.
    var heredocs: [(mark: HeredocMark, document: Heredoc, raw: ArraySlice<UInt8>)] = []

    /// The flags that were given, checked.
    var flags: [Instruction.Flag] = []
    /// Where the words of the arguments stand.
    var wordRanges: [SourceRange] = []

    /// What follows the flags.
    var arguments: ArraySlice<UInt8> { head.arguments }
    /// The instruction's name as messages have it.
    var name: String { keyword.rawValue }

    init(source: DockerfileSource, line: LogicalLine, escape: UInt8, part: ArraySlice<UInt8>) throws(DockerfileError) {
        self.source = source
        self.line = line
        self.escape = escape
        head = InstructionHead(part)
        guard let keyword = InstructionKeyword(head.keyword) else {
            throw Self.unknown(head.keyword, at: line.range(of: head.keyword), in: source)
        }
        self.keyword = keyword
    }

    /// Whether the arguments can start here-documents: those of RUN, COPY and ADD that are no JSON.
    func takesHeredocs() throws(DockerfileError) -> Bool {
        guard keyword.takesHeredocs else { return false }
        return try jsonWords(arguments) == nil
    }

    /// The instruction; `range` is all of it, and `original` its whole line.
    mutating func instruction(range: SourceRange, original: ArraySlice<UInt8>) throws(DockerfileError) -> Instruction {
        flags = try checkedFlags()
        let body = try body()
        return Instruction(
            keyword: head.keyword.text, flags: flags, text: arguments.text, original: original.text,
            heredocs: heredocs.map(\.document), body: body, range: range, wordRanges: wordRanges)
    }

    private mutating func body() throws(DockerfileError) -> Instruction.Body {
        switch keyword {
        case .add, .copy: try copyBody()
        case .arg: .arg(try declarations())
        case .cmd: .cmd(try commandForm())
        case .entrypoint: .entrypoint(try commandForm())
        case .env: try environmentBody()
        case .label: try labelBody()
        case .expose: .expose(try someWords().map(\.text))
        case .from: .from(try from())
        case .healthcheck: .healthcheck(try healthcheck())
        case .maintainer: .maintainer(try oneText())
        case .onbuild: try onbuildBody()
        case .run: .run(try run())
        case .shell: .shell(try shell())
        case .stopSignal: .stopSignal(try oneText())
        case .user: .user(try oneText())
        case .volume: .volume(try volumes())
        case .workdir: .workdir(try oneText())
        }
    }

    // MARK: - Errors

    func failure(
        _ code: DockerfileError.Code, _ words: String, at place: ArraySlice<UInt8>, hint: String? = nil
    ) -> DockerfileError {
        DockerfileError(code, words, at: line.range(of: place), hint: hint, in: source)
    }

    /// An error about arguments that are missing: below the keyword.
    func missing(_ what: String, hint: String) -> DockerfileError {
        failure(.arguments, "\(name) needs \(what)", at: head.keyword, hint: hint)
    }

    private static func unknown(
        _ word: ArraySlice<UInt8>, at range: SourceRange, in source: DockerfileSource
    ) -> DockerfileError {
        let text = word.text
        if let odd = text.unicodeScalars.first(where: { $0.properties.isWhitespace && !$0.isASCII }) {
            let number = String(odd.value, radix: 16, uppercase: true)
            return DockerfileError(
                .unknownInstruction, "a space of Unicode (U+\(number)) stands in an instruction's name", at: range,
                hint: "replace it with an ordinary space", in: source)
        }
        if text.isEmpty {
            return DockerfileError(
                .unknownInstruction, "there is no instruction", at: range, hint: "remove the \\ at the end of the line",
                in: source)
        }
        let near = nearestWord(to: text.uppercased(), among: InstructionKeyword.allCases.map(\.rawValue))
        return DockerfileError(
            .unknownInstruction, "unknown instruction \(text)", at: range, hint: near.map { "did you mean \($0)?" },
            in: source)
    }
}
