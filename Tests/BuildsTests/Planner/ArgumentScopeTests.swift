// SPDX-License-Identifier: Apache-2.0
import Builds
import OCI
import Testing

/// What ARG and ENV set, where it is seen, and which of two counts.
@Suite struct ArgumentScopeTests {
    /// What `name` is for the last RUN; nil where it is not set.
    private func value(_ name: String, of plan: BuildPlan) -> String? {
        plan.runs.last?.environment.last { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.utf8.count + 1)) }
    }

    @Test func `an argument of a stage is in force from its line on, for RUN and for variables`() throws {
        let plan = try planned("FROM base\nRUN one\nWORKDIR /$a\nARG a=1\nRUN two\nWORKDIR /$a\n")
        #expect(plan.runs[0].environment == ["PATH=/bin"])
        #expect(plan.runs[1].environment == ["PATH=/bin", "a=1"])
        #expect(plan.execution.workingDirectory == "/1")
        #expect(plan.execution.environment == ["PATH=/bin"])
        #expect(
            plan.history == [
                "RUN /bin/sh -c one # buildkit", "WORKDIR / (empty)", "ARG a=1 (empty)",
                "RUN |1 a=1 /bin/sh -c two # buildkit", "WORKDIR /1",
            ])
    }

    @Test func `the command line counts before the stage's default, and that before the global value`() throws {
        let text = "ARG a=global\nFROM base\nARG a=stage\nRUN x"
        #expect(value("a", of: try planned(text)) == "stage")
        #expect(value("a", of: try planned(text) { $0.arguments = [("a", "given")] }) == "given")
        #expect(value("a", of: try planned(text) { $0.arguments = [("a", "1"), ("a", "2")] }) == "2")
        #expect(value("a", of: try planned("ARG a=global\nFROM base\nARG a\nRUN x")) == "global")
        #expect(value("a", of: try planned("ARG a=global\nFROM base\nRUN x")) == nil)
        #expect(value("a", of: try planned("FROM base\nARG a\nRUN x")) == nil)
        #expect(value("a", of: try planned("FROM base\nRUN x") { $0.arguments = [("a", "given")] }) == nil)
        #expect(value("a", of: try planned("FROM base\nARG a=\nRUN x")) == "")
    }

    @Test func `what is given is not expanded`() throws {
        let plan = try planned("ARG g=x\nFROM base\nARG a=1\nRUN x") { $0.arguments = [("a", "$g"), ("g", "$a")] }
        #expect(value("a", of: plan) == "$g")
    }

    @Test func `global arguments see those before them, also of the command line`() throws {
        let text = "ARG a=1\nARG b=${a}2 c=${b}3\nFROM base\nARG c\nRUN x"
        #expect(value("c", of: try planned(text)) == "123")
        #expect(value("c", of: try planned(text) { $0.arguments = [("a", "0")] }) == "023")
    }

    @Test func `ARG goes from left to right, ENV sees what was before it`() throws {
        let plan = try planned("FROM base\nARG a=1 b=$a\nENV c=1 d=$c\nENV c=2 e=$c\nRUN x")
        #expect(value("b", of: plan) == "1")
        #expect(value("d", of: plan) == "")
        #expect(value("e", of: plan) == "1")
    }

    @Test func `of ARG and ENV of a name the last counts for RUN, and ENV for the image`() throws {
        let argumentLast = try planned("FROM base\nENV x=1\nARG x=2\nRUN a\nWORKDIR /$x")
        #expect(value("x", of: argumentLast) == "2")
        #expect(argumentLast.execution.environment == ["PATH=/bin", "x=1"])
        #expect(argumentLast.execution.workingDirectory == "/2")
        let environmentLast = try planned("FROM base\nARG x=2\nENV x=1\nRUN a")
        #expect(value("x", of: environmentLast) == "1")
        #expect(environmentLast.history.last == "RUN |1 x=1 /bin/sh -c a # buildkit")
        #expect(value("x", of: try planned("FROM base\nARG x=2\nENV x=${x:-1}\nRUN a")) == "2")
    }

    @Test func `a stage on a stage goes on with its arguments, another does not`() throws {
        let plan = try planned(
            "FROM base AS a\nARG x=1\nENV y=2\nFROM a AS b\nRUN b\nFROM base\nCOPY --from=b / /\nRUN c")
        #expect(plan.runs[0].environment == ["PATH=/bin", "x=1", "y=2"])
        #expect(plan.runs[1].environment == ["PATH=/bin"])
        #expect(plan.stages[1].configuration.history.last?.createdBy == "RUN |1 x=1 /bin/sh -c b # buildkit")
    }

    @Test func `what the image sets counts again in a stage on a stage`() throws {
        let plan = try planned("FROM base AS a\nENV x=image\nARG x=argument\nFROM a\nRUN b")
        #expect(value("x", of: plan) == "image")
    }

    @Test func `the history has each argument once, in the order of the first, with what it is then`() throws {
        let plan = try planned("FROM base\nARG b=1\nARG a\nARG b=2\nRUN x\nARG a=3\nRUN y")
        #expect(
            plan.history == [
                "ARG b=1 (empty)", "ARG a (empty)", "ARG b=2 (empty)", "RUN |2 b=2 a= /bin/sh -c x # buildkit",
                "ARG a=3 (empty)", "RUN |2 b=2 a=3 /bin/sh -c y # buildkit",
            ])
    }

    @Test func `platforms and the target are arguments of any stage that asks`() throws {
        let names = [
            "TARGETPLATFORM", "TARGETOS", "TARGETARCH", "TARGETVARIANT", "TARGETOSVERSION", "BUILDPLATFORM", "BUILDOS",
            "BUILDARCH", "BUILDVARIANT", "BUILDOSVERSION", "TARGETSTAGE",
        ]
        let text = "FROM base AS Out\n" + names.map { "ARG \($0)\n" }.joined() + "RUN x"
        let plan = try planned(text)
        #expect(
            Array(plan.runs[0].environment.dropFirst()) == [
                "TARGETPLATFORM=linux/amd64", "TARGETOS=linux", "TARGETARCH=amd64", "TARGETVARIANT=",
                "TARGETOSVERSION=", "BUILDPLATFORM=linux/amd64", "BUILDOS=linux", "BUILDARCH=amd64", "BUILDVARIANT=",
                "BUILDOSVERSION=", "TARGETSTAGE=out",
            ])
        #expect(try planned("FROM base\nRUN $TARGETARCH").runs[0].environment == ["PATH=/bin"])
        #expect(value("TARGETARCH", of: try planned(text) { $0.arguments = [("TARGETARCH", "z80")] }) == "z80")
        #expect(value("TARGETSTAGE", of: try planned(text) { $0.target = "out" }) == "out")
        #expect(value("TARGETSTAGE", of: try planned("FROM base\nARG TARGETSTAGE\nRUN x")) == "default")
    }

    @Test func `proxies are there for every RUN, and neither in the image nor in its history`() throws {
        let plan = try planned("FROM base\nRUN x") {
            $0.arguments = [("HTTP_PROXY", "http://p"), ("no_proxy", "a"), ("FTP_proxy", ""), ("other", "b")]
        }
        #expect(plan.runs[0].environment == ["PATH=/bin"])
        #expect(
            plan.runs[0].hiddenEnvironment == [
                "HTTP_PROXY=http://p", "http_proxy=http://p", "NO_PROXY=a", "no_proxy=a",
            ])
        #expect(plan.history == ["RUN /bin/sh -c x # buildkit"])
        #expect(try planned("FROM base\nRUN x").runs[0].hiddenEnvironment == [])
    }

    @Test func `two arguments of BuildKit steer what is scanned and are no variables`() throws {
        let plan = try planned(
            "FROM base\nARG BUILDKIT_SBOM_SCAN_STAGE=true\nARG BUILDKIT_SBOM_SCAN_CONTEXT=true\nRUN x")
        #expect(plan.runs[0].environment == ["PATH=/bin"])
        #expect(plan.history[0] == "ARG BUILDKIT_SBOM_SCAN_STAGE=true (empty)")
        #expect(plan.stages[0].isScanned && plan.scansContext)
        func scanned(_ text: String) throws -> [Bool] { try planned(text).stages.map(\.isScanned) }
        let stages = "FROM base AS a\nFROM a AS b\nFROM b\n"
        #expect(try scanned(stages) == [false, false, false])
        #expect(try scanned("ARG BUILDKIT_SBOM_SCAN_STAGE=a,b\n" + stages) == [true, true, false])
        #expect(try scanned("ARG BUILDKIT_SBOM_SCAN_STAGE=1\n" + stages) == [true, true, true])
        #expect(
            try scanned("ARG BUILDKIT_SBOM_SCAN_STAGE=1\n" + stages + "ARG BUILDKIT_SBOM_SCAN_STAGE=0\n") == [
                true, true, false,
            ])
        #expect(try !planned(stages).scansContext)
    }

    @Test func `arguments of BuildKit for the host's name and for cache mounts`() throws {
        let text = "FROM base\nRUN --mount=type=cache,target=/c x"
        let plan = try planned(text) {
            $0.arguments = [("BUILDKIT_SANDBOX_HOSTNAME", "box"), ("BUILDKIT_CACHE_MOUNT_NS", "mine")]
        }
        #expect(plan.runs[0].hostname == "box")
        guard case .cache(let id, _, _, _, _, _, _, _) = plan.runs[0].mounts[0].kind else {
            Issue.record("no cache")
            return
        }
        #expect(id == "mine//c")
        #expect(try planned(text).runs[0].hostname == "buildkitsandbox")
    }

    @Test func `arguments of BuildKit that would change the image otherwise are noted`() throws {
        let plan = try planned("FROM base") {
            $0.arguments = [("BUILDKIT_INLINE_CACHE", "1"), ("BUILDKIT_MULTI_PLATFORM", "true")]
        }
        #expect(
            plan.notes == [
                "BUILDKIT_INLINE_CACHE: no cache is put into the image, write it with --cache-to DIRECTORY",
                "BUILDKIT_MULTI_PLATFORM: the image is for linux/amd64 alone",
            ])
        #expect(try planned("FROM base") { $0.arguments = [("BUILDKIT_INLINE_CACHE", "0")] }.notes.isEmpty)
    }

    @Test func `variables that are not set are said, with what was probably meant`() throws {
        let plan = try planned(
            """
            ARG version=1
            FROM base${versoin}
            ARG declared
            ENV HOME_DIR=/h
            WORKDIR $HOME_DRI/$declared/$zzz
            RUN echo $unknown
            COPY $zzz/a /
            COPY <<E /e
            $HOME_DRI
            E
            """)
        #expect(
            plan.undefinedVariables.map {
                "\($0.range?.start.line ?? 0) \($0.name) \($0.nearest ?? "-") \($0.isInFrom)"
            }
                == [
                    "2 versoin version true", "5 HOME_DRI HOME_DIR false", "5 zzz - false", "7 zzz - false",
                    "8 HOME_DRI HOME_DIR false",
                ])
    }

    @Test func `the escape of the directive counts in values`() throws {
        let plan = try planned("# escape=`\nFROM base\nENV a=`$x b=c:\\d\nRUN x")
        #expect(plan.execution.environment == ["PATH=/bin", "a=$x", "b=c:\\d"])
    }
}
