// SPDX-License-Identifier: Apache-2.0
import Builds
import OCI
import Testing

@Suite struct StagePlanningTests {
    @Test func `steps stand on each other, and the first on the image`() throws {
        let plan = try planned("FROM base\nRUN one\nENV a=1\nRUN two\n")
        #expect(plan.titles == ["[2/3] RUN one", "[3/3] RUN two"])
        #expect(plan.steps.map(\.parent) == [.image("the base"), .step(0)])
        #expect(plan.stages.map(\.files) == [.step(1)])
        #expect(plan.stages.map(\.base) == [.image("the base")])
        #expect(plan.stages.map(\.name) == ["stage-0"])
        #expect(plan.steps.map { $0.range?.start.line } == [2, 4])
    }

    @Test func `a stage can stand on an earlier one, in any case`() throws {
        let plan = try planned(
            """
            FROM base AS Build
            ENV a=1
            WORKDIR /src
            RUN make
            FROM BUILD
            RUN test $a
            """)
        #expect(plan.stages.map(\.name) == ["build", "stage-1"])
        #expect(plan.stages.map(\.base) == [.image("the base"), .stage(0)])
        #expect(plan.titles == ["[build 2/3] WORKDIR /src", "[build 3/3] RUN make", "[stage-1 1/1] RUN test 1"])
        #expect(plan.steps[2].parent == .step(1))
        #expect(plan.runs[1].workingDirectory == "/src")
        #expect(plan.execution.environment == ["PATH=/bin", "a=1"])
    }

    @Test func `what the target does not need is not looked at`() throws {
        let subject = try PlannerSubject(
            """
            FROM missing AS other
            RUN false
            FROM --platform=windows/arm64 missing2 AS third
            COPY --from=later x /
            FROM base AS later
            RUN make
            """)
        let plan = try subject.plan()
        #expect(plan.titles == ["[later 2/2] RUN make"])
        #expect(plan.stages.map(\.index) == [2])
        #expect(subject.resolver.asked == ["base"])
    }

    @Test func `for the checks all stages are planned, also those that are not needed`() throws {
        let plan = try planned("FROM base AS a\nRUN $x\nWORKDIR $y\nFROM base AS b\nRUN two\n") {
            $0.includesAllStages = true
        }
        #expect(plan.stages.map(\.name) == ["a", "b"])
        #expect(plan.stages[plan.target].name == "b")
        #expect(plan.undefinedVariables.map(\.name) == ["y"])
    }

    @Test func `ten thousand variables are planned`() throws {
        let text = "FROM base\n" + (0..<10_000).map { "ENV v\($0)=$v\($0)\n" }.joined()
        #expect(try planned(text).execution.environment.count == 10_001)
    }

    @Test func `every image is asked for once`() throws {
        let subject = try PlannerSubject(
            "FROM base AS a\nFROM base AS b\nCOPY --from=a x /\nCOPY --from=base y /\nRUN --mount=from=base,target=/m z"
        )
        let plan = try subject.plan()
        #expect(subject.resolver.asked == ["base"])
        #expect(plan.copies[0].sources == [.path("/x", of: .image("the base"))])
        #expect(plan.copies[1].sources == [.path("/y", of: .image("the base"))])
    }

