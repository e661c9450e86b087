// SPDX-License-Identifier: Apache-2.0
import Builds
import Testing

@Suite struct NameCheckTests {
    @Test func stageNameCasing() throws {
        let words = "the stage's name BadName has capitals: write badname"
        try Checking.expect(.stageNameCasing, in: "FROM scratch AS BadName\nFROM scratch AS b", ["1:17-24 \(words)"])
        try Checking.expect(.stageNameCasing, in: "FROM scratch AS good-name_1.2\nFROM scratch", [])
    }

    @Test func duplicateStageName() throws {
        let text = "FROM scratch AS b\nFROM scratch AS c\nFROM scratch AS B"
        try Checking.expect(
            .duplicateStageName, in: text, ["3:17-18 line 1 calls a stage b, too: choose another name"])
        let finding = try #require(try Checking.report(text).findings.first { $0.rule == .duplicateStageName })
        #expect(finding.ranges == [Reading.range(3, 17, 18), Reading.range(1, 17, 18)])
        try Checking.expect(.duplicateStageName, in: "FROM scratch AS b1\nFROM scratch AS b2\nFROM b1\nFROM b1", [])
    }

    @Test func reservedStageName() throws {
        try Checking.expect(
            .reservedStageName, in: "FROM scratch AS scratch\nFROM scratch AS Context",
            [
                "1:17-24 scratch is the name of no files at all: choose another one",
                "2:17-24 context is the name of the build's context: choose another one",
            ])
        try Checking.expect(.reservedStageName, in: "FROM scratch\nFROM scratch AS a", [])
    }

    @Test func fromAsCasing() throws {
        try Checking.expect(
            .fromAsCasing, in: "FROM scratch as b\nfrom scratch AS c\nFROM scratch As d",
            [
                "1:14-16 as is written in another case than FROM: write AS",
                "2:14-16 AS is written in another case than from: write as",
                "3:14-16 As is written in another case than FROM: write AS",
            ])
        try Checking.expect(
            .fromAsCasing, in: "FROM scratch AS b\nfrom scratch as c\nFrom scratch as d\nFROM scratch", [])
    }

    @Test func consistentInstructionCasing() throws {
        func found(_ place: String, _ written: String, _ wanted: String) -> String {
            "\(place) \(written) is written in another case than most instructions: write \(wanted)"
        }
        for (text, expected) in [
            ("From scratch AS a\nFROM scratch AS b", [found("1:1-5", "From", "FROM")]),
            ("FROM scratch\n  copy a b\nCOPY a b", [found("2:3-7", "copy", "COPY")]),
            ("frOM scratch as a\nfrom scratch as b", [found("1:1-5", "frOM", "from")]),
            ("from scratch\nCOPY a b\ncopy a b", [found("2:1-5", "COPY", "copy")]),
            ("FROM scratch\ncopy a b\ncopy a b\ncopy a b", [found("1:1-5", "FROM", "from")]),
            // As many of each: capitals.
            ("from scratch\nCOPY a b", [found("1:1-5", "from", "FROM")]),
            // ARG in front does not count, and here-documents are no instructions.
            ("arg a\narg b\nFROM scratch\nRUN <<EOF\nenv\nEOF", []), ("from scratch\ncopy a b", []),
        ] as [(String, [String])] {
            try Checking.expect(.consistentInstructionCasing, in: text, expected)
        }
    }

    @Test func invalidDefinitionDescription() throws {
        func found(_ place: String, _ name: String) -> String {
            "\(place) the comment above does not describe it: write # \(name) TEXT, or a blank line below the comment"
        }
        try Checking.expect(
            .invalidDefinitionDescription,
            in: """
                # bar this is the bar
                ARG foo=bar
                # BasE this is the BasE image
                FROM scratch AS base
                # definitely a bad comment
                ARG version=latest
                # definitely a bad comment
                ARG foo=baz bar=qux baz=quux
                """,
            [found("2:1-4", "foo"), found("4:1-5", "base"), found("6:1-4", "version"), found("8:1-4", "NAME")])
        try Checking.expect(
            .invalidDefinitionDescription,
            in: """
                # foo this is the foo
                ARG foo=bar
                # elsewhere

                # anything
                # base this is the base image
                FROM scratch AS Base
                # baz this is the baz
                ARG foo=baz bar=qux baz=quux
                # bad
                #
                ARG bit=bat
                # comment for something other than ARG or FROM
                COPY a b
                # a stage without a name
                FROM scratch
                # check=skip=Other
                ARG x
                """, [])
    }

    @Test func anExperimentalRuleHasToBeAskedFor() throws {
        let text = "FROM scratch\n# bad\nARG a"
        #expect(try Checking.report(text).findings == [])
        for options in ["experimental=InvalidDefinitionDescription", "experimental=all", "skip=all;experimental=all"] {
            let report = try Checking.report("# check=\(options)\n" + text)
            #expect(report.findings.map(\.rule) == [.invalidDefinitionDescription])
        }
        #expect(try Checking.report("# check=experimental=Other\n" + text).findings == [])
        let skipped = "# check=experimental=all\nFROM scratch\n# check=skip=all\n# bad\nARG a"
        #expect(try Checking.report(skipped).findings == [])
    }
}
