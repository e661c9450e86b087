// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Builds that cannot be: what is said, and that nothing comes of them.
@Suite(.commands, .emptyBox) struct BadBuildTests {
    /// - Parameter says: what the message has.
    private func expectRefused(
        _ dockerfile: String, files: [String: String] = [:], _ flags: [String] = [], says: [String]
    ) throws {
        let context = try BuildContext(dockerfile, files: files)
        try expectRefused(context, flags, says: says)
    }

    private func expectRefused(_ context: BuildContext, _ flags: [String] = [], says: [String]) throws {
        let outcome = try context.box.run(
            ["build", "--progress", "plain", "-t", "built"] + flags + [context.path])
        #expect(outcome.status == 1, "\(outcome)")
        for words in says { #expect(outcome.errors.contains(words), "\(words) is not in \(outcome)") }
        #expect(try !context.isBuilt)
        try context.expectWhole("\(says)")
    }

    // MARK: - The Dockerfile

    @Test func aSyntaxErrorHasFileLineCaretAndTheNearestWord() throws {
        try expectRefused(
            "FROM busybox\n\nCPOY a b\n", says: ["Dockerfile:3:1", "CPOY a b", "^", "COPY"])
        try expectRefused(
            "FROM busybox\nCOPY --chwon=1 a b\n", says: ["Dockerfile:2:", "COPY --chwon=1 a b", "^", "--chown"])
        try expectRefused("FROM busybox\nENV a=${b\n", says: ["Dockerfile:2:", "^"])
        try expectRefused("FROM busybox\nRUN <<END\ntrue\n", says: ["Dockerfile:2:", "END"])
    }

    @Test func aFileWithoutInstructionsIsRefused() throws {
        try expectRefused("# nothing\n", says: ["Dockerfile"])
        try expectRefused("", says: ["Dockerfile"])
    }

    @Test func whatIsNoTextIsRefused() throws {
        try expectRefused("\u{0}\u{1}\u{2}ELF\n", says: ["Dockerfile:1:"])
    }

    @Test func aDockerfileThatIsNotThereIsNamed() throws {
        let context = try BuildContext("FROM busybox\n")
        try expectRefused(context, ["-f", context.path + "/none"], says: ["none"])
        try expectRefused(context, ["-f", context.path], says: [context.path])
        let elsewhere = try context.box("build", context.box.folder + "/no-context")
        #expect(elsewhere.status != 0 && elsewhere.errors.contains("no-context"), "\(elsewhere)")
    }

    // MARK: - Stages and bases

    @Test func aStageThatDoesNotExistIsNamed() throws {
        try expectRefused("FROM busybox AS first\n", ["--target", "frist"], says: ["frist", "first"])
        try expectRefused(
            "FROM busybox AS first\nFROM busybox\nCOPY --from=frist /etc/passwd /\n", says: ["Dockerfile:3:", "frist"])
        try expectRefused("FROM busybox\nCOPY --from=7 /etc/passwd /\n", says: ["Dockerfile:2:", "7"])
    }

    @Test func stagesThatNeedEachOtherAreNamed() throws {
        try expectRefused(
            "FROM busybox AS a\nRUN true\nFROM a AS b\nRUN true\n", ["--build-context", "busybox=target:b"],
            says: ["b"])
        try expectRefused("FROM busybox AS a\nCOPY --from=a /etc/passwd /\n", says: ["Dockerfile:", "a needs itself"])
    }

    @Test func aBaseThatIsNotThereIsNamed() throws {
        try expectRefused("FROM nothing:1\nRUN true\n", says: ["Dockerfile:1:", "nothing:1"])
        try expectRefused("FROM busybx\nRUN true\n", says: ["Dockerfile:1:", "busybx"])
    }

    @Test func aPlatformThatCannotRunHereIsNamed() throws {
        try expectRefused("FROM busybox\nRUN true\n", ["--platform", "linux/s390x"], says: ["s390x"])
    }

    // MARK: - Copies

    @Test func aSourceThatIsNotThereIsNamed() throws {
        try expectRefused(
            "FROM busybox\nRUN true\nCOPY sorce /\n", files: ["source": "x"],
            says: ["Dockerfile:3:", "COPY sorce /", "sorce"])
        try expectRefused(
            "FROM busybox\nCOPY a /\n", files: ["a": "x", ".dockerignore": "a"], says: ["Dockerfile:2:", "a"])
    }

    @Test(arguments: [
        "../secret", "/../secret", "dir/../../secret", "../../../../../../../../etc/shadow", "/etc/shadow",
    ])
    func aSourceOutsideOfTheContextIsNotThere(_ source: String) throws {
        let context = try BuildContext("FROM busybox\nCOPY \(source) /stolen\n", files: ["dir/x": "x"])
        try context.box.file("secret", "secret")
        try expectRefused(context, says: ["Dockerfile:2:"])
    }

    @Test(arguments: ["../secret", "/etc/shadow", "up/secret", "dir/link", "absolute/shadow"])
    func aLinkOutOfTheContextLeadsNowhere(_ target: String) throws {
        let context = try BuildContext("FROM busybox\nCOPY out /stolen\n", files: ["dir/x": "x"])
        try context.box.file("secret", "secret")
        try context.link("up", to: "..")
        try context.link("absolute", to: "/etc")
        try context.link("dir/link", to: "../../secret")
        try context.link("out", to: target)
        try expectRefused(context, says: ["Dockerfile:2:"])
    }

    @Test func aLinkInsideOfACopiedDirectoryStaysALink() throws {
        let context = try BuildContext("FROM busybox\nCOPY dir /dir\n", files: ["dir/x": "x"])
        try context.link("dir/out", to: "../../../../etc/shadow")
        try context.expectBuilt()
        #expect(try context.run("readlink", "/dir/out") == "../../../../etc/shadow")
    }

    @Test func linksThatLeadInACircleEnd() throws {
        let context = try BuildContext("FROM busybox\nCOPY loop /\n")
        try context.link("loop", to: "loop")
        try expectRefused(context, says: ["Dockerfile:2:"])
    }

    @Test func aDestinationDoesNotLeaveTheImage() throws {
        let outside = "/tmp/minibox-escaped-\(UUID().uuidString)"
        let context = try BuildContext(
            """
            FROM busybox
            RUN ln -s ../../../../../../../../../../tmp /up && ln -s /proc/1/root/tmp /through
            COPY file \("/up/" + (outside as NSString).lastPathComponent)
            COPY file ../../../../../../..\(outside)-2
            """, files: ["file": "x"])
        _ = try context.build()
        #expect(!FileManager.default.fileExists(atPath: outside))
        #expect(!FileManager.default.fileExists(atPath: outside + "-2"))
        try context.expectWhole("destination")
    }

    // MARK: - What a step is given

    @Test func aSecretThatIsNotGivenIsNamed() throws {
        try expectRefused(
            "FROM busybox\nRUN --mount=type=secret,id=token,required cat /run/secrets/token\n",
            says: ["Dockerfile:2:", "token"])
    }

    @Test func aSecretWhoseFileIsNotThereIsNamed() throws {
        let context = try BuildContext("FROM busybox\nRUN --mount=type=secret,id=token true\n")
        let outcome = try context.build("--secret", "id=token,src=/no/such/file")
        #expect(outcome.status != 0)
        #expect(outcome.errors.contains("/no/such/file"), "\(outcome)")
    }

    @Test func permissionsThatAreNotGivenAreNamed() throws {
        try expectRefused("FROM busybox\nRUN --network=host true\n", says: ["Dockerfile:2:", "network.host"])
        try expectRefused("FROM busybox\nRUN --security=insecure true\n", says: ["Dockerfile:2:", "security.insecure"])
    }

    // MARK: - Steps that fail

    @Test func aStepThatFailsShowsItsOutputAndCode() throws {
        let context = try BuildContext(
            "FROM busybox\nRUN echo first >/first\nRUN echo to-output; echo to-errors >&2; exit 42\nRUN echo never\n")
        let outcome = try context.build()
        #expect(outcome.status == 1)
        for words in ["to-output", "to-errors", "42", "Dockerfile:3:", "exit 42"] {
            #expect(outcome.errors.contains(words), "\(words) is not in \(outcome)")
        }
        #expect(!outcome.errors.contains("RUN echo never\n"), "\(outcome)")
        #expect(try !context.isBuilt)
        try context.expectWhole("failed")
        // What went well is not done again.
        try context.write("Dockerfile", "FROM busybox\nRUN echo first >/first\nRUN echo second\n")
        let again = try context.build()
        #expect(again.steps == ["CACHED RUN echo first >/first", "DONE RUN echo second"], "\(again)")
    }

    @Test func aStepThatFailsLeavesTheNameWhereItWas() throws {
        let context = try BuildContext("FROM busybox\nRUN echo one >/file\n")
        try context.expectBuilt()
        try context.write("Dockerfile", "FROM busybox\nRUN echo two >/file; false\n")
        #expect(try context.build().status == 1)
        #expect(try context.run("cat", "/file") == "one")
    }

    @Test(arguments: [
        ("RUN [\"/no/such/program\"]", "/no/such/program"), ("RUN sleep 100 & kill -9 $!; wait $!", "137"),
        ("RUN kill -9 1; exit 3", "exit code 3"),
    ])
    func aStepThatCannotGoOnSaysWhy(_ step: String, _ words: String) throws {
        try expectRefused("FROM busybox\n\(step)\n", says: ["Dockerfile:2:", words])
    }

    @Test func aShellThatIsNotThereIsNamed() throws {
        try expectRefused("FROM scratch\nRUN true\n", says: ["Dockerfile:2:", "/bin/sh"])
    }

    @Test func aUserThatIsNotThereIsNamed() throws {
        try expectRefused("FROM busybox\nUSER who\nRUN true\n", says: ["who"])
        try expectRefused("FROM busybox\nCOPY --chown=who Dockerfile /\n", says: ["Dockerfile:2:", "who"])
    }
}
