// SPDX-License-Identifier: Apache-2.0
import Builds
import Testing

@Suite struct HeredocTests {
    private func documents(_ text: String) throws -> [String] {
        try Reading.instructions(text).first?.heredocs.map { document in
            let marks = (document.descriptor == 0 ? "" : "\(document.descriptor)") + (document.stripsTabs ? "-" : "")
            return "\(marks)\(document.isQuoted ? "'" : "")\(document.name):\(document.contents)"
        } ?? []
    }

    @Test(
        arguments: [
            ("RUN <<EMPTY\nEMPTY", ["EMPTY:"]), ("RUN 3<<TWO\nTWO", ["3TWO:"]),
            ("RUN <<A\n\tfoo\n\tbar\nA", ["A:\tfoo\n\tbar\n"]), ("RUN <<-A\n\tbaz\n\t\tquux\nA", ["-A:baz\nquux\n"]),
            ("RUN <<-A\n\tbaz\n\t\tA", ["-A:baz\n"]), ("RUN <<A\na\n\tA\nA", ["A:a\n\tA\n"]),
            ("RUN <<-'A'\n\tdon't $NAME\nA", ["-'A:don't $NAME\n"]), ("RUN <<\"A\"\nA", ["'A:"]),
            ("RUN <<eo'f'\na\neof", ["'eof:a\n"]), ("RUN <<eo\\'f\na\neo'f", ["eo'f:a\n"]),
            ("RUN <<'e'o\\'f\na\neo'f", ["'eo'f:a\n"]), ("RUN <<'one two'\na\none two", ["'one two:a\n"]),
            ("RUN <<$EOF\n$EOF", ["$EOF:"]), ("RUN <<  EOF\nEOF", ["EOF:"]), ("RUN <<- EOF\nEOF", ["-EOF:"]),
            ("RUN << -EOF\n-EOF", ["-EOF:"]), ("RUN <<  EOF  > foo\nEOF", ["EOF:"]),
            ("RUN <<A\n# kept\n\n  \\\nA", ["A:# kept\n\n  \\\n"]),
            ("RUN --mount=type=tmpfs,target=/t <<A\na\nA", ["A:a\n"]),
            ("COPY <<a <<b /d/\n1\na\n2\nb", ["a:1\n", "b:2\n"]), ("COPY <<X <<Y /d/\nY\nX\nX\nY", ["X:Y\n", "Y:X\n"]),
            ("ADD <<file.txt /d\nhello\nfile.txt", ["file.txt:hello\n"]),
            ("RUN <<A python3 && <<B sh\n1\nA\n2\nB", ["A:1\n", "B:2\n"]), ("RUN cat \\\n # c\n  <<A\n1\nA", ["A:1\n"]),
            ("RUN <<A\r\na\r\nA\r\n", ["A:a\r\n"]), ("ONBUILD RUN <<A\na\nA", ["A:a\n"]),
            ("onbuild copy <<A /d\na\nA", ["A:a\n"]), ("RUN echo \"it's\" <<A\na\nA", ["A:a\n"]),
            // None of these is one.
            ("RUN \"<<A\"", []), ("RUN '<<A'", []), ("RUN cat<<A", []), ("RUN a <<<b", []), ("RUN a <<", []),
            ("RUN a <<-", []),
            ("RUN <<A<b", []), ("RUN <<''", []), ("RUN \\<<A", []), ("RUN echo it's <<A", []), ("RUN [\"<<A\"]", []),
            ("USER <<A", []), ("ENV a=<<A", []), ("CMD cat <<A", []), ("COPY [\"<<A\", \"/d\"]", []),
            ("ONBUILD CMD <<A", []),
            ("HEALTHCHECK CMD <<A", []), ("RUN $((1<<2))", []), ("RUN x<y<<z", []),
        ] as [(String, [String])]) func `start with a word`(text: String, expected: [String]) throws
    {
        #expect(try documents(text) == expected)
    }

