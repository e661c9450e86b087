// SPDX-License-Identifier: Apache-2.0
import Builds
import Testing

/// What each instruction says.
@Suite struct InstructionTests {
    private typealias Pairs = [Instruction.KeyValue]

    @Test(
        arguments: [
            ("FROM a", .init(image: "a")), ("FROM a AS b", .init(image: "a", stageName: "b", asKeyword: "AS")),
            ("from \t a:1@sha256:00 as B.c-d_1", .init(image: "a:1@sha256:00", stageName: "B.c-d_1", asKeyword: "as")),
            (
                "FROM --platform=$BUILDPLATFORM ${X:-a} aS b",
                .init(platform: "$BUILDPLATFORM", image: "${X:-a}", stageName: "b", asKeyword: "aS")
            ),
            ("FROM --platform= a", .init(image: "a")), ("FROM scratch", .init(image: "scratch")),
        ] as [(String, Instruction.From)]) func `FROM`(line: String, expected: Instruction.From) throws
    {
        #expect(try Reading.file(line).instructions.map(\.body) == [.from(expected)])
    }

    @Test(
        arguments: [
            ("ARG a", [.init(name: "a", value: nil)]), ("ARG a=", [.init(name: "a", value: "")]),
            (
                "ARG a=1 b c=\"d e\" f='$g'",
                [
                    .init(name: "a", value: "1"), .init(name: "b", value: nil), .init(name: "c", value: "\"d e\""),
                    .init(name: "f", value: "'$g'"),
                ]
            ),
            ("ARG a=b=c", [.init(name: "a", value: "b=c")]),
        ] as [(String, [Instruction.ArgumentDeclaration])]) func `ARG`(
            line: String, expected: [Instruction.ArgumentDeclaration]
        ) throws
    {
        #expect(try Reading.body(line) == .arg(expected))
    }

    @Test(
        arguments: [
            ("a=b", [("a", "b")], false), ("a=b c=d", [("a", "b"), ("c", "d")], false), ("a=", [("a", "")], false),
            ("a=\"b c\" d='e f'", [("a", "\"b c\""), ("d", "'e f'")], false), ("a=b\\ c", [("a", "b\\ c")], false),
            ("a=b\\\"c d=e", [("a", "b\\\"c"), ("d", "e")], false),
            ("a='b\\' c=d", [("a", "'b\\'"), ("c", "d")], false),
            ("a=\"b\\\" c\" d=e", [("a", "\"b\\\" c\""), ("d", "e")], false), ("a=b=c", [("a", "b=c")], false),
            ("\"a b\"=c", [("\"a b\"", "c")], false), ("a=''", [("a", "''")], false),
            ("a=$b${c:-d}", [("a", "$b${c:-d}")], false),
            ("a=\"b c", [("a", "\"b c")], false), ("a=b\u{A0}c=d", [("a", "b"), ("c", "d")], false),
            ("a=b \\\\", [("a", "b")], nil),
            // The old form: the first word has no `=`.
            ("a b", [("a", "b")], true), ("a b c=d", [("a", "b c=d")], true),
            ("a \t \"b\" c", [("a", "\"b\" c")], true),
            ("a = b", [("a", "= b")], true),
        ] as [(String, [(String, String)], Bool?)]) func `ENV and LABEL`(
            text: String, expected: [(String, String)], isLegacy: Bool?
        ) throws
    {
        let pairs = expected.map { Instruction.KeyValue(key: $0.0, value: $0.1) }
        guard let isLegacy else {
            // A word without `=` after one that has it.
            #expect(Reading.error("FROM x\nENV \(text)")?.words == "\\\\ has no =")
            return
        }
        #expect(try Reading.body("ENV \(text)") == .env(pairs, isLegacy: isLegacy))
        #expect(try Reading.body("label \(text)") == .label(pairs, isLegacy: isLegacy))
    }

