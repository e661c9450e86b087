// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Images and programs made to trip the runtime.
@Suite(.commands, .box, .wholeStore) struct HostileImageTests {
    private func run(_ script: String, _ words: String...) throws -> Outcome {
        let box = try box()
        let made = try box.shell(
            """
            set -e; dir=$(mktemp -d); tar -xpf \(TestMachine.archive("busybox")) -C $dir --numeric-owner
            (cd $dir; \(script)); tar -cf $dir.tar --sparse -C $dir .; $MINIBOX import $dir.tar hostile; rm -rf $dir $dir.tar
            """, timeout: 120)
        try #require(made.status == 0, "\(made)")
        box.atEnd { _ = try? box.run(["rmi", "-f", "hostile"]) }
        return try box.run(["run", "--rm"] + words)
    }

    @Test func executesItselfAndEnds() throws {
        let outcome = try run(#"printf '#!/proc/self/exe\n' >bin/self; chmod 755 bin/self"#, "hostile", "self")
        #expect(outcome.status != -1 && outcome.status != 0, "\(outcome)")
    }

    @Test(arguments: ["mkfifo etc/passwd", "ln -s passwd etc/passwd", "mkdir etc/passwd", "truncate -s 4G etc/passwd"])
    func hasAccountsThatCannotBeRead(_ script: String) throws {
        let outcome = try run("rm etc/passwd; " + script, "hostile", "echo", "as root")
        #expect(outcome.text == "as root" || outcome.status == 125, "\(outcome)")
        let user = try box().run(["run", "--rm", "-u", "app", "hostile", "true"])
        #expect(user.status == 125, "\(user)")
    }

    @Test func leavesNamesAndDepthsThatAreHardToRemove() throws {
        let outcome = try box()(
            "run", "--rm", "busybox", "sh", "-c",
            #"cd /; touch "$(printf '\377\376')"; mkdir "$(printf 'd\377')"; touch "$(printf 'd\377/x')"; i=0; while [ $i -lt 1500 ]; do mkdir d && cd d || exit 3; i=$((i+1)); done; chmod 0 /d"#
        )
        #expect(outcome.status == 0, "\(outcome)")
    }

    @Test func removesDeepTreesWithFewDescriptors() throws {
        let box = try box()
        #expect(
            try box(
                "run", "--name", "deep", "probe", "sh", "-c",
                "cd /; i=0; while [ $i -lt 1500 ]; do mkdir d && cd d || exit 3; i=$((i+1)); done"
            ).status == 0)
        let outcome = try box.shell("ulimit -n 100; $MINIBOX rm deep")
        #expect(outcome.status == 0, "\(outcome)")
    }

    @Test func hasAVeryLongSearchPath() throws {
        let path = (0..<20_000).map { "/d\($0)" }.joined(separator: ":").prefix(100_000) + ":/bin"
        #expect(try box()("run", "--rm", "-e", "PATH=\(path)", "busybox", "echo", "found").text == "found")
    }

    @Test func takesAMegabyteOfVariables() throws {
        let lines = (0..<10).map { "V\($0)=" + String(repeating: "x", count: 100_000) }.joined(separator: "\n")
        let file = try box().file("variables", lines + "\n")
        let outcome = try box()("run", "--rm", "--env-file", file, "busybox", "sh", "-c", "env | wc -c")
        #expect((Int(outcome.text) ?? 0) > 1_000_000, "\(outcome)")
    }
}