    @Test func `what follows is read as instructions again`() throws {
        let all = try Reading.instructions("RUN <<A\nRUN b\nA\nRUN c\nCOPY <<B /d\nB\n\nRUN d")
        #expect(all.map(\.original) == ["RUN <<A", "RUN c", "COPY <<B /d", "RUN d"])
        #expect(all[0].range == SourceRange(.init(line: 2, column: 1), .init(line: 4, column: 2)))
        #expect(all[0].heredocs[0].range == SourceRange(.init(line: 3, column: 1), .init(line: 4, column: 2)))
    }

    @Test(
        arguments: [
            // Alone, it is the command.
            ("RUN <<A\necho a\nA", .form(.shell("echo a\n"))),
            ("RUN <<-'A'\n\techo $a\n\tA", .form(.shell("echo $a\n"))),
            ("RUN 3<<A\na\nA", .form(.shell("a\n"))), ("RUN --network=none <<  'A B'\na\nA B", .form(.shell("a\n"))),
            // With `#!` it is a file.
            ("RUN <<A\n#!/bin/python\nprint()\nA", .script(name: "A", contents: "#!/bin/python\nprint()\n")),
            ("RUN <<-A\n\t#!/bin/x\nA", .script(name: "A", contents: "#!/bin/x\n")),
            ("RUN <<A\n #!/bin/x\nA", .form(.shell(" #!/bin/x\n"))),
            // Anything else is for the shell.
            ("RUN <<A bash\n#!/bin/x\nA", .form(.shell("<<A bash\n#!/bin/x\nA"))),
            (
                "RUN cat <<-A >x && \\\n cat <<'B'\n\t1\n\tA\n2\nB",
                .form(.shell("cat <<-A >x &&  cat <<'B'\n\t1\nA\n2\nB"))
            ),
            ("RUN <<A <<B\n1\nA\n2\nB", .form(.shell("<<A <<B\n1\nA\n2\nB"))),
        ] as [(String, Instruction.Run.Command)]) func `in RUN are the command, a program or the shell's`(
            text: String, command: Instruction.Run.Command
        ) throws
    {
        guard case .run(let run) = try Reading.body(text) else { throw CancellationError() }
        #expect(run.command == command)
    }

    @Test func `in COPY are files`() throws {
        let instruction = try Reading.one("COPY --chmod=600 <<a b <<- 'c d' /e/\n$1\na\n\t2\n\tc d")
        guard case .copy(let copy) = instruction.body else { throw CancellationError() }
        #expect(copy.destination == "/e/")
        #expect(copy.mode == "600")
        #expect(
            copy.sources == [.inline(instruction.heredocs[0]), .path("b"), .inline(instruction.heredocs[1])])
        #expect(instruction.heredocs.map(\.name) == ["a", "c d"])
        #expect(instruction.heredocs.map(\.contents) == ["$1\n", "2\n"])
        #expect(instruction.heredocs.map(\.isQuoted) == [false, true])
        #expect(
            instruction.wordRanges == [
                Reading.range(2, 18, 21), Reading.range(2, 22, 23), Reading.range(2, 24, 33), Reading.range(2, 34, 37),
            ])
    }

    @Test(arguments: [
        ("RUN <<A\na\n A", 5, 8), ("RUN <<A\na\nA B", 5, 8), ("RUN cat 3<<-'A'\n", 9, 16),
        ("COPY <<a <<b /c\na\nb", 10, 13),
        ("ONBUILD RUN <<A", 13, 16), ("RUN $(( 1 << 2 ))", 11, 15),
    ]) func `one that does not end is an error`(text: String, start: Int, end: Int) throws {
        let last = text.hasPrefix("COPY") ? "FROM x\n" + text.dropLast(1) : "FROM x\n" + text
        let error = try #require(Reading.error(last))
        #expect(error.code == .heredoc)
        #expect(error.words.hasSuffix("does not end"))
        #expect(error.range == Reading.range(2, start, end))
    }

    @Test func `one cannot be the destination`() throws {
        let error = try #require(Reading.error("FROM x\nCOPY a <<b\nb"))
        #expect(error.code == .heredoc)
        #expect(error.words == "a here-document cannot be the destination")
    }
}
