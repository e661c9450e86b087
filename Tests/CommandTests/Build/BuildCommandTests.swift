// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// What a person sees of a build.
@Suite(.commands, .emptyBox) struct BuildCommandTests {
    @Test func anImageIsBuiltRunAndNamed() throws {
        let box = try box()
        let context = try box.context(
            "FROM busybox\nARG WHO\nCOPY hello /\nRUN echo $WHO >>/hello\nCMD [\"cat\", \"/hello\"]\n",
            ["hello": "hello\n"])
        let built = try box(
            "build", "-t", "app:1", "-t", "app:2", "--build-arg", "WHO", "--iidfile", box.folder + "/id",
            "--metadata-file", box.folder + "/metadata", context, environment: ["WHO": "you"])
        #expect(built.status == 0 && built.output == "", "\(built)")
        #expect(built.errors.contains("#2 [3/3] RUN echo you >>/hello\n"), "\(built)")
        #expect(try box("run", "--rm", "app:1").output == "hello\nyou\n")
        let id = try String(contentsOfFile: box.folder + "/id", encoding: .utf8)
        #expect(id.hasPrefix("sha256:"))
        #expect(try box("images", "-q", "--no-trunc", "app:2").text == id)
        let metadata = try objects(
            String(contentsOfFile: box.folder + "/metadata", encoding: .utf8).replacing("\n", with: ""))[0]
        #expect(metadata["containerimage.config.digest"] as? String == id)
        #expect(metadata["image.name"] as? String == "docker.io/library/app:1,docker.io/library/app:2")
        #expect(metadata["minibox.build.id"] as? String == (try box("build", "ls", "-q").text))
    }

    @Test func quietIsTheIdAlone() throws {
        let box = try box()
        let context = try box.context("FROM busybox\nRUN echo loud\n")
        let built = try box("build", "-q", context)
        #expect(built.status == 0 && built.lines.count == 1 && built.text.hasPrefix("sha256:"), "\(built)")
        #expect(built.errors == "")
        #expect(try box("build", "--progress", "quiet", context).output == built.output)
    }

    @Test func aSecondBuildSaysWhatItKnewAndWhy() throws {
        let box = try box()
        let context = try box.context("FROM busybox\nCOPY a /\nRUN cat /a\n", ["a": "1"])
        #expect(try box("build", context).errors.contains("CACHED") == false)
        let same = try box("build", context)
        #expect(same.errors.components(separatedBy: " CACHED\n").count == 3, "\(same)")
        try box.file("context/a", "2")
        let changed = try box("build", "--explain-cache", context)
        #expect(changed.errors.contains("cache: "), "\(changed)")
        #expect(!changed.errors.contains(" CACHED\n"), "\(changed)")
    }

    @Test func aStepThatFailsIsShownWithItsPlaceAndWhereToReadMore() throws {
        let box = try box()
        let context = try box.context("FROM busybox\nRUN echo before; \\\n    echo reason >&2; exit 7\n")
        let built = try box("build", context)
        #expect(built.status == 1)
        #expect(built.errors.contains("------\n > [2/2] RUN "), "\(built)")
        #expect(built.errors.contains("before\nreason\n------\n"))
        #expect(built.errors.contains("Dockerfile:2:1: process "))
        #expect(built.errors.contains("exit code 7"))
        #expect(built.errors.contains("2 | RUN echo before; \\\n  | ^^^"))
        let hint = try #require(built.errors.split(separator: "'").first { $0.hasPrefix("minibox build logs ") })
        let words = hint.split(separator: " ").dropFirst().map(String.init)
        #expect(try box.run(words).output == "before\nreason\n")
        // Quiet does not mean that nobody learns why.
        let quiet = try box("build", "-q", context)
        #expect(quiet.status == 1 && quiet.output == "" && quiet.errors.contains("before\nreason\n"), "\(quiet)")
    }

    @Test(arguments: [
        ("FROM busybox\nRUM true\n", "Dockerfile:2:1: unknown instruction RUM\n2 | RUM true\n  | ^^^\n"),
        ("FROM missing\n", "Dockerfile:1:"), ("FROM busybox\nCOPY nothing /\n", "Dockerfile:2:"),
    ]) func whatIsWrongInTheDockerfileIsShownThere(dockerfile: String, expected: String) throws {
        let box = try box()
        let built = try box("build", try box.context(dockerfile))
        #expect(built.status == 1 && built.errors.contains(expected), "\(built)")
    }

    @Test func badCommandLinesAreNotTheDockerfilesFault() throws {
        let box = try box()
        let context = try box.context("FROM busybox\n")
        let flag = try box("build", "--taag", "x", context)
        #expect(flag.status == 125 && flag.errors.contains("did you mean --tag?"), "\(flag)")
        #expect(flag.errors.contains("see 'minibox build --help'"))
        #expect(try box("build").status == 125)
        #expect(try box("build", "--ssh", "default", context, environment: ["SSH_AUTH_SOCK": ""]).status != 0)
    }

