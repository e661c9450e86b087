// SPDX-License-Identifier: Apache-2.0
import Builds
import Testing

/// Bytes to lines, and lines to instructions.
@Suite struct LineTests {
    @Test func `a byte order mark does not belong to the first line`() throws {
        let file = try DockerfileParser.parse([0xEF, 0xBB, 0xBF] + Array("FROM x\n".utf8), name: "Dockerfile")
        #expect(file.source.lines == ["FROM x"])
        #expect(file.instructions[0].keyword == "FROM")
        #expect(file.instructions[0].range == Reading.range(1, 1, 7))
    }

    @Test func `a byte order mark elsewhere is data`() {
        #expect(Reading.error("FROM x\n\u{FEFF}RUN a")?.code == .unknownInstruction)
    }

    @Test func `carriage returns at the end of a line do not count`() throws {
        let file = try Reading.file("# escape=`\r\nFROM x\r\n\r\nRUN a `\r\n  b\r\r\nRUN c\r\n")
        #expect(file.instructions.map(\.original) == ["FROM x", "RUN a   b", "RUN c"])
        #expect(file.source.lines == ["# escape=`", "FROM x", "", "RUN a `", "  b", "RUN c"])
        #expect(file.emptyContinuationLines.isEmpty)
    }

    @Test func `a line of 65535 bytes is read, and one of 65536 is not`() throws {
        let longest = "RUN " + String(repeating: "a", count: 65_531)
        #expect(try Reading.one(longest + "\n").text.utf8.count == 65_531)
        let error = try #require(Reading.error("FROM x\n" + longest + "a\n"))
        #expect(error.code == .lineTooLong)
        #expect(error.range.start == SourcePosition(line: 2, column: 1))
    }

    @Test(arguments: [
        ("run a", "run"), ("Run a", "Run"), ("RUN a", "RUN"), ("  RUN a", "RUN"), ("\tRUN\ta", "RUN"),
        ("\u{0B}\u{0C}RUN\u{0B}\u{0C}a", "RUN"), ("\u{A0}RUN a", "RUN"), ("\u{3000}RUN a\u{3000}", "RUN"),
    ]) func `an instruction's name has any case and white space around`(text: String, keyword: String) throws {
        let instruction = try Reading.one(text)
        #expect(instruction.keyword == keyword)
        #expect(instruction.body == .run(Instruction.Run(command: .form(.shell("a")))))
    }

    @Test func `comments are lines of their own`() throws {
        let all = try Reading.instructions("# one\n  # two\n\t#three\nRUN a # no comment\nENV b=#c\n#\nRUN #d\n")
        #expect(all.map(\.text) == ["a # no comment", "b=#c", "#d"])
    }

    @Test(arguments: [
        // Lines are joined with nothing between; white space at the start of a continuation stays.
        ("RUN a\\\nb", "RUN ab"), ("RUN a \\\n  b", "RUN a   b"), ("RUN a \\  \t\n  b", "RUN a   b"),
        ("RUN \\\n a \\\n b", "RUN  a  b"), ("\\\nRUN a", "RUN a"), ("RUN a \\\n\\\nb", "RUN a b"),
        ("RU\\\nN a", "RUN a"),
        // An escape character in front is no continuation.
        ("RUN a \\\\", "RUN a \\\\"), ("RUN a \\\\\\\nRUN b", "RUN a \\\\\\"),
        // Comments inside are left out, and so are blank lines.
        ("RUN a \\\n# c\n  # d\n\t#e\n b", "RUN a  b"), ("RUN a \\\n\n \t\n b", "RUN a  b"),
        ("RUN a \\\n# c", "RUN a "), ("RUN a \\\n # c \\\n b", "RUN a  b"),
        // At the end of the file.
        ("RUN a \\", "RUN a "), ("RUN a \\\n", "RUN a "), ("RUN a\\\n\n\n", "RUN a"),
        // Only the character itself continues.
        ("RUN a `", "RUN a `"), ("RUN a \\ b", "RUN a \\ b"),
    ]) func `an escape character at the end continues a line`(text: String, original: String) throws {
        #expect(try Reading.instructions(text).first?.original == original)
    }

