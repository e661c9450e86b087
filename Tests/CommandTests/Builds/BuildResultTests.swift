// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// That what comes out of a build is what its steps made, of one run of each, and that they made it inside.
@Suite(.commands, .emptyBox) struct BuildResultTests {
    @Test func aLayerIsNotFoundOnTopOfAnotherResult() throws {
        let context = try BuildContext(
            """
            FROM busybox
            RUN head -c 8 /dev/urandom | md5sum >/one
            RUN --mount=type=secret,id=s cp /one /two; if [ -e /run/secrets/s ]; then exit 1; fi
            """, files: ["s": "x"])
        try context.expectBuilt()
        // The first step is carried out again, and the second is not done with it.
        #expect(try context.start("--no-cache", "--secret", "id=s,src=\(context.path)/s").wait(seconds: 30).status == 1)
        try context.expectBuilt()
        let lines = try context.run("cat", "/one", "/two").split(separator: "\n")
        #expect(lines.count == 2 && lines[0] == lines[1], "\(lines)")
    }

    @Test func twoStagesOfOneKindAreBuilt() throws {
        let context = try BuildContext(
            """
            FROM busybox AS a
            RUN echo same >/f
            FROM busybox AS b
            RUN echo same >/f
            FROM busybox
            COPY --from=a /f /a
            COPY --from=b /f /b
            """)
        try context.expectBuilt()
        #expect(try context.run("cat", "/a", "/b") == "same\nsame")
        #expect(try context.build().steps.allSatisfy { $0.hasPrefix("CACHED") })
    }

    @Test func takingMountPointsAwayStaysInTheLayer() throws {
        let context = try BuildContext("FROM busybox\n", files: ["victim/y": ""])
        try context.write(
            "Dockerfile",
            """
            FROM busybox
            RUN --mount=type=tmpfs,target=/x/y mv /x /z && ln -s \(context.path)/victim /x
            """)
        try context.expectBuilt()
        #expect(FileManager.default.fileExists(atPath: "\(context.path)/victim/y"))
    }

    @Test(arguments: ["shared", "locked", "private"]) func aStepHasACacheMountTwice(_ sharing: String) throws {
        let context = try BuildContext(
            """
            FROM busybox
            RUN --mount=type=cache,id=c,sharing=locked,target=/a --mount=type=cache,id=c,sharing=\(sharing),target=/b \\
                touch /a/f && ls /b/f
            """)
        #expect(try context.start().wait(seconds: 30).status == 0)
    }
}
