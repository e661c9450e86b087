// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Which descriptors of the caller a container gets, and which it must not.
@Suite(.runtimes, .runtime) struct DescriptorTests {
    /// Two files of ours, `one` and `two`, open for reading.
    private func files() throws -> [Int32] {
        let runtime = try runtime()
        let open = try ["one", "two"].map { Glibc.open(try runtime.file($0, $0 + "\n"), O_RDONLY | O_CLOEXEC) }
        runtime.atEnd { open.forEach { close($0) } }
        return open
    }

    private static let listing = "for f in /proc/self/fd/*; do echo ${f##*/}; done | sort -n | tr '\\n' ' '"

    @Test func noneButTheStreamsGoesIn() throws {
        let runtime = try runtime()
        // What the shell opens to list the folder comes on top.
        let expected = try runtime.inside("exec ls /proc/self/fd").lines
        #expect(expected.prefix(3) == ["0", "1", "2"] && expected.count == 4)
        let bundle = try runtime.bundle(script: "exec ls /proc/self/fd")
        #expect(try runtime.runs(bundle, descriptors: try files()).lines == expected)
        let container = try runtime.running()
        #expect(try runtime("exec", container.id, "ls", "/proc/self/fd", descriptors: try files()).lines == expected)
    }

    @Test func preservedOnesKeepTheirNumbers() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle(script: "cat <&3; cat <&4; echo $LISTEN_FDS")
        let ended = try runtime.runs(bundle, flags: ["--preserve-fds", "2"], descriptors: try files())
        #expect(ended == Outcome(status: 0, output: "one\ntwo\n\n", errors: ""))
        let fewer = try runtime.runs(
            try runtime.bundle(script: "cat <&3; ls /proc/self/fd | wc -l"), flags: ["--preserve-fds=1"],
            descriptors: try files())
        #expect(fewer.lines.first == "one" && fewer.status == 0, "\(fewer)")
        #expect(
            try runtime.runs(
                try runtime.bundle(script: "cat <&4"), flags: ["--preserve-fds=1"], descriptors: try files()
            ).status != 0)
    }

    @Test func createPassesThemToTheStart() throws {
        let runtime = try runtime()
        let container = try runtime.create(
            try runtime.bundle(script: "cat <&3"), flags: ["--preserve-fds", "1"], descriptors: try files())
        try container.start()
        #expect(container.shows("one"))
    }

    @Test func execPreservesThemToo() throws {
        let runtime = try runtime()
        let container = try runtime.running()
        let ended = try runtime(
            "exec", "--preserve-fds", "1", container.id, "sh", "-c", "cat <&3", descriptors: try files())
        #expect(ended == Outcome(status: 0, output: "one\n", errors: ""))
    }

    @Test func socketsOfActivationComeFirst() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle(script: "cat <&3; cat <&4; echo $LISTEN_FDS $LISTEN_PID")
        let (one, two) = (try runtime.file("1", "one\n"), try runtime.file("2", "two\n"))
        // LISTEN_PID is the number of who is meant: of the runtime, which is executed in the shell's place.
        let ended = try runtime.shell(
            "exec 3<\(one) 4<\(two); LISTEN_FDS=1 LISTEN_PID=$BASHPID exec $RUNTIME run --bundle \(bundle.path) --preserve-fds 1 active"
        )
        #expect(ended == Outcome(status: 0, output: "one\ntwo\n1 1\n", errors: ""))
    }

    @Test func oneThatIsNotOpenIsAnError() throws {
        let runtime = try runtime()
        let refused = try runtime.runs(try runtime.bundle(), flags: ["--preserve-fds", "5"], descriptors: try files())
        #expect(refused.status == 1 && refused.errors.contains("preserve"), "\(refused)")
    }
}
