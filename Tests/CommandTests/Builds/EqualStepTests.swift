// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

/// Which steps are the same, within a build and from one to the next.
@Suite(.commands, .emptyBox) struct EqualStepTests {
    @Test(arguments: [[], ["--no-cache"]])
    func equalStepsOfTwoStagesAreCarriedOutOnce(_ flags: [String]) throws {
        let context = try BuildContext(
            """
            FROM busybox AS one
            RUN sleep 0.3; date +%N >/when
            COPY f /f
            RUN cat /f >/copy; date +%N >>/when
            FROM busybox AS two
            RUN sleep 0.3; date +%N >/when
            COPY f /f
            RUN cat /f >/copy; date +%N >>/when
            RUN echo other >/other
            FROM busybox
            COPY --from=one /when /one
            COPY --from=two /when /two
            """, files: ["f": "f"])
        let outcome = try context.box.run(
            ["build", "--progress", "plain", "-t", "built"] + flags + [context.path], timeout: 30)
        #expect(outcome.status == 0, "\(outcome)")
        // The last stage's two copies are of the same file, and have other names.
        #expect(outcome.steps.count(where: { $0.hasPrefix("CACHED") }) == 3, "\(outcome)")
        #expect(outcome.steps.count(where: { $0.hasPrefix("DONE") && !$0.contains("export") }) == 6, "\(outcome)")
        #expect(try context.run("cmp", "/one", "/two") == "")
        try context.expectWhole("equal steps")
        #expect(try context.build().steps.allSatisfy { $0.hasPrefix("CACHED") })
    }

    @Test func aLinkedCopyOnTwoStagesIsMadeOnce() throws {
        let context = try BuildContext(
            """
            FROM busybox AS one
            RUN echo one >/one
            COPY --link f /f
            FROM busybox AS two
            RUN echo two >/two
            COPY --link f /f
            FROM busybox
            COPY --from=one /one /f /1/
            COPY --from=two /two /f /2/
            """, files: ["f": "f"])
        let outcome = try context.build("--no-cache")
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.steps.count(where: { $0.hasPrefix("CACHED") }) == 1, "\(outcome)")
        #expect(try context.run("cat", "/1/one", "/1/f", "/2/two", "/2/f") == "one\nftwo\nf")
    }

    @Test func aStepThatFailsFailsForBoth() throws {
        let context = try BuildContext(
            """
            FROM busybox AS one
            RUN sleep 0.2; exit 3
            FROM busybox AS two
            RUN sleep 0.2; exit 3
            FROM busybox
            COPY --from=one / /1
            COPY --from=two / /2
            """)
        let outcome = try context.build()
        #expect(outcome.status != 0 && outcome.errors.contains("exit code 3"), "\(outcome)")
        try context.expectWhole("a step that fails")
    }

    @Test func whatACacheStartsFromCounts() throws {
        let context = try BuildContext(
            """
            FROM busybox AS seed
            COPY f /s/f
            COPY g /g
            FROM busybox
            RUN --mount=type=cache,id=seeded,target=/c,from=seed,source=/s cat /c/f >/f
            """, files: ["f": "1", "g": "1"])
        try context.expectBuilt()
        #expect(try context.build().steps.allSatisfy { $0.hasPrefix("CACHED") })
        try context.write("g", "2")
        #expect(try context.build().steps.last { $0.contains("RUN") }?.hasPrefix("CACHED") == true)
        try context.write("f", "2")
        let again = try context.build("--explain-cache")
        #expect(again.steps.last { $0.contains("RUN") }?.hasPrefix("DONE") == true, "\(again)")
        #expect(again.errors.contains("#3 cache: f changed"), "\(again)")
        // It has started already, and is not filled anew.
        #expect(try context.run("cat", "/f") == "1")
    }
}