    @Test(
        arguments: [
            ("make all", .shell("make all")), ("  make \t all  ", .shell("make \t all")),
            ("[\"a\", \"b c\"]", .exec(["a", "b c"])),
            ("[ ]", .exec([])), ("[]", .exec([])), ("[\"\\u00e9\\n\"]", .exec(["é\n"])),
            // What is no JSON is for the shell.
            ("['a', 'b']", .shell("['a', 'b']")), ("[\"a\",]", .shell("[\"a\",]")), ("[ -f x ]", .shell("[ -f x ]")),
            ("[\"a\"] # c", .shell("[\"a\"] # c")), ("[a]", .shell("[a]")), ("[\"c:\\x\"]", .shell("[\"c:\\x\"]")),
            ("{\"a\": 1}", .shell("{\"a\": 1}")), ("\"a\"", .shell("\"a\"")), ("echo $x '$y'", .shell("echo $x '$y'")),
        ] as [(String, Instruction.CommandForm)]) func `CMD, ENTRYPOINT and HEALTHCHECK CMD`(
            text: String, expected: Instruction.CommandForm
        ) throws
    {
        #expect(try Reading.body("CMD \(text)") == .cmd(expected))
        #expect(try Reading.body("Entrypoint \(text)") == .entrypoint(expected))
        if expected != .exec([]) {
            #expect(try Reading.body("RUN \(text)") == .run(.init(command: .form(expected))))
            #expect(
                try Reading.body("HEALTHCHECK CMD \(text)")
                    == .healthcheck(
                        .test(expected, interval: nil, timeout: nil, startPeriod: nil, startInterval: nil, retries: nil)
                    ))
        }
    }

    @Test func `a JSON array may go on over lines`() throws {
        #expect(try Reading.body("CMD [\"a\", \\\n  # c\n  \"b\" \\\n]") == .cmd(.exec(["a", "b"])))
    }

    @Test(
        arguments: [
            ("HEALTHCHECK NONE", Instruction.Healthcheck.none), ("healthcheck none", .none),
            (
                "HEALTHCHECK --interval=1m30s --timeout=500ms --start-period=0 --start-interval=1.5s --retries=3 cmd a",
                .test(
                    .shell("a"), interval: 90_000_000_000, timeout: 500_000_000, startPeriod: 0,
                    startInterval: 1_500_000_000, retries: 3)
            ),
            (
                "HEALTHCHECK --interval=1ms --retries=0 --timeout= CMD a",
                .test(.shell("a"), interval: 1_000_000, timeout: nil, startPeriod: nil, startInterval: nil, retries: 0)
            ),
        ] as [(String, Instruction.Healthcheck)]) func `HEALTHCHECK`(
            line: String, expected: Instruction.Healthcheck
        ) throws
    {
        #expect(try Reading.body(line) == .healthcheck(expected))
    }

    @Test(
        arguments: [
            ("COPY a b", .copy(.init(sources: [.path("a")], destination: "b"))),
            ("COPY a\tb  c/ ", .copy(.init(sources: [.path("a"), .path("b")], destination: "c/"))),
            ("COPY [\"a b\", \"c d/\"]", .copy(.init(sources: [.path("a b")], destination: "c d/"))),
            ("COPY ['a', 'b'] c", .copy(.init(sources: [.path("['a',"), .path("'b']")], destination: "c"))),
            ("COPY [a-c]* d", .copy(.init(sources: [.path("[a-c]*")], destination: "d"))),
            ("COPY \"a b\" c", .copy(.init(sources: [.path("\"a"), .path("b\"")], destination: "c"))),
            (
                "COPY --from=0 --chown=$u:g --chmod=u=rwX,go=rX --link --parents --exclude=*.o --exclude=!a.o a ./b c",
                .copy(
                    .init(
                        sources: [.path("a"), .path("./b")], destination: "c", from: "0", owner: "$u:g",
                        mode: "u=rwX,go=rX",
                        isLink: true, keepsParents: true, excludes: ["*.o", "!a.o"]))
            ),
            ("COPY --from= --chown= --chmod= a b", .copy(.init(sources: [.path("a")], destination: "b"))),
            ("COPY --from=a$ b c", .copy(.init(sources: [.path("b")], destination: "c", from: "a$"))),
            ("ADD https://example.com/a b", .add(.init(sources: [.path("https://example.com/a")], destination: "b"))),
            (
                "ADD --keep-git-dir --checksum=sha256:00 --unpack=false --chown=1 --chmod=755 --link --exclude=x git@a:b c",
                .add(
                    .init(
                        sources: [.path("git@a:b")], destination: "c", owner: "1", mode: "755", isLink: true,
                        excludes: ["x"], checksum: "sha256:00", keepsGitDirectory: true, unpacks: false))
            ),
            ("ADD --unpack a b", .add(.init(sources: [.path("a")], destination: "b", unpacks: true))),
        ] as [(String, Instruction.Body)]) func `COPY and ADD`(line: String, expected: Instruction.Body) throws
    {
        #expect(try Reading.body(line) == expected)
    }

    @Test(
        arguments: [
            ("EXPOSE 80", .expose(["80"])),
            ("EXPOSE 80/tcp  8000-8010/UDP $p", .expose(["80/tcp", "8000-8010/UDP", "$p"])),
            ("VOLUME /a /b", .volume(["/a", "/b"])), ("VOLUME [\"/a b\", \" /c \"]", .volume(["/a b", "/c"])),
            ("VOLUME [/a]", .volume(["[/a]"])), ("USER a:b", .user("a:b")), ("USER a b ", .user("a b")),
            ("WORKDIR /a b/$c", .workdir("/a b/$c")), ("WORKDIR \"/a\"", .workdir("\"/a\"")),
            ("STOPSIGNAL SIGTERM", .stopSignal("SIGTERM")), ("STOPSIGNAL $s", .stopSignal("$s")),
            ("MAINTAINER A B <a@b>", .maintainer("A B <a@b>")),
            ("SHELL [\"/bin/bash\", \"-c\"]", .shell(["/bin/bash", "-c"])),
        ] as [(String, Instruction.Body)]) func `the others`(line: String, expected: Instruction.Body) throws
    {
        #expect(try Reading.body(line) == expected)
    }

    @Test func `flags of RUN`() throws {
        let instruction = try Reading.one("RUN --network=host --security=insecure --mount=type=ssh --mount=target=/a a")
        guard case .run(let run) = instruction.body else { throw CancellationError() }
        #expect(run.network == "host")
        #expect(run.security == "insecure")
        #expect(run.mounts.map(\.range) == [Reading.range(2, 40, 56), Reading.range(2, 57, 74)])
    }

    @Test(
        arguments: [
            ("type=cache,target=/a", ["type=cache", "target=/a"]),
            ("TYPE=bind,RO,dst=/a", ["type=bind", "ro", "dst=/a"]),
            ("type=secret,id=a,required", ["type=secret", "id=a", "required"]),
            ("from=a,src=$x/b", ["from=a", "src=$x/b"]),
            ("target=a=b", ["target=a=b"]), ("target=", ["target="]), ("'target=/a b',rw", ["target=/a b", "rw"]),
            ("type=tmpfs,\\\"target=/a,b\\\",size=64m", ["type=tmpfs", "target=/a,b", "size=64m"]),
            ("\\\"target=/a\\\"\\\"b\\\"", ["target=/a\"b"]),
            (
                "type=secret,env=A,mode=0400,uid=1,gid=2,id=x",
                ["type=secret", "env=A", "mode=0400", "uid=1", "gid=2", "id=x"]
            ),
            (
                "type=cache,sharing=locked,readonly=true,readwrite=false,source=a,destination=b",
                ["type=cache", "sharing=locked", "readonly=true", "readwrite=false", "source=a", "destination=b"]
            ),
        ] as [(String, [String])]) func `options of a mount are separated by commas`(text: String, expected: [String])
        throws
    {
        guard case .run(let run) = try Reading.body("RUN --mount=\(text) a") else { throw CancellationError() }
        #expect(
            run.mounts.map { $0.options.map { option in option.key + (option.value.map { "=\($0)" } ?? "") } }
                == [expected])
    }

    @Test func `words have places`() throws {
        #expect(
            try Reading.file("FROM  a AS b").instructions[0].wordRanges
                == [Reading.range(1, 7, 8), Reading.range(1, 9, 11), Reading.range(1, 12, 13)])
        #expect(try Reading.one("ENV a  b c").wordRanges == [Reading.range(2, 5, 6), Reading.range(2, 8, 11)])
        #expect(try Reading.one("EXPOSE 1 2").wordRanges == [Reading.range(2, 8, 9), Reading.range(2, 10, 11)])
        #expect(try Reading.one("CMD a b").wordRanges == [Reading.range(2, 5, 8)])
    }
}
