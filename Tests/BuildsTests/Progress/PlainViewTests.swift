// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Builds

@Suite struct PlainViewTests {
    @Test func showsABuild() {
        var view = PlainView(keepsColors: false)
        let text = view.shown(
            [
                .note("base image debian:latest"),
                .planned(
                    plan(("build", ["WORKDIR /src", "COPY . .", "RUN make"]), ("stage-1", ["COPY --from=build /a /"]))),
                .cached(step: 0, explanation: ["the same as in build 3f2a"]),
                .started(step: 1, after: at(3)), .finished(step: 1, after: at(110)),
                .started(step: 2, after: at(110)), .wrote(2, "cc -c a.c\ncc -c", at(422)), .wrote(2, " b.c\n", at(500)),
                .finished(step: 2, after: at(1310)), .warning("JSONArgsRecommended: use JSON\nfor CMD"),
                .started(step: 3, after: at(1310)), .finished(step: 3, after: at(1330)),
                .exporting(.started("exporting layers")), .exporting(.finished("exporting layers", after: at(1500))),
                .exporting(.started("naming to app:latest")),
                .exporting(.finished("naming to app:latest", after: at(1510))),
            ], .built(image: "sha256:1", names: [], after: at(1510)))
        #expect(
            text == """
                #0 base image debian:latest

                #1 [build 1/3] WORKDIR /src
                #1 cache: the same as in build 3f2a
                #1 CACHED

                #2 [build 2/3] COPY . .
                #2 DONE 0.1s

                #3 [build 3/3] RUN make
                #3 0.312 cc -c a.c
                #3 0.390 cc -c b.c
                #3 DONE 1.2s

                WARNING: JSONArgsRecommended: use JSON
                WARNING: for CMD

                #4 [stage-1 1/1] COPY --from=build /a /
                #4 DONE 0.020s

                #5 exporting
                #5 exporting layers
                #5 exporting layers 0.1s done
                #5 naming to app:latest
                #5 naming to app:latest 0.010s done
                #5 DONE 0.1s


                """)
    }

    @Test func showsAFailureWithItsLastLines() {
        var view = PlainView(keepsColors: false)
        let numbers = (1...30).map(String.init)
        let text = view.shown(
            [
                .planned(plan(("", ["RUN seq 30; exit 3"]))), .started(step: 0, after: at(0)),
                .wrote(0, numbers.joined(separator: "\n"), at(12)),
                .failed(step: 0, reason: "process \"/bin/sh -c seq 30; exit 3\" ended with exit code 3", after: at(20)),
            ],
            .failed(BuildError(.step(exitCode: 3), "failed")))
        let expected =
            """
            #1 [1/1] RUN seq 30; exit 3

            """ + numbers.dropLast().map { "#1 0.012 \($0)\n" }.joined() + """
                #1 0.020 30
                #1 ERROR: process "/bin/sh -c seq 30; exit 3" ended with exit code 3

                ------
                 > [1/1] RUN seq 30; exit 3:

                """ + numbers.suffix(20).map { $0 + "\n" }.joined() + """
                ------

                """
        #expect(text == expected)
    }

    @Test func stepsTakeTurns() {
        var view = PlainView(keepsColors: false)
        let text = view.shown(
            [
                .planned(plan(("a", ["RUN a"]), ("b", ["RUN b", "RUN c"]))), .started(step: 0, after: at(0)),
                .started(step: 1, after: at(0)), .wrote(0, "a1\n", at(100)), .wrote(1, "b1\n", at(200)),
                .wrote(0, "a2\n", at(300)), .tick(after: at(1200)), .tick(after: at(1300)),
                .wrote(1, "b2\n", at(1400)), .finished(step: 1, after: at(1500)), .started(step: 2, after: at(1500)),
                .finished(step: 0, after: at(1600)), .canceled(step: 2),
            ], .built(image: nil, names: [], after: at(1600)))
        #expect(
            text == """
                #1 [a 1/1] RUN a
                #1 0.100 a1
                #1 0.300 a2
                #1 ...

                #2 [b 1/2] RUN b
                #2 0.200 b1
                #2 1.400 b2
                #2 DONE 1.5s

                #1 [a 1/1] RUN a
                #1 DONE 1.6s

                #3 [b 2/2] RUN c
                #3 CANCELED


                """)
    }

    @Test func oneThatTalksAllTheTimeGivesWayAfterFiveSeconds() {
        var view = PlainView(keepsColors: false)
        var events: [BuildEvent] = [
            .planned(plan(("a", ["RUN a"]), ("b", ["RUN b"]))), .started(step: 0, after: at(0)),
            .started(step: 1, after: at(0)), .wrote(1, "b1\n", at(50)),
        ]
        for second in 0..<6 { events.append(.wrote(0, "a\(second)\n", at(Int64(second) * 900 + 100))) }
        events.append(.wrote(0, "a6\n", at(5100)))
        let text = view.shown(events)
        #expect(text.hasSuffix("#1 5.100 a6\n#1 ...\n\n#2 [b 1/1] RUN b\n#2 0.050 b1\n"))
    }

    @Test func nothingOfAStepIsLostInManyTurns() {
        var generator = Seeded(state: 7)
        var view = PlainView(keepsColors: false)
        let names = (0..<6).map { (name: "s\($0)", instructions: ["RUN \($0)"]) }
        var events: [BuildEvent] = []
        for step in names.indices { events.append(.started(step: step, after: at(Int64(step)))) }
        var written = Array(repeating: 0, count: names.count)
        var now: Int64 = 10
        for _ in 0..<500 {
            now += Int64.random(in: 0...400, using: &generator)
            let step = Int.random(in: names.indices, using: &generator)
            events.append(.wrote(step, "line \(written[step])\n", at(now)))
            written[step] += 1
        }
        for step in names.indices.reversed() { events.append(.finished(step: step, after: at(now))) }
        let text = view.shown([.planned(plan(names))] + events, .built(image: nil, names: [], after: at(now)))
        let lines = text.split(separator: "\n").map(String.init)
        for step in names.indices {
            let own = lines.filter { $0.hasPrefix("#\(step + 1) ") && $0.contains(" line ") }
            #expect(own.compactMap { $0.split(separator: " ").last } == (0..<written[step]).map { "\($0)" })
        }
    }
}
