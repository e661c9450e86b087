// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// What a build does to its store when the disk is full, others build too, or its context does not hold still.
@Suite(.commands, .emptyBox) struct BuildStoreTests {
    @Test func twoBuildsOfOneNameAreBothWhole() throws {
        let first = try BuildContext(
            "FROM busybox\nRUN sleep 0.1; echo 1 >/which\nCOPY f /f\n", files: ["f": "1"], name: "one")
        let second = try BuildContext(
            "FROM busybox\nRUN sleep 0.1; echo 2 >/which\nCOPY f /f\n", files: ["f": "2"], name: "two")
        for _ in 1...5 {
            let programs = [try first.start("--no-cache"), try second.start("--no-cache")]
            for program in programs { #expect(program.wait(seconds: 30).status == 0) }
            let text = try first.run("cat", "/which", "/f")
            #expect(text == "1\n1" || text == "2\n2", "\(text)")
        }
        try first.expectWhole("two builds")
    }

    @Test func manyBuildsOfOneDockerfileShareTheirSteps() throws {
        let context = try BuildContext("FROM busybox\nRUN sleep 0.2; date +%N >/when\nCOPY f /f\n", files: ["f": "f"])
        let programs = try (1...6).map { _ in try context.start() }
        for program in programs { #expect(program.wait(seconds: 60).status == 0) }
        let when = try context.run("cat", "/when")
        #expect(try context.build().steps.allSatisfy { $0.hasPrefix("CACHED") })
        #expect(try context.run("cat", "/when") == when)
        try context.expectWhole("many builds")
    }

    @Test func anImageIsRemovedAndRunWhileItIsBuilt() throws {
        let context = try BuildContext("FROM busybox\nRUN echo former >/x\n")
        try context.expectBuilt()
        try context.write("Dockerfile", "FROM busybox\nRUN echo ready; sleep 4321; echo x >/x\n")
        let program = try context.start("--no-cache")
        #expect(program.waitForErrors(" ready\n"))
        for _ in 0..<3 {
            _ = try context.box("rmi", "built")
            _ = try context.box("system", "prune", "-f")
            #expect(try context.box("run", "--rm", "busybox", "true").status == 0)
        }
        try context.endSleep()
        #expect(program.wait(seconds: 30).status == 0)
        #expect(try context.run("cat", "/x") == "x")
        try context.expectWhole("rmi")
    }

    /// A store on a file system of `size`, which is gone at the end of the test.
    private func small(_ size: String, _ context: BuildContext) throws -> [String: String] {
        let place = try context.box.directory("small")
        #expect(try context.box.shell("mount -t tmpfs -o size=\(size),mode=755 tmpfs \(place)").status == 0)
        context.box.atEnd { _ = try? context.box.shell("umount -l \(place)") }
        let environment = ["MINIBOX_ROOT": place + "/root"]
        let words = ["import", TestMachine.archive("busybox"), "busybox"]
        try #require(try context.box.run(words, environment: environment).status == 0)
        return environment
    }

    @Test(arguments: ["RUN head -c 100m /dev/zero >/large", "COPY large /large", "ADD large /a/b/"])
    func aFullDiskIsSaidAndLeavesTheStoreWhole(_ step: String) throws {
        let context = try BuildContext("FROM busybox\nRUN echo before >/before\n\(step)\n")
        try context.box.shell("head -c 100M /dev/urandom >\(context.path)/large")
        let environment = try small("24m", context)
        let words = ["build", "--progress", "plain", "-t", "built"]
        let outcome = try context.box.run(words + [context.path], environment: environment)
        #expect(outcome.status == 1 || outcome.status == 125, "\(outcome)")
        #expect(outcome.errors.lowercased().contains("no space left"), "\(outcome)")
        let staging = context.box.folder + "/small/root/images/staging"
        _ = try context.box.run(["ps", "-a"], environment: environment)
        #expect(((try? FileManager.default.contentsOfDirectory(atPath: staging)) ?? []).isEmpty)
        #expect(try context.box.run(["system", "check"], environment: environment).status == 0)
        // What there is room for is built.
        try context.write("Dockerfile", "FROM busybox\nRUN echo before >/before\nRUN echo after >/after\n")
        let again = try context.box.run(words + [context.path], environment: environment)
        #expect(again.status == 0, "\(again)")
        let run = try context.box.run(
            ["run", "--rm", "built", "cat", "/before", "/after"], environment: environment)
        #expect(run.text == "before\nafter", "\(run)")
    }

    /// The context changes after its files were looked at, and before they are copied.
    @Test func aContextThatChangesUnderTheBuildIsNotKeptAsWhatItWas() throws {
        let context = try BuildContext(
            "FROM busybox\nRUN echo ready; sleep 4321 || true\nCOPY dir /dir\n",
            files: ["dir/file": "first\n", "dir/other": "x"])
        let program = try context.start()
        #expect(program.waitForErrors(" ready\n"))
        try context.write("dir/file", "second\n")
        try context.endSleep()
        let outcome = program.wait(seconds: 20)
        if outcome.status == 0 {
            #expect(["first", "second"].contains(try context.run("cat", "/dir/file")))
        } else {
            #expect(outcome.errors.contains("chang"), "\(outcome)")
        }
        for contents in ["first", "second", "first"] {
            try context.write("dir/file", contents + "\n")
            try context.expectBuilt()
            #expect(try context.run("cat", "/dir/file") == contents)
        }
    }

    @Test func aFileThatGoesAwayUnderTheBuildIsSaid() throws {
        let context = try BuildContext(
            "FROM busybox\nRUN echo ready; sleep 4321 || true\nCOPY dir /dir\n", files: ["dir/file": "first\n"])
        let program = try context.start()
        #expect(program.waitForErrors(" ready\n"))
        try FileManager.default.removeItem(atPath: context.path + "/dir")
        try context.endSleep()
        let outcome = program.wait(seconds: 20)
        if outcome.status != 0 { #expect(outcome.errors.contains("dir"), "\(outcome)") }
        try context.expectWhole("gone")
        try context.write("dir/file", "again\n")
        try context.expectBuilt()
        #expect(try context.run("cat", "/dir/file") == "again")
    }

    @Test func theSameInputsAreTheSameImageInAnotherStore() throws {
        let dockerfile = """
            FROM scratch AS base
            ADD busybox.tar /
            FROM base AS made
            RUN echo made >/file && mkdir -p /d/e && ln /file /hard && ln -s file /soft && rm -r /home
            FROM base
            WORKDIR /w
            COPY --chown=1000:50 a sub files/
            COPY --from=made /file /d /out/
            RUN rm /etc/group && echo x >/etc/x
            LABEL a=b
            """
        var digests: Set<String> = []
        for store in 1...2 {
            let context = try BuildContext(dockerfile, files: ["a": "a", "sub/b": "b"], name: "context\(store)")
            let environment = [
                "MINIBOX_ROOT": context.box.folder + "/store\(store)", "SOURCE_DATE_EPOCH": "1234567890",
            ]
            // Owners, numbers of inodes and the moments are not the same.
            try context.box.shell("chown \(store) \(context.path)/a; sleep 1")
            try FileManager.default.copyItem(
                atPath: TestMachine.archive("busybox"), toPath: context.path + "/busybox.tar")
            let outcome = try context.box.run(
                [
                    "build", "-t", "built", "--build-arg", "SOURCE_DATE_EPOCH=1234567890", "--iidfile",
                    context.box.folder + "/id\(store)", context.path,
                ], environment: environment)
            #expect(outcome.status == 0, "\(outcome)")
            digests.insert(try String(contentsOfFile: context.box.folder + "/id\(store)", encoding: .utf8))
        }
        #expect(digests.count == 1, "\(digests)")
    }

    @Test func whatComesAfterALinkedLayerDependsOnWhatIsBelowIt() throws {
        let context = try BuildContext(
            "FROM busybox\nCOPY tree /\nCOPY --link b /b\nCOPY c /place\n",
            files: ["tree/x": "x", "b": "b", "c": "c"])
        try context.expectBuilt()
        #expect(try context.run("cat", "/place") == "c")
        try context.write("tree/place/there", "there")
        let outcome = try context.build()
        #expect(outcome.steps == ["DONE COPY tree /", "CACHED COPY --link b /b", "DONE COPY c /place"], "\(outcome)")
        #expect(try context.run("cat", "/place/c", "/place/there") == "cthere")
    }

    @Test func theRootOfAnImageCanBeEnteredByAll() throws {
        let context = try BuildContext("FROM scratch\nCOPY --from=busybox / /\nUSER 1000\nRUN ls / >/dev/null\n")
        try context.expectBuilt()
        #expect(try context.run("stat", "-c", "%a %u:%g", "/") == "755 0:0")
    }
}
