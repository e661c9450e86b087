// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Images that go to a registry and come back: Debian's docker-registry, with `minibox-fetch` beside the program.
@Suite(.commands, .emptyBox, .enabled(if: RegistryBox.isHere, "needs docker-registry and minibox-fetch"))
struct RegistryCommandTests {
    @Test(arguments: [false, true]) func whatIsPushedIsPulled(_ hasTLS: Bool) throws {
        let box = try RegistryBox(try box(), .password, hasTLS: hasTLS)
        let id = try box.build("app:1")
        let refused = try box("push", box.name("app:1"))
        #expect(refused.status == 125 && refused.errors.contains("log in first"), "\(refused)")
        try box.login()
        let pushed = try box("push", box.name("app:1"))
        #expect(pushed.status == 0, "\(pushed)")
        let digest = try box("image", "inspect", "-f", "{{.Digest}}", box.name("app:1")).text
        #expect(pushed.lines.last?.hasPrefix("1: digest: \(digest) size: ") == true, "\(pushed)")
        // What was compressed is kept, and is the same image; nothing is left over.
        #expect(try box("image", "inspect", "-f", "{{.Id}}", box.name("app:1")).text == id)
        #expect(try box("system", "check").output.contains("all is whole"))
        let again = try box("push", box.name("app:1"))
        #expect(again.lines.filter { $0.hasSuffix(": Layer already exists") }.count == 2, "\(again)")
        #expect(!again.output.contains("Compressing") && again.output.contains(digest), "\(again)")
        // On a store that has nothing.
        let pulled = try box.fresh("pull", box.name("app:1"))
        #expect(pulled.status == 0 && pulled.lines.contains("Digest: \(digest)"), "\(pulled)")
        #expect(
            try box.fresh("image", "inspect", "-f", "{{.Id}} {{.Digest}}", box.name("app:1")).text == "\(id) \(digest)")
        #expect(try box.fresh("run", "--rm", box.name("app:1")).output == "hi\n")
        let byDigest = try box.fresh("pull", "-q", box.name("app@\(digest)"))
        #expect(byDigest.output == "\(box.name("app@\(digest)"))\n", "\(byDigest)")
        #expect(try box.fresh("run", "--rm", box.name("app@\(digest)")).output == "hi\n")
        #expect(try box.fresh("system", "check").output.contains("all is whole"))
    }

    @Test func anotherRepositoryLendsItsLayers() throws {
        let box = try RegistryBox(try box())
        _ = try box.build("app:1")
        #expect(try box("push", "-q", box.name("app:1")).output == box.name("app:1") + "\n")
        #expect(try box("tag", box.name("app:1"), box.name("other/app:2")).status == 0)
        let pushed = try box("push", box.name("other/app:2"))
        #expect(pushed.lines.filter { $0.hasSuffix("Mounted from another repository") }.count == 2, "\(pushed)")
        #expect(try box("registry", "tags", box.name("other/app")).output == "2\n")
        let removed = try box("registry", "rm", box.name("other/app:2"))
        #expect(removed.status == 0, "\(removed)")
        let gone = try box.fresh("pull", box.name("other/app:2"))
        #expect(gone.status == 125 && gone.errors.contains("404"), "\(gone)")
        #expect(try box.fresh("images", "-q").output.isEmpty)
    }

    @Test func allTagsComeAndGo() throws {
        let box = try RegistryBox(try box())
        _ = try box.build("app:1")
        #expect(try box("tag", box.name("app:1"), box.name("app:2")).status == 0)
        let pushed = try box("push", "-a", box.name("app"))
        #expect(pushed.status == 0, "\(pushed)")
        // A registry may list them in any order.
        #expect(try box("registry", "tags", box.name("app")).lines.sorted() == ["1", "2"])
        let pulled = try box.fresh("pull", "-a", "-q", box.name("app"))
        #expect(pulled.lines.sorted() == [box.name("app:1"), box.name("app:2")], "\(pulled)")
        #expect(try box.fresh("images", "-q").lines.count == 2)
    }

    @Test func aRunPullsWhatIsNotThere() throws {
        let box = try RegistryBox(try box())
        _ = try box.build("app:1")
        #expect(try box("push", "-q", box.name("app:1")).status == 0)
        let never = try box.fresh("run", "--rm", "--pull", "never", box.name("app:1"))
        #expect(never.status == 125 && never.errors.contains("no image"), "\(never)")
        let ran = try box.fresh("run", "--rm", box.name("app:1"))
        #expect(ran.output == "hi\n" && ran.errors.contains("Downloaded newer image"), "\(ran)")
        // What is here starts nothing, wherever the program is.
        let local = try box.box.run(
            ["run", "--rm", box.name("app:1")],
            environment: ["MINIBOX_ROOT": box.freshRoot, "MINIBOX_FETCH": "/nowhere/fetch"])
        #expect(local.output == "hi\n" && local.errors.isEmpty, "\(local)")
        let always = try box.fresh("create", "--pull", "always", "--name", "made", box.name("app:1"))
        #expect(always.status == 0 && always.errors.contains("Image is up to date"), "\(always)")
        #expect(try box.fresh("rm", "made").status == 0)
        let missing = try box.fresh("run", "--rm", "-q", box.name("nothing"))
        #expect(missing.status == 125 && missing.errors.contains("404"), "\(missing)")
    }

    @Test func aBuildPullsItsBase() throws {
        let box = try RegistryBox(try box())
        _ = try box.build("base:1")
        #expect(try box("push", "-q", box.name("base:1")).status == 0)
        let context = try box.box.context("FROM \(box.name("base:1"))\nRUN cat /hi\n")
        let built = try box.fresh("build", "--progress", "plain", "-t", "it", context)
        #expect(built.status == 0 && built.errors.contains("pulled \(box.name("base:1"))"), "\(built)")
        let again = try box.fresh("build", "--pull", "-q", "-t", "it", context)
        #expect(again.status == 0, "\(again)")
        let none = try box.box.context("FROM \(box.name("none"))\n")
        let failed = try box.fresh("build", none)
        #expect(failed.status == 1 && failed.errors.contains("404"), "\(failed)")
    }

    @Test func pullsOfOneImageAtTheSameTime() throws {
        let box = try RegistryBox(try box())
        let id = try box.build("app:1")
        #expect(try box("push", "-q", box.name("app:1")).status == 0)
        let pulled = try box.box.shell(
            """
            export MINIBOX_ROOT=\(box.freshRoot) MINIBOX_FETCH=\(RegistryBox.program)
            for n in 1 2 3 4 5 6; do $MINIBOX pull -q \(box.name("app:1")) & done; wait
            """, timeout: 60)
        #expect(pulled.lines == Array(repeating: box.name("app:1"), count: 6), "\(pulled)")
        // What another had already is not kept twice.
        #expect(try box.box.shell("ls \(box.freshRoot)/images/partial 2>/dev/null").output.isEmpty)
        #expect(try box.fresh("images", "-q", "--no-trunc").text == id)
        #expect(try box.fresh("system", "check").output.contains("all is whole"))
    }

    @Test func aKillAtAnyMomentLeavesNothingHalf() throws {
        let box = try RegistryBox(try box())
        let id = try box.build("app:1")
        let killed = try box.box.shell(
            """
            export MINIBOX_FETCH=\(RegistryBox.program)
            for n in $(seq 0 12); do
                $MINIBOX push -q \(box.name("app:1")) >/dev/null 2>&1 & sleep 0.0$((n * 3 / 10))$((n * 3 % 10)); kill -9 $!
                wait $! 2>/dev/null
            done
            $MINIBOX push -q \(box.name("app:1")) || exit 1
            export MINIBOX_ROOT=\(box.freshRoot)
            for n in $(seq 0 24); do
                rm -rf $MINIBOX_ROOT/images/blobs $MINIBOX_ROOT/images/layers $MINIBOX_ROOT/images/index.json
                $MINIBOX pull -q \(box.name("app:1")) >\(box.box.folder)/out 2>&1 & sleep 0.0$((n / 10))$((n % 10)); kill -9 $!
                wait $! 2>/dev/null
                # Whoever was told that it is there has it, and whoever has a name has all of it.
                if [ -s \(box.box.folder)/out ] || [ -n "$($MINIBOX images -q)" ]; then
                    $MINIBOX run --rm --pull never \(box.name("app:1")) || echo lost $n
                fi
                rm -f \(box.box.folder)/out
            done
            # Who was killed last has ended then, and what he had is taken away.
            while pgrep -u 65534 -f minibox-fetch >/dev/null; do sleep 0.1; done; $MINIBOX ps -a >/dev/null
            $MINIBOX pull -q \(box.name("app:1")); $MINIBOX images -q --no-trunc; ls $MINIBOX_ROOT/images/staging
            pgrep -u 65534 -f minibox-fetch
            """, timeout: 120)
        let said = killed.lines.filter { $0 != "hi" }
        #expect(said == [box.name("app:1"), box.name("app:1"), id], "\(killed)")
        #expect(try box.fresh("system", "check").output.contains("all is whole"))
    }

    @Test func whoLogsOutIsNobody() throws {
        let box = try RegistryBox(try box(), .password)
        let wrong = try box.box.run(
            ["login", "-u", RegistryServer.user, "--password-stdin", box.server.name], input: "nein\n",
            environment: box.environment)
        #expect(wrong.status == 125 && wrong.errors.contains("password is wrong"), "\(wrong)")
        try box.login()
        let file = "\(box.box.folder)/docker/config.json"
        #expect(try box.box.shell("stat -c %a \(file)").text == "600")
        #expect(try box("login", box.server.name).lines.last == "Login Succeeded")
        #expect(try box("logout", box.server.name).output == "Removing login credentials for \(box.server.name)\n")
        #expect(try box("logout", box.server.name).output == "Not logged in to \(box.server.name)\n")
        let asked = try box("login", box.server.name)
        #expect(asked.status == 125 && asked.errors.contains("--password-stdin"), "\(asked)")
    }

    @Test func aHelperKeepsWhoAsks() throws {
        let box = try RegistryBox(try box(), .password)
        _ = try box.build("app:1")
        let folder = box.box.folder
        try box.box.file(
            "docker-credential-box",
            """
            #!/bin/sh
            echo "$1 $(env | cut -d= -f1 | sort | tr '\\n' ' ')" >>\(folder)/helper.log
            case $1 in
            store) cat >\(folder)/kept;;
            get) read -r key; if [ -f \(folder)/kept ]; then cat \(folder)/kept; else echo "credentials not found in native keychain"; exit 1; fi;;
            erase) rm -f \(folder)/kept;;
            esac

            """, permissions: 0o755)
        _ = try box.box.directory("docker")
        try box.box.file("docker/config.json", #"{"credsStore":"box","psFormat":"x"}"#)
        let path = ["PATH": "\(folder):/usr/bin:/bin", "SECRET": "x"]
        let login = try box.box.run(
            ["login", "-u", RegistryServer.user, "--password-stdin", box.server.name],
            input: RegistryServer.password + "\n", environment: box.environment.merging(path) { $1 })
        #expect(login.status == 0 && !login.errors.contains("for everybody"), "\(login)")
        let kept = try String(contentsOfFile: "\(folder)/docker/config.json", encoding: .utf8)
        #expect(kept.contains("psFormat") && !kept.contains("\"auth\""), "\(kept)")
        let pushed = try box.box.run(
            ["push", "-q", box.name("app:1")], environment: box.environment.merging(path) { $1 })
        #expect(pushed.status == 0, "\(pushed)")
        #expect(try !String(contentsOfFile: "\(folder)/helper.log", encoding: .utf8).contains("SECRET"))
        let out = try box.box.run(["logout", box.server.name], environment: box.environment.merging(path) { $1 })
        #expect(out.output.hasPrefix("Removing"), "\(out)")
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/kept"))
    }
}