    @Test func `the target is the one of the command line, in any case, or the last`() throws {
        let text = "FROM base AS one\nRUN a\nFROM base AS two\nRUN b\n"
        #expect(try planned(text).titles == ["[two 2/2] RUN b"])
        #expect(try planned(text) { $0.target = "ONE" }.titles == ["[one 2/2] RUN a"])
        #expect(
            refusal(text) { $0.target = "tow" }
                == "--target tow: there is no stage tow, did you mean two? (the stages are one, two)")
        #expect(
            refusal(text) { $0.target = "release" }
                == "--target release: there is no stage release (the stages are one, two)")
        #expect(
            refusal("FROM base") { $0.target = "x" }
                == "--target x: there is no stage x: none of them has a name, write FROM IMAGE AS x")
    }

    @Test func `scratch is empty, with a path and the root as the directory`() throws {
        let plan = try planned("FROM scratch\nCOPY a /\n")
        #expect(plan.steps[0].parent == .empty)
        #expect(plan.titles == ["[1/1] COPY a /"])
        #expect(plan.stages[0].base == .scratch)
        #expect(plan.execution.environment == ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"])
        #expect(plan.execution.workingDirectory == "/")
        #expect(plan.configuration.platform == Platform(os: "linux", architecture: "amd64"))
    }

    @Test func `an image has a path afterwards, and no layers is no tree`() throws {
        var empty = ImageConfiguration(platform: Platform(os: "linux", architecture: "amd64"), diffIDs: [])
        empty.execution.environment = ["A=1"]
        let plan = try planned("FROM empty\nRUN a", images: ["empty": empty])
        #expect(plan.steps[0].parent == .empty)
        #expect(
            plan.execution.environment == ["A=1", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"])
    }

    @Test func `a stage without instructions is its base`() throws {
        let plan = try planned("FROM base")
        #expect(plan.steps.isEmpty)
        #expect(plan.stages[0].files == .image("the base"))
    }

    @Test func `stages that need each other are refused, also where the target does not need them`() {
        #expect(
            refusal("FROM base AS a\nCOPY --from=a x /")
                == "1: stage a needs itself: name an earlier stage, or an image")
        #expect(
            refusal("FROM base AS a\nCOPY --from=b x /\nFROM base AS b\nRUN --mount=from=a,target=/a x\nFROM base")
                == "3: stages need each other, a needs b needs a: one of them has to do without")
        #expect(
            refusal("FROM base\nCOPY --from=0 x /")
                == "1: stage stage-0 needs itself: name an earlier stage, or an image")
    }

    @Test func `what is further down cannot be read`() {
        #expect(
            refusal("FROM base AS a\nCOPY --from=b x /\nFROM base AS b\nRUN x") { $0.target = "a" }
                == "2: --from=b: that stage is further down, move it in front of stage a")
        #expect(
            refusal("FROM base AS a\nCOPY --from=1 x /\nFROM base AS b\nRUN x") { $0.target = "a" }
                == "2: --from=1: that stage is further down, move it in front of stage a")
        #expect(
            refusal("FROM base AS a\nRUN --mount=from=b,target=/b x\nFROM base AS b\nRUN x") { $0.target = "a" }
                == "2: --mount from=b: that stage is further down, move it in front of stage a")
    }

    @Test func `stages are also numbers for COPY`() throws {
        let plan = try planned("FROM base\nRUN a\nFROM base\nCOPY --from=0 x /\n")
        #expect(plan.copies[0].sources == [.path("/x", of: .step(0))])
        #expect(plan.titles == ["[stage-0 2/2] RUN a", "[stage-1 2/2] COPY --from=0 x /"])
        #expect(refusal("FROM base\nCOPY --from=3 x /") == "2: there is no stage 3: the only one is 0")
        #expect(
            refusal("FROM base\nFROM base\nCOPY --from=-1 x /") == "3: there is no stage -1: they are 0 to 1")
    }

    @Test func `of two stages of a name FROM means the one above, and COPY the last`() throws {
        let text = "FROM base AS a\nRUN one\nFROM base AS a\nRUN two\nFROM a\nCOPY --from=a x /"
        let plan = try planned(text)
        #expect(plan.titles == ["[a 2/2] RUN two", "[stage-2 1/1] COPY --from=a x /"])
        let first = try PlannerSubject("FROM base AS a\nRUN one\nFROM a\nRUN three\nFROM base AS a\n") {
            $0.target = nil
        }
        #expect(try first.plan().steps.isEmpty)
    }

    @Test func `an image that is not there says where it is named, and a stage that is near`() {
        #expect(
            refusal("FROM base AS build\nFROM buidl") == "2: there is no image buidl; did you mean the stage build?")
        #expect(refusal("FROM base\nCOPY --from=nothing a /") == "2: there is no image nothing")
        #expect(refusal("FROM base\nRUN --mount=from=nothing,target=/a b") == "2: there is no image nothing")
    }

    @Test func `FROM sees global arguments only`() throws {
        #expect(try planned("ARG name=ba\nARG full=${name}se\nFROM $full").stages[0].base == .image("the base"))
        #expect(try planned("ARG name\nFROM ${name:-base}").stages[0].base == .image("the base"))
        #expect(
            try planned("ARG name=x\nFROM $name") { $0.arguments = [("name", "base")] }.stages[0].base
                == .image("the base"))
        #expect(
            try planned("ARG name=base\nFROM base AS build\nARG name=x\nFROM $name").stages[0].base
                == .image("the base"))
        #expect(refusal("FROM $none") == "1: FROM $none names no image: the variables in it are not set")
        #expect(refusal("FROM ${a^}").hasPrefix("1: cannot expand \"${a^}\": '^' after the name a is no modifier"))
        #expect(refusal("ARG a=${b?missing}\nFROM base") == "1: cannot expand \"${b?missing}\": b: missing")
    }

    @Test func `only this machine's platform can be built for`() throws {
        for name in [
            "linux/amd64", "amd64", "linux", "x86_64", "LINUX/AMD64", "linux/amd64/v1", "$BUILDPLATFORM",
            "$TARGETPLATFORM", "${TARGETOS}/$TARGETARCH",
        ] {
            #expect(try planned("FROM --platform=\(name) base").stages.count == 1, "\(name)")
        }
        #expect(
            refusal("FROM --platform=linux/arm64 base")
                == "1: FROM --platform=linux/arm64: this machine is linux/amd64 and builds for no other")
        #expect(refusal("FROM --platform=aarch64 base").hasSuffix("builds for no other"))
        #expect(refusal("FROM --platform=windows base").hasSuffix("builds for no other"))
        #expect(
            refusal("FROM --platform=amd65 base")
                == "1: FROM --platform=amd65 is no platform: write OS/ARCHITECTURE as in linux/amd64")
        #expect(
            refusal("FROM --platform=$none base")
                == "1: --platform=$none is empty: the variables in it are not set")
        #expect(try planned("FROM base") { $0.platform = "linux/amd64" }.stages.count == 1)
        #expect(
            refusal("FROM base") { $0.platform = "linux/arm64" }
                == "--platform=linux/arm64: this machine is linux/amd64 and builds for no other")
        #expect(
            refusal("FROM base") { $0.platform = "linux/amd64,linux/arm64" }
                == "--platform=linux/amd64,linux/arm64: one build is for one platform, which is linux/amd64 here")
        let error = #expect(throws: BuildError.self) { try planned("FROM --platform=arm64 base") }
        #expect(error?.code == .unsupported)
    }

    @Test func `an image for another machine is used and said`() throws {
        var other = ImageConfiguration.base()
        other.platform = Platform(os: "linux", architecture: "arm64", variant: "v8")
        let plan = try planned("FROM other", images: ["other": other])
        #expect(plan.notes == ["other is for linux/arm64, and this machine is linux/amd64"])
        #expect(plan.configuration.platform == Platform(os: "linux", architecture: "arm64"))
    }

    @Test func `more layers than the kernel stacks are refused before anything is done`() throws {
        let runs = String(repeating: "RUN a\n", count: 499)
        #expect(try planned("FROM base\n\(runs)").steps.count == 499)
        #expect(
            refusal("FROM base\n\(runs)RUN b\n")
                == "501: stage stage-0 would have more than 500 layers, which is as many as the kernel stacks: "
                + "join RUN instructions, or copy what counts into a new stage")
    }

    @Test func `two thousand stages on each other are planned`() throws {
        var text = "FROM base AS s0\n"
        for index in 1...2000 { text += "FROM s\(index - 1) AS s\(index)\n" }
        #expect(try planned(text).stages.count == 2001)
    }

    @Test func `the cache is left out for all stages, or for some`() throws {
        let text = "FROM base AS One\nRUN a\nFROM base\nCOPY --from=one x /\nRUN b"
        #expect(try planned(text).steps.map(\.ignoresCache) == [false, false, false])
        #expect(try planned(text) { $0.ignoresCache = true }.steps.map(\.ignoresCache) == [true, true, true])
        let some = try planned(text) { $0.uncachedStages = ["ONE", "nothing"] }
        #expect(some.steps.map(\.ignoresCache) == [true, false, false])
        #expect(some.notes == ["--no-cache-filter nothing: there is no stage of that name"])
    }
}
