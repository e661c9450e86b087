// SPDX-License-Identifier: Apache-2.0
import Builds
import Testing

@Suite struct CheckOptionTests {
    private let text = "FROM scratch as base\ncopy Dockerfile .\nCOPY a b\n"

    private func rules(_ text: String, argument: String? = nil) throws -> [CheckRule] {
        var input = CheckInput()
        if let argument {
            input.arguments = [("BUILDKIT_DOCKERFILE_CHECK", "skip=x"), ("BUILDKIT_DOCKERFILE_CHECK", argument)]
        }
        return try Checking.report(text, input).findings.map(\.rule)
    }

    @Test func `the directive and the argument leave rules out`() throws {
        #expect(try rules(text) == [.fromAsCasing, .consistentInstructionCasing])
        #expect(try rules("#check=skip=all\n" + text) == [])
        #expect(try rules("#check=skip=FromAsCasing\n" + text) == [.consistentInstructionCasing])
        #expect(try rules("# check = skip = ConsistentInstructionCasing , FromAsCasing\n" + text) == [])
        #expect(try rules("#check=skip=all\n" + text, argument: "skip=FromAsCasing") == [.consistentInstructionCasing])
        #expect(try rules("#check=skip=all\n" + text, argument: "").count == 2)
        #expect(try rules(text, argument: "skip=all") == [])
        // A name in another case is another name.
        #expect(try rules("#check=skip=fromascasing\n" + text).count == 2)
    }

    @Test func `findings are errors where that is asked for`() throws {
        for (options, isError) in [
            ("error=true", true), ("error=1", true), ("error=false", false), ("error=0", false), ("skip=x", false),
            ("skip=FromAsCasing;error=T", true),
        ] {
            #expect(try Checking.report("#check=\(options)\n" + text).areErrors == isError)
        }
        let report = try Checking.report("#check=error=true\n" + text)
        let error = try #require(report.error)
        #expect(error.code == .check)
        #expect(
            error.words == "checks found FromAsCasing, ConsistentInstructionCasing, and error=true makes that an error")
        #expect(error.range?.start.line == 2)
        #expect(try Checking.report("#check=skip=all;error=true\n" + text).error == nil)
        #expect(try Checking.report(text).error == nil)
    }

    @Test(arguments: ["skip", "skip:all", "error=maybe", "error=", "level=1", "skip=all,error", "skip=a;;level"])
    func `other options are refused`(options: String) throws {
        do {
            _ = try Checking.report("# escape=`\n# check=\(options)\n" + text)
            // `skip=all,error` names rules, which may be of a later version.
            #expect(options == "skip=all,error")
        } catch let error as DockerfileError {
            #expect(error.code == .directive)
            #expect(error.words.hasPrefix("check has no option "))
            #expect(error.range.start == SourcePosition(line: 2, column: 1))
        }
        var input = CheckInput()
        input.arguments = [("BUILDKIT_DOCKERFILE_CHECK", "nonsense")]
        #expect(throws: DockerfileError.self) { try Checking.report(text, input) }
    }

    @Test func `findings come in the order of the file`() throws {
        let report = try Checking.report("FROM scratch as Base\nMAINTAINER a\nexpose 80/TCP\nFROM scratch AS Base\n")
        #expect(
            report.findings.map { "\($0.ranges[0].start.line) \($0.rule.rawValue)" } == [
                "1 FromAsCasing", "1 StageNameCasing", "2 MaintainerDeprecated", "3 ConsistentInstructionCasing",
                "3 ExposeProtoCasing", "4 StageNameCasing", "4 DuplicateStageName",
            ])
    }

    @Test func `stages that are not built have fewer findings`() throws {
        let text = "FROM scratch AS A\nCMD a\nENV a b\nFROM scratch\nCMD b\n"
        var input = CheckInput()
        input.stages = [1]
        let rules = try Checking.report(text, input).findings.map { "\($0.ranges[0].start.line) \($0.rule.rawValue)" }
        #expect(rules == ["1 StageNameCasing", "5 JSONArgsRecommended"])
        input.stages = nil
        #expect(try Checking.report(text, input).findings.count == 4)
    }

    @Test func `a finding is shown as an error is`() throws {
        let file = try Reading.file("FROM scratch\nMAINTAINER me")
        let report = try BuildChecks.run(file, CheckInput())
        #expect(
            report.findings[0].excerpt(in: file.source) == """
                Dockerfile:2:1: MaintainerDeprecated: MAINTAINER is deprecated: write LABEL \
                org.opencontainers.image.authors="NAME"
                2 | MAINTAINER me
                  | ^^^^^^^^^^
                """)
    }

    @Test func `a file that is well has none`() throws {
        let text = """
            # syntax=docker/dockerfile:1
            ARG VERSION=3
            FROM --platform=$BUILDPLATFORM scratch AS build
            ARG TARGETARCH
            WORKDIR /src
            COPY . .
            RUN make ARCH=$TARGETARCH
            FROM scratch
            COPY --from=build /src/out /bin/
            ENV PATH=/bin:$PATH
            EXPOSE 80/tcp
            USER 1000
            ENTRYPOINT ["/bin/out"]
            """
        #expect(try Checking.report(text).findings == [])
    }

    @Test func `each rule has a name of its own`() {
        #expect(Set(CheckRule.allCases.map(\.rawValue)).count == 22)
    }
}
