// SPDX-License-Identifier: Apache-2.0
import Builds
import OCI
import Testing

@Suite struct InstructionCheckTests {
    @Test func noEmptyContinuation() throws {
        let words = "a blank line does not end the instruction, and will be an error one day: remove it"
        try Checking.expect(
            .noEmptyContinuation, in: "FROM scratch\nCOPY a \\\n\n \n.\nCOPY b \\\n.\nCOPY c \\\n  \n.",
            ["3:1-1 \(words)", "9:1-3 \(words)"])
        let report = try Checking.report("FROM scratch\nCOPY a \\\n\n \n.")
        #expect(report.findings[0].ranges == [Reading.range(3, 1, 1), Reading.range(4, 1, 2)])
        try Checking.expect(.noEmptyContinuation, in: "FROM scratch\n\nCOPY a \\\n# c\n.\n\n", [])
    }

    @Test func jsonArgsRecommended() throws {
        func found(_ place: String, _ name: String) -> String {
            "\(place) a shell runs this, and does not pass signals on: write \(name) [\"PROGRAM\", \"ARGUMENT\"]"
        }
        try Checking.expect(
            .jsonArgsRecommended, in: "FROM scratch\nCMD a b\nentrypoint a",
            [found("2:5-8", "CMD"), found("3:12-13", "ENTRYPOINT")])
        for text in [
            "FROM scratch\nCMD [\"a\"]\nENTRYPOINT [\"b\"]\nRUN a\nHEALTHCHECK CMD a",
            "FROM scratch\nSHELL [\"/x\"]\nCMD a\nENTRYPOINT b",
            "FROM scratch AS base\nSHELL [\"/x\"]\nFROM base\nCMD a",
        ] {
            try Checking.expect(.jsonArgsRecommended, in: text, [])
        }
        try Checking.expect(.jsonArgsRecommended, in: "FROM x\nCMD a", []) {
            $0.image = { _ in Checking.image(shell: ["/bin/bash"]) }
        }
        try Checking.expect(.jsonArgsRecommended, in: "FROM x\nCMD a", []) {
            $0.image = { _ in Checking.image(onBuild: ["SHELL [\"/bin/bash\"]"]) }
        }
        try Checking.expect(.jsonArgsRecommended, in: "FROM x\nCMD a", [found("2:5-6", "CMD")]) {
            $0.image = { _ in Checking.image() }
        }
        // SHELL is for what follows.
        try Checking.expect(
            .jsonArgsRecommended, in: "FROM scratch\nCMD a\nSHELL [\"/x\"]", [found("2:5-6", "CMD")])
    }

    @Test func multipleInstructionsDisallowed() throws {
        func found(_ place: String, _ name: String, _ line: Int) -> String {
            "\(place) the \(name) in line \(line) takes the place of this one: remove one"
        }
        let text =
            "FROM scratch\nCMD []\nENTRYPOINT []\nHEALTHCHECK NONE\nCMD []\nENTRYPOINT []\nHEALTHCHECK NONE\ncmd []"
        try Checking.expect(
            .multipleInstructionsDisallowed, in: text,
            [
                found("2:1-4", "CMD", 5), found("3:1-11", "ENTRYPOINT", 6), found("4:1-12", "HEALTHCHECK", 7),
                found("5:1-4", "CMD", 8),
            ])
        try Checking.expect(
            .multipleInstructionsDisallowed,
            in: "FROM scratch AS a\nCMD []\nENTRYPOINT []\nENV a=1\nENV b=1\nFROM a\nCMD []\nENTRYPOINT []", [])
    }

    @Test func maintainerDeprecated() throws {
        try Checking.expect(
            .maintainerDeprecated, in: "FROM scratch\n maintainer me",
            ["2:2-12 MAINTAINER is deprecated: write LABEL org.opencontainers.image.authors=\"NAME\""])
        try Checking.expect(.maintainerDeprecated, in: "FROM scratch\nLABEL maintainer=me", [])
    }

    @Test func legacyKeyValueFormat() throws {
        try Checking.expect(
            .legacyKeyValueFormat, in: "FROM scratch\nENV key a value\nlabel k  v",
            [
                "2:5-16 this is the old form, of one pair: write ENV key=VALUE",
                "3:7-11 this is the old form, of one pair: write LABEL k=VALUE",
            ])
        try Checking.expect(.legacyKeyValueFormat, in: "FROM scratch\nENV key=value\nLABEL key=value", [])
    }

    @Test func workdirRelativePath() throws {
        func found(_ place: String, _ path: String) -> String {
            "\(place) \(path) is below the directory of the base image, which may change: write WORKDIR /PATH"
        }
        try Checking.expect(
            .workdirRelativePath, in: "FROM scratch\nWORKDIR app/\nWORKDIR b", [found("2:9-13", "app/")])
        try Checking.expect(
            .workdirRelativePath, in: "FROM scratch\nARG d=x\nWORKDIR $d/y", [found("3:9-13", "x/y")])
        for text in [
            "FROM scratch AS a\nWORKDIR /app\nFROM a\nWORKDIR b", "FROM scratch\nARG d=/x\nWORKDIR $d",
            "FROM scratch\nWORKDIR /a\nWORKDIR b",
        ] {
            try Checking.expect(.workdirRelativePath, in: text, [])
        }
        // What the base image says does not count: it may change.
        try Checking.expect(.workdirRelativePath, in: "FROM x\nWORKDIR b", [found("2:9-10", "b")]) {
            var image = Checking.image()
            image.execution.workingDirectory = "/srv"
            let configuration = image
            $0.image = { _ in configuration }
        }
    }

