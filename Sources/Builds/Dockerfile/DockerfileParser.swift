// SPDX-License-Identifier: Apache-2.0

/// Reads Dockerfiles.
public enum DockerfileParser {
    /// Reads a Dockerfile.
    ///
    /// - Parameters:
    ///   - bytes: what the file has: UTF-8, with a byte order mark or without, lines ending with LF or CR LF.
    ///   - name: what the file is called in messages.
    ///   - syntax: the build argument BUILDKIT_SYNTAX, which takes the place of `# syntax=`.
    public static func parse(
        _ bytes: [UInt8], name: String, syntax: String? = nil
    ) throws(DockerfileError) -> Dockerfile {
        var lexer = try DockerfileLexer(bytes, name: name)
        try lexer.readDirectives()
        if let syntax, !syntax.isEmpty {
            let start = SourcePosition(line: 1, column: 1)
            try DockerfileSyntax.check(syntax, at: SourceRange(start, start), in: lexer.source)
        } else {
            try DockerfileSyntax.check(lexer)
        }
        var instructions: [Instruction] = []
        var hasStage = false
        while let line = lexer.line() {
            let instruction = try instruction(line, &lexer)
            switch instruction.body {
            case .from: hasStage = true
            case .arg: break
            default:
                if !hasStage { throw outsideStage(instruction, lexer) }
            }
            instructions.append(instruction)
        }
        guard hasStage else { throw empty(lexer, hasInstructions: !instructions.isEmpty) }
        return Dockerfile(
            source: lexer.source, directives: lexer.directives, instructions: instructions,
            emptyContinuationLines: lexer.emptyContinuationLines)
    }

    /// Reads the text of an ONBUILD trigger, as the configuration of an image has it.
    ///
    /// - Parameter name: what the text is called in messages.
    public static func parseInstruction(
        _ text: String, name: String = "ONBUILD"
    ) throws(DockerfileError) -> Instruction {
        var lexer = try DockerfileLexer(Array(text.utf8), name: name)
        guard let line = lexer.line() else { throw empty(lexer, hasInstructions: false) }
        let reader = try InstructionReader(
            source: lexer.source, line: line, escape: lexer.escape, part: line.bytes[...])
        try reader.refuseAsTrigger()
        let result = try instruction(line, &lexer)
        if let other = lexer.line() {
            throw lexer.failure(
                .trigger, "a trigger is one instruction, and this is a second", at: other.range(of: other.bytes[...]))
        }
        return result
    }

    /// One instruction with the here-documents that follow its line.
    private static func instruction(
        _ line: LogicalLine, _ lexer: inout DockerfileLexer
    ) throws(DockerfileError) -> Instruction {
        var line = line
        var reader = try InstructionReader(
            source: lexer.source, line: line, escape: lexer.escape, part: line.bytes[...])
        let inner = reader.keyword == .onbuild && !reader.arguments.isEmpty ? try reader.trigger() : reader
        if try inner.takesHeredocs() {
            for mark in HeredocMark.all(in: line.bytes[...]) {
                reader.heredocs.append(try heredoc(mark, line, &lexer))
                line.lastLine = lexer.next
            }
        }
        let end = SourcePosition(line: line.lastLine, column: lexer.lines[line.lastLine - 1].content.count + 1)
        var result = try reader.instruction(
            range: SourceRange(line.position(of: reader.head.keyword.startIndex), end), original: line.bytes[...])
        result.comments = line.comments
        result.skippedChecks = line.comments.flatMap(skippedChecks)
        return result
    }

    private static func heredoc(
        _ mark: HeredocMark, _ line: LogicalLine, _ lexer: inout DockerfileLexer
    ) throws(DockerfileError) -> (mark: HeredocMark, document: Heredoc, raw: ArraySlice<UInt8>) {
        guard let (raw, range) = lexer.body(of: mark) else {
            throw lexer.failure(
                .heredoc, "the here-document \(mark.name) does not end", at: line.range(of: line.bytes[mark.word]),
                hint: "write \(mark.name) alone on the line behind its text, or \"<<\" in quotes for no here-document")
        }
        let contents = mark.stripsTabs ? HeredocMark.withoutTabs(raw)[...] : raw
        let document = Heredoc(
            name: mark.name, descriptor: mark.descriptor, isQuoted: mark.isQuoted, stripsTabs: mark.stripsTabs,
            contents: contents.text, range: range)
        return (mark, document, raw)
    }

    /// The rules of a comment `check=skip=RULE,RULE`.
    private static func skippedChecks(_ comment: String) -> [String] {
        guard let (key, value) = Dockerfile.Directive.split(Array(comment.utf8)[...]), key == .check else { return [] }
        return value.split(separator: ";").flatMap { option -> [String] in
            let parts = option.split(separator: "=", maxSplits: 1).map { Array($0.utf8)[...].trimmed.text }
            guard parts.count == 2, parts[0] == "skip" else { return [] }
            return parts[1].split(separator: ",").map { Array($0.utf8)[...].trimmed.text }
        }
    }

    private static func outsideStage(_ instruction: Instruction, _ lexer: DockerfileLexer) -> DockerfileError {
        let start = instruction.range.start
        let end = SourcePosition(line: start.line, column: start.column + instruction.keyword.utf8.count)
        return lexer.failure(
            .outsideStage, "\(instruction.keyword.uppercased()) stands in front of the first FROM",
            at: SourceRange(start, end), hint: "only ARG may stand there")
    }

    private static func empty(_ lexer: DockerfileLexer, hasInstructions: Bool) -> DockerfileError {
        let last = SourcePosition(line: max(1, lexer.lines.count), column: 1)
        return lexer.failure(
            .empty, hasInstructions ? "there is no FROM" : "there is no instruction", at: SourceRange(last, last),
            hint: "write FROM IMAGE, or FROM scratch")
    }
}
