// SPDX-License-Identifier: Apache-2.0
import Builds
import OCI
import Testing

@Suite struct NamedContextTests {
    @Test func `a context's files are read by COPY and by mounts`() throws {
        for source in [
            BuildRequest.ContextSource.directory("/x"), .url("https://a/b.tar"), .git("https://a/b.git"),
        ] {
            let plan = try planned("FROM base\nCOPY --from=Data a /\nRUN --mount=from=data,target=/d x\n") {
                $0.contexts = ["data": source]
            }
            #expect(plan.copies[0].sources == [.path("/a", of: .context("data"))])
            #expect(
                plan.runs[0].mounts.map(\.kind) == [.bind(from: .context("data"), source: "/", isWritable: false)])
        }
    }

    @Test func `a context takes the place of an image, however its name is written`() throws {
        for (context, image) in [
            ("alpine", "alpine:latest"), ("alpine:latest", "alpine"), ("docker.io/library/alpine", "alpine"),
            ("alpine:3", "docker.io/library/alpine:3"),
        ] {
            let subject = try PlannerSubject("FROM \(image)\n") { $0.contexts = [context: .image("base")] }
            #expect(try subject.plan().stages[0].base == .image("the base"))
            #expect(subject.resolver.asked == ["base"])
        }
        #expect(
            refusal("FROM alpine:3") { $0.contexts = ["alpine": .image("base")] } == "1: there is no image alpine:3")
    }

    @Test func `a context takes the place of a stage, of which nothing is carried out`() throws {
        let subject = try PlannerSubject(
            "FROM missing AS deps\nCOPY --from=other x /\nRUN make\nFROM deps AS two\nRUN a\nFROM two\nCOPY --from=deps b /"
        ) { $0.contexts = ["deps": .image("base")] }
        let plan = try subject.plan()
        #expect(plan.titles == ["[two 1/1] RUN a", "[stage-2 1/1] COPY --from=deps b /"])
        #expect(plan.steps[0].parent == .image("the base"))
        #expect(plan.copies[0].sources == [.path("/b", of: .image("the base"))])
        #expect(subject.resolver.asked == ["base"])
    }

    @Test func `files that are a base are copied first, and nothing else is known of them`() throws {
        let plan = try planned("FROM root\nRUN a\n") { $0.contexts = ["root": .directory("/r")] }
        #expect(plan.titles == ["[1/2] FROM root", "[2/2] RUN a"])
        #expect(plan.steps[0].parent == .empty)
        #expect(plan.copies == [CopyOperation(sources: [.path("/", of: .context("root"))], destination: "/")])
        #expect(plan.stages[0].base == .context("root"))
        #expect(plan.history == ["FROM root # buildkit", "RUN /bin/sh -c a # buildkit"])
        #expect(plan.execution.workingDirectory == "/")
    }

    @Test func `a layout and scratch`() throws {
        let subject = try PlannerSubject("FROM a\nCOPY --from=b x /", images: ["oci-layout:///l:1": .base()]) {
            $0.contexts = ["a": .layout("/l:1"), "b": .image("scratch")]
        }
        let plan = try subject.plan()
        #expect(plan.stages[0].base == .image("the oci-layout:///l:1"))
        #expect(plan.copies[0].sources == [.path("/x", of: .empty)])
    }

    @Test func `a stage under another name, also one further down`() throws {
        let text = "FROM thing AS first\nRUN a\nFROM base AS real\nRUN b\nFROM first\nRUN c\n"
        let plan = try planned(text) { $0.contexts = ["thing": .stage("REAL")] }
        #expect(plan.titles == ["[real 2/2] RUN b", "[first 1/1] RUN a", "[stage-2 1/1] RUN c"])
        #expect(plan.stages.map(\.name) == ["first", "real", "stage-2"])
        #expect(plan.steps.map(\.parent) == [.image("the base"), .step(0), .step(1)])
        #expect(plan.stages[0].base == .stage(1))
        #expect(
            refusal(text) { $0.contexts = ["thing": .stage("rael")] }
                == "--build-context thing=target:rael: there is no stage rael, did you mean real? "
                + "(the stages are first, real)")
        #expect(
            refusal("FROM a AS b\nRUN x") { $0.contexts = ["a": .stage("b")] }
                == "1: stage b needs itself: name an earlier stage, or an image")
    }

    @Test func `two names cannot be taken`() throws {
        let plan = try planned("FROM scratch\nCOPY --from=scratch a /") {
            $0.contexts = ["scratch": .image("base"), "context": .image("base")]
        }
        #expect(plan.stages[0].base == .scratch)
        #expect(plan.copies[0].sources == [.path("/a", of: .empty)])
    }
}
