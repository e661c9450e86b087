// SPDX-License-Identifier: Apache-2.0
import OCI
import Testing

@testable import Builds

@Suite struct JSONViewTests {
    @Test func writesAnObjectALine() throws {
        var view = JSONView()
        let text = view.shown(
            [
                .planned(plan(("a", ["RUN a"]))), .started(step: 0, after: at(1)), .wrote(0, "hi\n", at(1500)),
                .tick(after: at(1600)), .finished(step: 0, after: at(2000)),
            ], .built(image: "sha256:1", names: ["app:latest"], after: at(2500)))
        #expect(
            text == """
                {"event":"planned","steps":[{"step":1,"stage":"a","number":1,"count":1,"text":"RUN a",\
                "label":"[a 1/1] RUN a","line":2}],"notes":[]}
                {"event":"started","step":1,"time":0.001}
                {"event":"output","step":1,"time":1.5,"stream":"stdout","text":"hi\\n"}
                {"event":"finished","step":1,"time":2.0}
                {"event":"built","time":2.5,"image":"sha256:1","names":["app:latest"]}

                """)
    }

    @Test func charactersAreNeverCut() throws {
        let bytes = Array("é漢🙂x".utf8) + [0xE2, 0x82]
        for size in 1...5 {
            var view = JSONView()
            var output = view.show(.planned(plan(("a", ["RUN a"]))))
            for start in stride(from: 0, to: bytes.count, by: size) {
                let chunk = Array(bytes[start..<min(start + size, bytes.count)])
                output += view.show(.wrote(step: 0, isError: true, bytes: chunk, after: at(1)))
            }
            output += view.show(.finished(step: 0, after: at(2)))
            let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
            let text = try lines.compactMap { try JSON(parsing: Array($0.utf8))["text"]?.string }.joined()
            #expect(text == "é漢🙂x\u{FFFD}")
        }
    }

    @Test func anErrorHasItsPlaceAndExitCode() throws {
        var view = JSONView()
        let range = SourceRange(SourcePosition(line: 4, column: 1), SourcePosition(line: 4, column: 9))
        let text = view.shown([], .failed(BuildError(.step(exitCode: 2), "it failed", at: range)))
        #expect(text == "{\"event\":\"error\",\"error\":\"it failed\",\"exitCode\":2,\"line\":4}\n")
    }
}