    @Test func `the other escape character continues as well, and then the first does not`() throws {
        let file = try Reading.file("# escape=`\nFROM x\nRUN a `  \n b ``\nRUN c \\\nRUN `\n`\nd")
        #expect(file.instructions.map(\.original) == ["FROM x", "RUN a  b ``", "RUN c \\", "RUN d"])
    }

    @Test func `blank lines inside of an instruction are noted`() throws {
        let file = try Reading.file("FROM x\nRUN a \\\n\n  # c\n  \n b\n\nRUN c\n")
        #expect(file.emptyContinuationLines == [Reading.range(3, 1, 1), Reading.range(5, 1, 3)])
        #expect(file.instructions.map(\.range.start.line) == [1, 2, 8])
    }

    @Test func `positions count bytes of the line that each word stands in`() throws {
        let instruction = try Reading.one("  ENV é=1 \\\n    # c\n\n\t  bb=2\\\n33 \\\n  c=3")
        #expect(
            instruction.wordRanges == [
                Reading.range(2, 7, 11), SourceRange(.init(line: 5, column: 4), .init(line: 6, column: 3)),
                Reading.range(7, 3, 6),
            ])
        #expect(instruction.range == SourceRange(.init(line: 2, column: 3), .init(line: 7, column: 6)))
    }

    @Test func `an instruction does not end with the comments behind it`() throws {
        let all = try Reading.instructions("RUN a \\\n b \\\n# c\n\n")
        #expect(all[0].range == SourceRange(.init(line: 2, column: 1), .init(line: 3, column: 5)))
    }

    @Test func `comments directly above belong to an instruction`() throws {
        let all = try Reading.instructions(
            "# far\n\n# a this is a\n#   two  \nARG a\nARG b\n# c\n#\nARG c\n# d\n # check=skip=One, Two ;error=true\nARG d\n"
        )
        #expect(all.map(\.comments) == [["a this is a", "two"], [], [], ["d", "check=skip=One, Two ;error=true"]])
        #expect(all.map(\.skippedChecks) == [[], [], [], ["One", "Two"]])
    }

    @Test(
        arguments: [
            ([0xFF, 0xFE, 0x46, 0x00], "byte 0xFF is not UTF-8 text", 1, 1),
            (Array("FROM x\nRUN a".utf8) + [0xC3, 0x28], "byte 0xC3 is not UTF-8 text", 2, 6),
            (Array("FROM x\nRUN é".utf8) + [0x80], "byte 0x80 is not UTF-8 text", 2, 7),
            (Array("FROM x\n# ".utf8) + [0xED, 0xA0, 0x80], "byte 0xED is not UTF-8 text", 2, 3),
            (Array("FROM x\nRUN a".utf8) + [0xF0, 0x9F, 0x98], "byte 0xF0 is not UTF-8 text", 2, 6),
            (Array("FROM x\nRUN a\0b".utf8), "a NUL byte is not UTF-8 text", 2, 6),
        ] as [([UInt8], String, Int, Int)]) func `bytes that are no text are an error`(
            bytes: [UInt8], words: String, line: Int, column: Int
        ) throws
    {
        let error = try #require(Reading.error(bytes))
        #expect(error.code == .encoding)
        #expect(error.words == words)
        #expect(error.range.start == SourcePosition(line: line, column: column))
    }

    @Test(arguments: ["", "\n", "# only\n# comments", "\u{FEFF}", "# syntax=docker/dockerfile:1\n"])
    func `a file without instructions is an error`(text: String) {
        #expect(Reading.error(text)?.words == "there is no instruction")
    }

    @Test func `a file without FROM is an error`() {
        #expect(Reading.error("ARG a\nARG b")?.words == "there is no FROM")
    }

    @Test func `only ARG may stand in front of FROM`() throws {
        #expect(try Reading.file("ARG a=1\nFROM x").instructions.count == 2)
        let error = try #require(Reading.error("ARG a\n  run a \\\n b\nFROM x"))
        #expect(error.code == .outsideStage)
        #expect(error.range == Reading.range(2, 3, 6))
    }
}
