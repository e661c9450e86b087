// SPDX-License-Identifier: Apache-2.0
import Builds
import Engine
import OCI
import Testing

@Suite struct RunPlanningTests {
    @Test func `a text is for the shell, words are run as they are`() throws {
        let plan = try planned("FROM base\nENV v=1\nUSER u\nWORKDIR /w\nRUN echo $v\nRUN [\"echo\", \"$v\"]")
        #expect(
            plan.runs == [
                RunOperation(
                    arguments: ["/bin/sh", "-c", "echo $v"], environment: ["PATH=/bin", "v=1"], workingDirectory: "/w",
                    user: "u"),
                RunOperation(
                    arguments: ["echo", "$v"], environment: ["PATH=/bin", "v=1"], workingDirectory: "/w", user: "u"),
            ])
        #expect(plan.history.suffix(2) == ["RUN /bin/sh -c echo $v # buildkit", "RUN echo $v # buildkit"])
    }

    @Test func `the title has the variables that are set, and leaves the rest to the shell`() throws {
        let plan = try planned(
            "FROM base\nENV v=1\nrun echo \"$v\" '$v' $none ${v:-2} $(ls) \\\n  more\nRUN [\"echo\", \"$v\"]\nRUN echo ${v^}"
        )
        #expect(
            plan.titles == [
                "[2/4] RUN echo \"1\" '$v' $none 1 $(ls)   more", "[3/4] RUN [\"echo\", \"1\"]", "[4/4] RUN echo ${v^}",
            ])
    }

    @Test func `an empty working directory of the image is the root`() throws {
        #expect(try planned("FROM base\nRUN x").runs[0].workingDirectory == "/")
    }

    @Test func `a here-document alone is the text`() throws {
        let plan = try planned("FROM base\nRUN <<EOF\n\n  echo $a\necho b\nEOF\nRUN <<-E\n\tone\n\tE\n")
        #expect(
            plan.runs.map(\.arguments) == [
                ["/bin/sh", "-c", "\n  echo $a\necho b\n"], ["/bin/sh", "-c", "one\n"],
            ])
        #expect(plan.titles == ["[2/3] RUN <<EOF (echo $a...)", "[3/3] RUN <<-E (one)"])
        #expect(plan.history[1] == "RUN /bin/sh -c one\n # buildkit")
    }

    @Test func `a here-document with an interpreter is a file that the shell starts`() throws {
        let plan = try planned(
            "FROM base\nSHELL [\"/bin/bash\", \"-c\"]\nRUN <<EOF\n#!/usr/bin/env python3\nprint(1)\nEOF")
        #expect(plan.runs[0].arguments == ["/bin/bash", "-c", "/dev/pipes/EOF"])
        #expect(plan.runs[0].script == InlineFile(name: "EOF", contents: "#!/usr/bin/env python3\nprint(1)\n"))
        #expect(plan.titles == ["[2/2] RUN <<EOF (#!/usr/bin/env python3...)"])
        #expect(plan.history[1] == "RUN /bin/bash -c /dev/pipes/EOF # buildkit")
        #expect(
            refusal("FROM base\nRUN <<\"a/b\"\n#!/bin/sh\na/b\n")
                == "2: \"a/b\" is no name of a file: write a word without slashes behind <<")
    }

    @Test func `other here-documents go to the shell with the line`() throws {
        let plan = try planned("FROM base\nRUN cat <<A >/a && cat <<B\none\nA\ntwo\nB\n")
        #expect(plan.runs[0].arguments == ["/bin/sh", "-c", "cat <<A >/a && cat <<B\none\nA\ntwo\nB"])
        #expect(plan.titles == ["[2/2] RUN cat <<A >/a && cat <<B"])
    }

    @Test func `the network is the build's, unless RUN says so`() throws {
        let text = "FROM base\nRUN a\nRUN --network=default a\nRUN --network=none a\n"
        for network in [NetworkChoice.mode(.bare), .network(.bridge)] {
            #expect(try planned(text) { $0.network = network }.runs.map(\.network) == [.standard, .standard, .none])
        }
        #expect(try planned(text) { $0.network = .mode(.host) }.runs.map(\.network) == [.host, .host, .none])
        let host = "FROM base\nRUN --network=host a\n"
        #expect(try planned(host) { $0.entitlements = [.hostNetwork] }.runs[0].network == .host)
        #expect(try planned(host) { $0.network = .mode(.host) }.runs[0].network == .host)
        #expect(
            refusal(host) == "2: RUN --network=host is not allowed: add --allow network.host to the build")
    }

    @Test func `rights have to be allowed`() throws {
        let text = "FROM base\nRUN --security=insecure a\nRUN --security=sandbox b\n"
        #expect(try planned(text) { $0.entitlements = [.insecure] }.runs.map(\.isInsecure) == [true, false])
        #expect(
            refusal(text) { $0.entitlements = [.hostNetwork] }
                == "2: RUN --security=insecure is not allowed: add --allow security.insecure to the build")
    }
}
