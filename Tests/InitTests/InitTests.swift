// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// `minibox-init` itself, run as a program.
@Suite(.enabled(if: Init.path != nil, "needs minibox-init: swift build --product minibox-init"))
struct InitTests {
    @Test func endsAsTheProgramDid() throws {
        #expect(try Init.run("exit 7").code == 7)
        #expect(try Init.run("exit 0").code == 0)
        #expect(try Init.run("kill -KILL $$").code == 137)
        #expect(try Init.run(arguments: ["--", "/bin/sh", "-c", "exit 3"]).code == 3)
    }

    @Test func saysWhyAProgramCannotRun() throws {
        let missing = try Init.run(arguments: ["no-such-program"])
        #expect(missing.code == 127)
        #expect(missing.errors == "minibox-init: cannot run no-such-program: No such file or directory\n")
        #expect(try Init.run(arguments: ["/etc"]).code == 126)
        let none = try Init.run(arguments: [])
        #expect(none.code == 125)
        #expect(none.errors == "minibox-init: no program: write minibox-init PROGRAM [ARGUMENT...]\n")
    }

    @Test func passesASignalOnAndTheProgramDecides() throws {
        let script = "trap 'echo got; exit 3' TERM; echo ready; while :; do sleep 0.02; done"
        let result = try Init.run(script, signal: SIGTERM)
        #expect(result.output == "ready\ngot\n")
        #expect(result.code == 3)
        #expect(try Init.run("echo ready; exec sleep 60", signal: SIGUSR1).code == 128 + SIGUSR1)
    }

    @Test func theProgramStartsWithTheSignalsThatItWouldHaveHadWithoutIt() throws {
        let masks = "grep -E '^Sig(Blk|Ign)' /proc/self/status"
        #expect(try Init.run(masks).output == Init.run(arguments: nil, "/bin/sh", ["-c", masks]).output)
    }

    @Test func adoptsOrphansAndReapsThem() throws {
        let script = """
            orphan=$(sleep 1000 >/dev/null & echo $!)
            [ "$(cut -d' ' -f4 /proc/$orphan/stat)" = $PPID ] && echo adopted
            kill $orphan
            for i in 1 2 3 4 5; do orphan="$orphan $(sleep 0.05 >/dev/null & echo $!)"; done
            # A zombie has a folder until it was waited for.
            for i in $(seq 3000); do
                left=; for process in $orphan; do [ ! -e /proc/$process ] || left=yes; done
                [ -n "$left" ] || { echo reaped; break; }
                sleep 0.02
            done
            """
        #expect(try Init.run(script).output == "adopted\nreaped\n")
    }

    @Test func theProgramLeadsAGroupOfItsOwn() throws {
        #expect(try Init.run("[ $(cut -d' ' -f5 /proc/$$/stat) = $$ ] && echo leads").output == "leads\n")
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script"), "needs script(1)"))
    func theProgramHasTheTerminal() throws {
        let path = try #require(Init.path)
        let inside = "\(path) sh -c '[ $(cut -d\" \" -f8 /proc/$$/stat) = $$ ] && echo in front; exit 4'"
        let result = try Init.run(arguments: nil, "/usr/bin/script", ["-qec", inside, "/dev/null"])
        #expect(result.output.contains("in front"))
        #expect(result.code == 4)
    }

    @Test(.enabled(if: geteuid() == 0, "needs root"))
    func asProcessOneItGetsTheSignalsThatTheKernelWouldDrop() throws {
        let path = try #require(Init.path)
        let script = "trap 'exit 6' TERM; kill -TERM 1; while :; do sleep 0.02; done"
        let result = try Init.run(
            arguments: nil, "/usr/bin/unshare", ["--pid", "--fork", "--kill-child", path, "/bin/sh", "-c", script])
        #expect(result.code == 6)
    }
}
