// SPDX-License-Identifier: Apache-2.0
import Builds
import Testing

@Suite struct FlagTests {
    private func flags(_ line: String) throws -> [String] {
        try Reading.one(line).flags.map { flag in "\(flag.name)\(flag.value.map { ":\($0)" } ?? "")" }
    }

    @Test(
        arguments: [
            ("COPY --from=a b c", ["from:a"], "b c"), ("COPY --link --from=a b c", ["link", "from:a"], "b c"),
            ("COPY --from=\"a b\" c d", ["from:a b"], "c d"), ("COPY --from='a b' c d", ["from:a b"], "c d"),
            ("COPY --from=a\\ b c d", ["from:a b"], "c d"), ("COPY --fr\"om\"=a b c", ["from:a"], "b c"),
            ("COPY --from=\"a\\\"b\" c d", ["from:a\"b"], "c d"),
            // `--` ends them, and so does a word that is none.
            ("COPY -- a b", [], "a b"), ("COPY --link -- --a b", ["link"], "--a b"), ("COPY a --link", [], "a --link"),
            ("COPY -a b", [], "-a b"),
            (
                "RUN --network=none --mount=type=tmpfs,target=/t -- --x",
                ["network:none", "mount:type=tmpfs,target=/t"], "--x"
            ),
            ("COPY --exclude=a --exclude=b=c c d", ["exclude:a", "exclude:b=c"], "c d"),
            ("COPY --chown= a b", ["chown:"], "a b"), ("COPY  \t --link\t--parents  a b ", ["link", "parents"], "a b"),
        ] as [(String, [String], String)]) func `stand in front of the arguments`(
            line: String, expected: [String], text: String
        ) throws
    {
        #expect(try flags(line) == expected)
        #expect(try Reading.one(line).text == text)
    }

    @Test func `have their places, on whichever line`() throws {
        let instruction = try Reading.one("COPY --link \\\n  --from=\"a\" \\\n  b c")
        #expect(instruction.flags.map(\.range) == [Reading.range(2, 6, 12), Reading.range(3, 3, 13)])
    }

    @Test(arguments: [
        ("COPY --link a b", true), ("COPY --link=true a b", true), ("COPY --link=TRUE a b", true),
        ("COPY --link=false a b", false), ("COPY a b", false),
    ]) func `are true, or true and false`(line: String, expected: Bool) throws {
        guard case .copy(let copy) = try Reading.body(line) else { throw CancellationError() }
        #expect(copy.isLink == expected)
    }

    /// The instruction, what is said, what is proposed, and where the caret starts and ends.
    @Test(
        arguments: [
            ("COPY --form=a b c", "COPY has no flag --form", "did you mean --from?", 6, 14),
            ("RUN --mont=a b", "RUN has no flag --mont", "did you mean --mount?", 5, 13),
            ("ADD --from=a b c", "ADD has no flag --from", "it is a flag of COPY", 5, 13),
            ("COPY --checksum=a b c", "COPY has no flag --checksum", "it is a flag of ADD", 6, 18),
            ("CMD --foo bar", "CMD has no flag --foo", "CMD takes none", 5, 10),
            ("ENV --a=b c=d", "ENV has no flag --a", "ENV takes none", 5, 10),
            ("STOPSIGNAL --a 9", "STOPSIGNAL has no flag --a", "STOPSIGNAL takes none", 12, 15),
            ("RUN --xyz a", "RUN has no flag --xyz", "RUN takes --mount, --network, --security", 5, 10),
            (
                "COPY --LINK a b", "COPY has no flag --LINK",
                "COPY takes --from, --chown, --chmod, --link, --parents, --exclude", 6, 12
            ),
            ("COPY --link --link a b", "--link is there twice", "leave one of them out", 13, 19),
            ("COPY --from=a --from=b a b", "--from is there twice", "leave one of them out", 15, 23),
            ("COPY --from a b", "--from needs a value", "write --from=VALUE, with no space", 6, 12),
            ("RUN --mount a b", "--mount needs a value", "write --mount=VALUE, with no space", 5, 12),
            ("COPY --link=1 a b", "--link takes true or false, not 1", "write --link or --link=false", 6, 14),
            ("COPY --link= a b", "--link takes true or false, not nothing", "write --link or --link=false", 6, 13),
            ("COPY --from=\"a b c", "the quote in this flag is not closed", "close it, or write \\\"", 6, 19),
            ("RUN --network=hots a", "--network cannot be hots", "did you mean host?", 5, 19),
            ("RUN --network= a", "--network cannot be empty", "it is one of default, none, host", 5, 15),
            ("RUN --security=$x a", "--security cannot be $x", "it is one of sandbox, insecure", 5, 18),
            (
                "COPY --from=$x a b", "--from cannot have variables",
                "write FROM $x AS NAME as a stage, and --from=NAME", 6, 15
            ),
            ("ONBUILD --a RUN b", "ONBUILD has no flag --a", "ONBUILD takes none", 9, 12),
            ("ONBUILD COPY --form=a b c", "COPY has no flag --form", "did you mean --from?", 14, 22),
        ] as [(String, String, String, Int, Int)]) func `that are wrong are errors`(
            line: String, words: String, hint: String, start: Int, end: Int
        ) throws
    {
        let error = try #require(Reading.error("FROM x\n" + line))
        #expect(error.code == .flag)
        #expect(error.words == words)
        #expect(error.hint == hint)
        #expect(error.range == Reading.range(2, start, end))
    }

    @Test func `a device is not carried out, and says so`() throws {
        let error = try #require(Reading.error("FROM x\nRUN --device=vendor.com/gpu=0 a"))
        #expect(error.code == .unsupported)
        #expect(error.range == Reading.range(2, 5, 30))
    }
}
