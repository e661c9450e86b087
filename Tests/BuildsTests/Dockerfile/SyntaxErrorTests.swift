// SPDX-License-Identifier: Apache-2.0
import Builds
import Testing

/// Arguments that an instruction does not take: what is said, and where the caret stands.
@Suite struct SyntaxErrorTests {
    @Test(
        arguments: [
            ("FROM", "FROM needs at least one argument", 1, 5),
            ("FROM a b", "FROM takes an image, or an image, AS and a name", 8, 9),
            ("FROM a AS", "FROM takes an image, or an image, AS and a name", 8, 10),
            ("FROM a AS b c", "FROM takes an image, or an image, AS and a name", 8, 10),
            ("FROM a of b", "FROM takes an image, or an image, AS and a name", 8, 10),
            ("FROM a AS 1b", "1b cannot be the name of a stage", 11, 13),
            ("FROM a AS b/c", "b/c cannot be the name of a stage", 11, 14),
            ("FROM a AS é", "é cannot be the name of a stage", 11, 13),
            ("FROM a AS $b", "$b cannot be the name of a stage", 11, 13),
            ("ARG", "ARG needs at least one argument", 1, 4), ("ARG a =b", "there is no name in front of the =", 7, 9),
            ("ENV", "ENV needs at least one argument", 1, 4), ("ENV a", "ENV a has no value", 5, 6),
            ("ENV a=b c d=e", "c has no =", 9, 10), ("ENV =b", "there is no name in front of the =", 5, 7),
            ("ENV a=b # c", "# has no =", 9, 10), ("LABEL", "LABEL needs at least one argument", 1, 6),
            ("LABEL a", "LABEL a has no value", 7, 8), ("LABEL a=b =c", "there is no name in front of the =", 11, 13),
            ("RUN", "RUN needs a command", 1, 4), ("RUN []", "RUN needs a command", 5, 7),
            ("CMD", "CMD needs a command", 1, 4),
            ("ENTRYPOINT  ", "ENTRYPOINT needs a command", 1, 11),
            ("RUN [\"a\", 1]", "1 is no string, and a JSON array of arguments has only those", 5, 13),
            ("CMD [\"a\", null]", "null is no string, and a JSON array of arguments has only those", 5, 16),
            ("ENTRYPOINT [[\"a\"]]", "[\"a\"] is no string, and a JSON array of arguments has only those", 12, 19),
            ("COPY [\"a\", true]", "true is no string, and a JSON array of arguments has only those", 6, 17),
            ("ADD [1, \"b\"]", "1 is no string, and a JSON array of arguments has only those", 5, 13),
            ("VOLUME [{}]", "{} is no string, and a JSON array of arguments has only those", 8, 12),
            ("HEALTHCHECK CMD [1]", "1 is no string, and a JSON array of arguments has only those", 17, 20),
            ("SHELL [1]", "1 is no string, and a JSON array of arguments has only those", 7, 10),
            ("COPY", "COPY needs a source and a destination", 1, 5),
            ("COPY a", "COPY needs a source and a destination", 1, 5),
            ("COPY [\"a\"]", "COPY needs a source and a destination", 1, 5),
            ("COPY []", "COPY needs a source and a destination", 1, 5),
            ("ADD a", "ADD needs a source and a destination", 1, 4),
            ("COPY a https://example.com/b c", "COPY cannot fetch https://example.com/b", 6, 31),
            ("COPY git@example.com:b c", "COPY cannot fetch git@example.com:b", 6, 25),
            ("EXPOSE", "EXPOSE needs at least one argument", 1, 7),
            ("VOLUME", "VOLUME needs at least one argument", 1, 7),
            ("VOLUME []", "VOLUME needs at least one argument", 1, 7),
            ("VOLUME [\" \"]", "the path of a volume is empty", 8, 13),
            ("USER", "USER needs an argument", 1, 5), ("WORKDIR", "WORKDIR needs an argument", 1, 8),
            ("STOPSIGNAL", "STOPSIGNAL needs an argument", 1, 11),
            ("MAINTAINER", "MAINTAINER needs an argument", 1, 11),
            ("SHELL", "SHELL needs at least one argument", 1, 6),
            ("SHELL []", "SHELL needs at least one argument", 7, 9),
            ("SHELL /bin/sh -c", "SHELL takes a JSON array", 7, 17), ("SHELL ['a']", "SHELL takes a JSON array", 7, 12),
            ("HEALTHCHECK", "HEALTHCHECK needs CMD or NONE", 1, 12),
            ("HEALTHCHECK --interval=1s", "HEALTHCHECK needs CMD or NONE", 1, 12),
            ("HEALTHCHECK NONE a", "HEALTHCHECK NONE takes no arguments", 18, 19),
            ("HEALTHCHECK CMD", "HEALTHCHECK CMD needs a command", 13, 16),
            ("HEALTHCHECK CMD []", "HEALTHCHECK CMD needs a command", 13, 19),
            ("HEALTHCHECK curl a", "HEALTHCHECK is CMD or NONE, not curl", 13, 17),
            ("ONBUILD", "ONBUILD needs an instruction", 1, 8),
        ] as [(String, String, Int, Int)]) func `arguments`(line: String, words: String, start: Int, end: Int) throws
    {
        let error = try #require(Reading.error("FROM scratch\n" + line))
        #expect(error.code == .arguments)
        #expect(error.words == words)
        #expect(error.range == Reading.range(2, start, end))
        #expect(error.hint != nil)
    }

