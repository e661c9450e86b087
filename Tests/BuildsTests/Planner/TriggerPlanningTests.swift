// SPDX-License-Identifier: Apache-2.0
import Builds
import Engine
import OCI
import Testing

/// ONBUILD: kept by the stage that says it, carried out by those that stand on it.
@Suite struct TriggerPlanningTests {
    private let parent = ImageConfiguration.base { $0.onBuild = ["ENV a=1", "RUN make $a", "COPY . /src"] }

    @Test func `an image's triggers come right after FROM, in order, and are gone then`() throws {
        let plan = try planned("FROM parent\nRUN own $a\n", images: ["parent": parent])
        #expect(plan.titles == ["[2/4] ONBUILD RUN make 1", "[3/4] ONBUILD COPY . /src", "[4/4] RUN own 1"])
        #expect(plan.execution.onBuild == [])
        #expect(plan.execution.environment == ["PATH=/bin", "a=1"])
        #expect(plan.steps.map { $0.range?.start.line } == [nil, nil, 2])
        #expect(
            plan.history == [
                "ENV a=1 (empty)", "RUN /bin/sh -c make $a # buildkit", "COPY . /src # buildkit",
                "RUN /bin/sh -c own $a # buildkit",
            ])
    }

    @Test func `a stage keeps its triggers as they are written, for the stages on it`() throws {
        let plan = try planned(
            """
            FROM base AS a
            ONBUILD RUN one $x
            ONBUILD COPY <<E /e
            body
            E
            RUN two
            FROM a AS b
            RUN three
            FROM b
            RUN four
            """)
        #expect(plan.stages.map(\.configuration.execution.onBuild.count) == [2, 0, 0])
        #expect(plan.stages[0].configuration.execution.onBuild == ["RUN one $x", "COPY <<E /e\nbody\nE"])
        #expect(
            plan.titles == [
                "[a 2/2] RUN two", "[b 1/3] ONBUILD RUN one $x", "[b 2/3] ONBUILD COPY <<E /e", "[b 3/3] RUN three",
                "[stage-2 1/1] RUN four",
            ])
        #expect(plan.copies[0].sources == [.inline(InlineFile(name: "E", contents: "body\n"))])
        #expect(plan.stages[0].configuration.history.map(\.createdBy) == ["base", "RUN /bin/sh -c two # buildkit"])
    }

    @Test func `triggers need stages and images like others`() throws {
        let subject = try PlannerSubject(
            "FROM base AS tools\nRUN get\nFROM parent\n",
            images: [
                "parent": .base { $0.onBuild = ["COPY --from=tools a /", "RUN --mount=from=more,target=/m x"] },
                "more": .base { $0.onBuild = ["RUN never"] },
            ])
        let plan = try subject.plan()
        #expect(
            plan.titles == [
                "[tools 2/2] RUN get", "[stage-1 2/3] ONBUILD COPY --from=tools a /",
                "[stage-1 3/3] ONBUILD RUN --mount=from=more,target=/m x",
            ])
        #expect(plan.copies[0].sources == [.path("/a", of: .step(0))])
        #expect(subject.resolver.asked.sorted() == ["base", "more", "parent"])
    }

    @Test func `a trigger that needs a stage on its image, or one further down, is refused`() {
        let image = ImageConfiguration.base { $0.onBuild = ["COPY --from=tools a /"] }
        #expect(
            refusal("FROM parent AS tools\n", images: ["parent": image])
                == "1: stage tools needs itself: name an earlier stage, or an image")
        #expect(
            refusal("FROM parent AS x\nFROM base AS tools\nRUN y\n", images: ["parent": image]) { $0.target = "x" }
                == "1: --from=tools: that stage is further down, move it in front of stage x")
    }

    @Test func `what is wrong with an image's trigger points at FROM`() {
        func refused(_ trigger: String) -> String {
            refusal("# comment\nFROM parent", images: ["parent": .base { $0.onBuild = [trigger] }])
        }
        #expect(refused("NOTHING x").hasPrefix("2: ONBUILD NOTHING x of parent: "))
        #expect(refused("FROM x").hasPrefix("2: ONBUILD FROM x of parent: "))
        #expect(refused("ONBUILD RUN x").hasPrefix("2: ONBUILD ONBUILD RUN x of parent: "))
        #expect(refused("RUN --mount=type=tmpfs x") == "2: --mount: the target is the root, write target=PATH")
        #expect(refused("EXPOSE x").hasPrefix("2: EXPOSE x: "))
    }

    @Test func `a trigger's RUN sees the network and the cache of the build`() throws {
        let plan = try planned("FROM parent AS p\n", images: ["parent": parent]) {
            $0.network = .mode(.host)
            $0.uncachedStages = ["P"]
        }
        #expect(plan.runs.map(\.network) == [.host])
        #expect(plan.steps.map(\.ignoresCache) == [true, true])
    }
}