    @Test func secretsUsedInArgOrEnv() throws {
        func found(_ place: String, _ name: String) -> String {
            "\(place) \(name) stays in the image for all to read: give secrets with RUN --mount=type=secret"
        }
        try Checking.expect(
            .secretsUsedInArgOrEnv,
            in: """
                FROM scratch
                ARG SECRET_PASSPHRASE
                ENV SUPER_Secret=foo
                ENV password=bar secret=baz
                ARG super_duper_secret_token=foo auth=bar
                ENV apikey=bar sunflower=foo
                ENV git_key=
                ENV AWS_CREDENTIALS x
                ENV MY_PWORD=a MY_PASSWD=b
                """,
            [
                found("2:5-22", "SECRET_PASSPHRASE"), found("3:5-21", "SUPER_Secret"), found("4:5-17", "password"),
                found("4:18-28", "secret"), found("5:5-33", "super_duper_secret_token"), found("5:34-42", "auth"),
                found("6:5-15", "apikey"), found("7:5-13", "git_key"), found("8:5-20", "AWS_CREDENTIALS"),
                found("9:5-15", "MY_PWORD"), found("9:16-27", "MY_PASSWD"),
            ])
        try Checking.expect(
            .secretsUsedInArgOrEnv,
            in: """
                ARG GLOBAL_TOKEN
                FROM scratch
                ENV PUBLIC_KEY=a KEYBOARD=b MONKEY=c TOKENS=d
                ARG public_token KEY_FILE TOKEN_VERSION
                LABEL password=x
                """, [])
        // The key is expanded first.
        try Checking.expect(
            .secretsUsedInArgOrEnv, in: "FROM scratch\nARG n=my\nENV ${n}_key=1", [found("3:5-15", "my_key")])
    }

    @Test func exposeProtoCasing() throws {
        try Checking.expect(
            .exposeProtoCasing, in: "FROM scratch\nEXPOSE 80/TCP 81/udp 82-83/Udp",
            [
                "2:8-14 the protocol of 80/TCP has capitals: write 80/tcp",
                "2:22-31 the protocol of 82-83/Udp has capitals: write 82-83/udp",
            ])
        try Checking.expect(
            .exposeProtoCasing, in: "FROM scratch\nARG p=\"80/TCP 90\"\nEXPOSE $p",
            ["3:8-10 the protocol of 80/TCP has capitals: write 80/tcp"])
        try Checking.expect(.exposeProtoCasing, in: "FROM scratch\nEXPOSE 80 80/tcp 81/udp", [])
    }

    @Test func exposeInvalidFormat() throws {
        func found(_ place: String, _ port: String, _ wanted: String) -> String {
            "\(place) \(port) has an address or a port of the host, which means nothing here: write \(wanted)"
        }
        try Checking.expect(
            .exposeInvalidFormat, in: "FROM scratch\nEXPOSE 127.0.0.1:80:81 5000:5001/udp [::1]:1:2",
            [
                found("2:8-23", "127.0.0.1:80:81", "81"), found("2:24-37", "5000:5001/udp", "5001/udp"),
                found("2:38-47", "[::1]:1:2", "2"),
            ])
        try Checking.expect(.exposeInvalidFormat, in: "FROM scratch\nEXPOSE 80 8000-8010/udp :80", [])
    }

    @Test func copyIgnoredFile() throws {
        func found(_ place: String, _ path: String) -> String {
            "\(place) the ignore file leaves \(path) out: remove it there, or do not copy it"
        }
        func filter(_ text: String) throws -> (String) -> Bool? {
            try CheckInput.verdict(of: try IgnoreFilter(parsing: Array(text.utf8), name: ".dockerignore"))
        }
        let text = """
            FROM scratch AS base
            COPY Dockerfile ./other/../tmp/x .
            ADD /Dockerfile /windy
            ARG f=Dockerfile
            COPY $f [a] <<'x' <<y /d/
            x
            y
            COPY --from=base /Dockerfile /
            ADD https://example.com/Dockerfile /
            COPY . /
            """
        let verdict = try filter("Dockerfile\ntmp\n")
        try Checking.expect(
            .copyIgnoredFile, in: text,
            [
                found("2:6-16", "Dockerfile"), found("2:17-33", "./other/../tmp/x"), found("3:5-16", "/Dockerfile"),
                found("5:6-8", "Dockerfile"),
            ]
        ) { $0.isIgnored = verdict }
        try Checking.expect(.copyIgnoredFile, in: "FROM scratch\nCOPY [\"a b\", \"c\"]", [found("2:6-18", "a b")]) {
            $0.isIgnored = { $0 == "a b" }
        }
        try Checking.expect(.copyIgnoredFile, in: text, [])
        // Exceptions, and no file at all, say nothing.
        for patterns in ["*\n!Dockerfile\n", "", "# only\n", "other\n"] {
            let verdict = try filter(patterns)
            try Checking.expect(.copyIgnoredFile, in: text, []) { $0.isIgnored = verdict }
        }
        // The root is left out where nothing is left of it.
        let all = try filter("**\n")
        try Checking.expect(
            .copyIgnoredFile, in: "FROM scratch\nCOPY . /\nADD / /",
            [
                found("2:6-7", "."), found("3:5-6", "/"),
            ]
        ) { $0.isIgnored = all }
    }
}