    @Test(
        arguments: [
            ("HEALTHCHECK --interval=1 CMD a", "1 is not a duration", 13, 25),
            ("HEALTHCHECK --timeout=a CMD a", "a is not a duration", 13, 24),
            ("HEALTHCHECK --start-period=999us CMD a", "--start-period is less than 1ms", 13, 33),
            ("HEALTHCHECK --start-interval=-1s CMD a", "--start-interval is less than 1ms", 13, 33),
            ("HEALTHCHECK --retries=-1 CMD a", "-1 is not a number of retries", 13, 25),
            ("HEALTHCHECK --retries=1.5 CMD a", "1.5 is not a number of retries", 13, 26),
            ("HEALTHCHECK --retries=2147483648 CMD a", "2147483648 is not a number of retries", 13, 33),
            ("HEALTHCHECK --interval=1s NONE", "HEALTHCHECK NONE takes no flags", 13, 26),
            ("RUN --mount= a", "--mount is empty", 5, 13),
            ("RUN --mount=tpye=bind a", "--mount has no option tpye", 5, 22),
            ("RUN --mount=target a", "target of --mount needs a value", 5, 19),
            ("RUN --mount=type=bind,,rw a", "--mount has no option without a name", 5, 26),
            ("RUN --mount=from=$x,target=/a a", "from of --mount cannot have variables", 5, 30),
            ("RUN --mount=target=a\\\"b a", "--mount has a double quote that does not belong there", 5, 24),
            ("RUN --mount=\\\"target=a a", "--mount has a double quote that does not belong there", 5, 23),
            ("RUN --mount=\\\"target=a\\\"b a", "--mount has a double quote that does not belong there", 5, 26),
        ] as [(String, String, Int, Int)]) func `values of flags`(line: String, words: String, start: Int, end: Int)
        throws
    {
        let error = try #require(Reading.error("FROM scratch\n" + line))
        #expect(error.code == .flag)
        #expect(error.words == words)
        #expect(error.range == Reading.range(2, start, end))
        #expect(error.hint != nil)
    }

    @Test func `a place on a continuation line is shown there`() throws {
        #expect(
            Reading.error("FROM a\nENV b=c \\\n\n  # d\n\té=f g \\\n h=i\n")?.excerpt == """
                Dockerfile:5:7: g has no =
                5 | \té=f g \\
                  | \t    ^
                  = write NAME=VALUE, a value with spaces in quotes
                """)
    }

    @Test func `as a failure of the build it keeps its place`() throws {
        let error = try #require(Reading.error("FROM a\nRUN"))
        #expect(error.buildError.code == .syntax)
        #expect(error.buildError.range == error.range)
        #expect(error.description == "Dockerfile:2:1: RUN needs a command: write RUN COMMAND")
    }

    /// None of these may end the program.
    @Test(arguments: [
        "\\", "\\\\", "FROM \\", "FROM x\n\\", "FROM x\n\\\n\\\n", "FROM x\nRUN <<", "FROM x\nRUN <<\n",
        "FROM x\nRUN \"",
        "FROM x\nRUN --", "FROM x\nRUN -- ", "FROM x\nRUN --\\", "FROM x\nRUN --\"", "FROM x\nENV \\",
        "FROM x\nENV a=\\",
        "FROM x\nENV \"", "FROM x\nENV a=\"\\", "FROM x\nCOPY <<\\", "FROM x\nONBUILD", "FROM x\nONBUILD \\",
        "FROM x\nONBUILD ONBUILD",
        "FROM x\nONBUILD RUN <<a", "FROM x\nHEALTHCHECK \u{3000}", "FROM x\nRUN --mount=\\\"", "\u{FEFF}\u{FEFF}", "#",
        "#!",
        "# syntax", "# syntax=", "//", "{", "{\"syntax\":1}", "\r", "\r\r\n", "FROM x\nRUN \u{2029}", "FROM\u{2000}x",
        "\u{E2}",
        "FROM x\nARG \u{85}", "FROM x\nRUN <<\u{3000}", "FROM x\nRUN <<-\u{3000}-",
    ]) func `odd ends are read or refused`(text: String) {
        let error = Reading.error(text)
        #expect(error == nil || error?.excerpt.isEmpty == false)
    }
}
