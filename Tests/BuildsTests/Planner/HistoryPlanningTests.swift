// SPDX-License-Identifier: Apache-2.0
import Builds
import OCI
import Testing

@Suite struct HistoryPlanningTests {
    @Test func `all that is new is from now`() throws {
        let plan = try planned("FROM base\nENV a=1\nRUN x")
        #expect(plan.configuration.created == "2023-11-14T22:13:20Z")
        #expect(
            plan.configuration.history.map(\.created) == [
                "2020-01-01T00:00:00Z", "2023-11-14T22:13:20Z", "2023-11-14T22:13:20Z",
            ])
        #expect(plan.epoch == nil)
        #expect(try planned("FROM base").configuration.created == "2023-11-14T22:13:20Z")
    }

    @Test func `a time that is given, or is a global argument, counts`() throws {
        let given = try planned("FROM base\nRUN x") { $0.arguments = [("SOURCE_DATE_EPOCH", "86400")] }
        #expect(given.epoch == 86400)
        #expect(given.configuration.created == "1970-01-02T00:00:00Z")
        #expect(given.configuration.history.last?.created == "1970-01-02T00:00:00Z")
        #expect(given.runs[0].environment == ["PATH=/bin"])
        #expect(try planned("ARG SOURCE_DATE_EPOCH=0\nFROM base").epoch == 0)
        #expect(try planned("ARG SOURCE_DATE_EPOCH\nFROM base").epoch == nil)
        #expect(try planned("FROM base\nARG SOURCE_DATE_EPOCH=5").epoch == nil)
        let both = try planned("ARG SOURCE_DATE_EPOCH=1\nFROM base\nARG SOURCE_DATE_EPOCH\nRUN x") {
            $0.arguments = [("SOURCE_DATE_EPOCH", "2")]
        }
        #expect(both.epoch == 2)
        #expect(both.runs[0].environment == ["PATH=/bin", "SOURCE_DATE_EPOCH=2"])
        #expect(
            refusal("FROM base") { $0.arguments = [("SOURCE_DATE_EPOCH", "context")] }
                == "SOURCE_DATE_EPOCH is \"context\": write the seconds since 1970-01-01, as git log -1 --format=%ct does"
        )
        #expect(refusal("ARG SOURCE_DATE_EPOCH=x\nFROM base").hasPrefix("1: SOURCE_DATE_EPOCH is \"x\""))
        #expect(refusal("ARG SOURCE_DATE_EPOCH=9999999999999999\nFROM base").hasPrefix("1: SOURCE_DATE_EPOCH is"))
    }

    @Test func `the history of a base has an entry for each layer, no more and no less`() throws {
        func entries(_ history: [ImageConfiguration.History], layers: Int) throws -> [String] {
            var image = ImageConfiguration.base()
            image.diffIDs = (0..<layers).map { Digest(sha256: [UInt8](repeating: UInt8($0), count: 32)) }
            image.history = history
            return try PlannerSubject("FROM img\nRUN x", images: ["img": image]).plan().configuration.history.map {
                "\($0.createdBy ?? $0.comment ?? "")\($0.isEmptyLayer ? " (empty)" : "")"
            }
        }
        let run = "RUN /bin/sh -c x # buildkit"
        #expect(try entries([], layers: 2) == ["buildkit.exporter.image.v0", "buildkit.exporter.image.v0", run])
        #expect(
            try entries([.init(createdBy: "a"), .init(createdBy: "b", isEmptyLayer: true)], layers: 2)
                == ["a", "b (empty)", "buildkit.exporter.image.v0", run])
        #expect(
            try entries([.init(createdBy: "a"), .init(createdBy: "b")], layers: 1) == ["a", "b (empty)", run])
    }

    @Test func `words are quoted as Go quotes them`() throws {
        let plan = try planned("FROM base\nCMD [\"a\\\"b\\\\c\", \"\\n\\t\\u0007\\u001b\\u007f\", \"ü한\\u200b\", \"\"]")
        #expect(plan.history == ["CMD [\"a\\\"b\\\\c\" \"\\n\\t\\a\\x1b\\x7f\" \"ü한\\u200b\" \"\"] (empty)"])
    }

    @Test(arguments: [
        ("1ms", "1ms"), ("1.5s", "1.5s"), ("60s", "1m0s"), ("61m", "1h1m0s"), ("3723.004s", "1h2m3.004s"), ("0s", "0s"),
        ("1000001us", "1.000001s"), ("1500us", "1.5ms"),
    ])
    func `durations are written as Go writes them`(written: String, expected: String) throws {
        let plan = try planned("FROM base\nHEALTHCHECK --interval=\(written) CMD a")
        #expect(plan.history[0].hasPrefix("HEALTHCHECK {Test:[CMD-SHELL a] Interval:\(expected) Timeout"))
    }

    @Test func `the same input gives the same plan`() throws {
        let text = "FROM base\nLABEL b=1 a=2\nARG x=1\nRUN --mount=type=cache,target=/c y\nCOPY a b /c/\n"
        func twice() throws -> [String] {
            let plan = try planned(text) {
                $0.arguments = [("x", "2"), ("http_proxy", "p")]
                $0.contexts = ["z": .directory("/z"), "y": .directory("/y")]
            }
            return plan.steps.map { "\($0)" } + ["\(plan.configuration.json)"]
        }
        #expect(try twice() == twice())
    }
}