    @Test func progressIsJSONForPrograms() throws {
        let box = try box()
        let context = try box.context("FROM busybox\nRUN echo 'é'; echo err >&2\n")
        let events = try objects(try box("build", "--progress", "json", "-t", "app", context).errors)
        #expect(events.compactMap { $0["event"] as? String }.first == "planned")
        #expect(events.contains { $0["event"] as? String == "output" && $0["text"] as? String == "é\n" })
        #expect(events.contains { $0["stream"] as? String == "stderr" && $0["text"] as? String == "err\n" })
        let last = try #require(events.last)
        #expect(last["event"] as? String == "built" && last["names"] as? [String] == ["app:latest"])
        let raw = try objects(try box("build", "--no-cache", "--progress", "rawjson", context).errors)
        #expect(raw.contains { $0["vertexes"] != nil } && raw.contains { $0["logs"] != nil })
    }

    @Test func checksAreShownAndCanBeAllThatIsDone() throws {
        let box = try box()
        let context = try box.context("FROM busybox as base\nWORKDIR here\nCMD echo hi\n")
        let checked = try box("build", "--check", context)
        #expect(checked.status == 1)
        #expect(checked.output.contains("Dockerfile:1:"), "\(checked)")
        #expect(checked.output.contains("FromAsCasing: ") && checked.output.contains("1 | FROM busybox as base\n"))
        #expect(checked.output.hasSuffix("Checked: 3 warnings found.\n"))
        #expect(try box("build", "ls", "-q").output == "")
        let json = try objects(try box("build", "--call=check", "--format", "json", context).output)[0]
        let findings = try #require(json["Findings"] as? [[String: Any]])
        #expect(
            findings.map { $0["Rule"] as? String } == ["FromAsCasing", "WorkdirRelativePath", "JSONArgsRecommended"])
        let built = try box("build", context)
        #expect(built.status == 0)
        #expect(
            built.errors.contains("3 warnings found (see the places with 'minibox build --check'):\n - FromAsCasing: "))
        #expect(built.errors.hasSuffix(" (line 3)\n"), "\(built)")
        let strict = try box("build", "--build-arg", "BUILDKIT_DOCKERFILE_CHECK=error=true", context)
        #expect(strict.status == 1 && strict.errors.contains("WorkdirRelativePath: "), "\(strict)")
        let good = try box.context("FROM busybox\nCMD [\"true\"]\n", name: "good")
        #expect(
            try box("build", "--check", good) == Outcome(status: 0, output: "Checked: nothing found.\n", errors: ""))
    }

    @Test func aDockerfileTellsWhatItTakes() throws {
        let box = try box()
        let context = try box.context(
            """
            # VERSION which one
            ARG VERSION=1
            # tools the compiler
            FROM busybox AS tools
            ARG VERSION
            RUN --mount=type=secret,id=key,required=true true
            FROM tools AS other
            RUN --mount=type=ssh true

            """)
        let outline = try box("build", "--call", "outline", context)
        #expect(
            outline.output == """
                TARGET:       other

                BUILD ARG   VALUE   DESCRIPTION
                VERSION     1       which one

                SECRET   REQUIRED
                key      yes

                SSH       REQUIRED
                default   no

                """, "\(outline)")
        let targets = try box("build", "--call=targets", context)
        #expect(
            targets.output == """
                TARGET            BASE      DESCRIPTION
                tools             busybox   the compiler
                other (default)   tools

                """, "\(targets)")
        let json = try box("build", "--call=targets", "--format=json", context)
        #expect(json.output.contains("\"Name\":\"tools\""))
        #expect(try box("build", "--format=json", context).status == 125)
        #expect(try box("build", "ls", "-q").output == "")
    }

    @Test func anInterruptedBuildEndsWith130AndLeavesNothing() throws {
        let box = try box()
        let context = try box.context("FROM busybox\nRUN echo begun; sleep 100\n")
        let program = try box.start("build", "--progress", "json", context)
        #expect(Clock.wait(seconds: 10) { (try? box("build", "logs", "--step", "1").output) == "begun\n" })
        #expect(try box("build", "ls").output.contains(" running "))
        program.send(SIGINT)
        let outcome = program.wait()
        #expect(outcome.status == 130 && outcome.errors.contains("interrupted"), "\(outcome)")
        #expect(try box("build", "ls").output.contains(" interrupted "))
    }

    @Test func commandsOfBuildWinOverDirectories() throws {
        let box = try box()
        _ = try box.context("FROM busybox\n", name: "ls")
        let listed = try box.shell("cd \(box.folder) && $MINIBOX build ls")
        #expect(listed.status == 0 && listed.output.hasPrefix("BUILD ID"))
        #expect(try box.shell("cd \(box.folder) && $MINIBOX build ./ls").status == 0)
        #expect(try box("builder", "ls", "-q").lines.count == 1)
        #expect(try box("buildx", "build", box.folder + "/ls").status == 0)
        #expect(try box("image", "build", box.folder + "/ls").status == 0)
    }
}
