// SPDX-License-Identifier: Apache-2.0
import Linux
import OCI
import Testing

@testable import Builds

@Suite struct RawJSONViewTests {
    @Test func writesWhatBuildKitWrites() throws {
        var stages = plan(("a", ["RUN a", "RUN b"]))
        stages.steps[1].parent = .step(0)
        var view = RawJSONView(start: FileTime(seconds: 1_767_225_599, nanoseconds: 999_000_000))
        let text = view.shown(
            [
                .planned(stages), .started(step: 0, after: at(1)), .wrote(0, "hi\n", at(2)),
                .finished(step: 0, after: at(3)),
                .cached(step: 1, explanation: []), .tick(after: at(5)), .exporting(.started("exporting layers")),
                .exporting(.finished("exporting layers", after: at(9))),
            ], .built(image: nil, names: [], after: at(9)))
        let lines = try text.split(separator: "\n").map { try JSON(parsing: Array($0.utf8)) }
        #expect(lines.count == 7)
        let first = try #require(lines[0]["vertexes"]?[0]?["digest"]?.string)
        #expect(first.hasPrefix("sha256:") && first.utf8.count == 71)
        #expect(lines[0]["vertexes"]?[1]?["inputs"] == [.string(first)])
        #expect(lines[1]["vertexes"]?[0]?["name"] == "[a 1/2] RUN a")
        #expect(lines[1]["vertexes"]?[0]?["started"] == "2026-01-01T00:00:00.000000000Z")
        #expect(lines[1]["vertexes"]?[0]?["completed"] == nil)
        #expect(
            lines[2]["logs"]?[0] == [
                "vertex": .string(first), "stream": 1, "data": "aGkK", "timestamp": "2026-01-01T00:00:00.001000000Z",
            ])
        #expect(lines[3]["vertexes"]?[0]?["completed"] == "2026-01-01T00:00:00.002000000Z")
        #expect(lines[4]["vertexes"]?[0]?["cached"] == true)
        #expect(lines[5]["statuses"]?[0]?["completed"] == nil)
        #expect(lines[6]["statuses"]?[0]?["id"] == "exporting layers")
        #expect(lines[6]["statuses"]?[0]?["completed"] == "2026-01-01T00:00:00.008000000Z")
    }
}
