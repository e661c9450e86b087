// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// commit, diff, history, image tree, image prune, system df, check and prune.
@Suite(.commands, .emptyBox) struct StoreCommandTests {
    private func filled() throws -> Box {
        let box = try box()
        try box("import", TestMachine.archive("busybox"), "busybox")
        return box
    }

    @Test func aContainerIsComparedAndMadeAnImage() throws {
        let box = try filled()
        let script =
            "rm /etc/passwd; echo new >/etc/new; rm -r /var; mkdir -p /var/made; ln /etc/new /linked; touch /bin"
        #expect(try box("run", "--name", "one", "busybox", "sh", "-c", script).status == 0)
        let changes = try box("diff", "one").lines
        for line in ["C /etc", "D /etc/passwd", "A /etc/new", "C /var", "A /var/made", "D /var/tmp", "A /linked"] {
            #expect(changes.contains(line), "\(line) of \(changes)")
        }
        #expect(!changes.contains { $0.contains("/dev") || $0.contains("/proc") || $0.contains("hosts") })

        let made = try box(
            "commit", "-m", "why", "-a", "who", "--change", "CMD [\"cat\", \"/linked\"]", "--change", "ENV A=1", "one",
            "made")
        #expect(made.status == 0, "\(made)")
        #expect(try box("run", "--rm", "made").text == "new")
        let seen = try box(
            "run", "--rm", "made", "sh", "-c",
            "ls /var; [ ! -e /etc/passwd ] && echo gone; stat -c %h /etc/new; echo $A")
        #expect(seen.lines == ["made", "gone", "2", "1"])
        // Nothing of it was taken away from the container.
        #expect(try box("diff", "one").lines == changes)
        let history = try box("history", "made").output
        #expect(history.contains("why") && history.contains("sh -c rm /etc/passwd"))
        #expect(try box("image", "tree").lines.last?.contains("made:latest") == true)
        #expect(try box("system", "check").status == 0)
        try box("rm", "one")
    }

    /// Capabilities, devices, holes, odd names and owners: what others have archived is compared with what it unpacks to.
    @Test(arguments: TestMachine.images) func anImageThatWasJustImportedIsWhole(_ image: String) throws {
        let box = try box()
        #expect(try box("import", TestMachine.archive(image), image).status == 0)
        for _ in 0..<2 {
            let check = try box("system", "check")
            #expect(check.status == 0 && check.text.contains("all is whole"), "\(check)")
        }
    }

    @Test func aContainerThatRunsIsMadeAnImage() throws {
        let box = try filled()
        let busy = try box.container(
            "busy",
            script: "i=0; while :; do i=$((i+1)); echo $i >/f$((i%50)); rm -f /f$(((i+25)%50)); "
                + "[ $i != 50 ] || echo filled; done")
        // From then on there are some of its files at any moment.
        #expect(busy.waitForOutput("filled"))
        for number in 0..<5 {
            let made = try box("commit", "busy", "made:\(number)")
            #expect(made.status == 0, "\(made)")
            #expect(try box("run", "--rm", "made:\(number)", "sh", "-c", "ls / | grep -c '^f'").status == 0)
        }
        #expect(try box("exec", "busy", "echo", "alive").text == "alive")
        #expect(try box("system", "check").status == 0)
    }

    @Test func aContainerIsHeldWhileItIsMadeAnImage() throws {
        let box = try filled()
        try box("run", "-d", "--name", "busy", "busybox", "sh", "-c", "while :; do date +%s >/f; sleep 0.01; done")
        box.atEnd { _ = try? box("rm", "-f", "busy") }
        func told(_ name: String) throws -> [String] {
            try box(
                "events", "--since", "0", "--until", "0s", "--format", "{{.Action}}", "--filter", "container=\(name)"
            )
            .lines
        }
        #expect(try box("commit", "--pause=false", "busy", "made:1").status == 0)
        #expect(try !told("busy").contains("pause"))
        #expect(try box("commit", "busy", "made:2").status == 0)
        #expect(try told("busy").suffix(2) == ["pause", "unpause"])
        #expect(try box("inspect", "-f", "{{.State.Paused}}", "busy").text == "false")
        // One that is held already stays so.
        #expect(try box("pause", "busy").status == 0)
        #expect(try box("commit", "busy", "made:3").status == 0)
        #expect(try box("inspect", "-f", "{{.State.Paused}}", "busy").text == "true")
        #expect(try box("unpause", "busy").status == 0)
        // Whoever holds it is killed, at any moment: it goes on.
        for pause in [5, 10, 15, 20, 30, 40] {
            _ = try box.shell("$MINIBOX commit busy made:4 >/dev/null 2>&1 & sleep 0.0\(pause); kill -9 $!; wait; true")
            #expect(Clock.wait { (try? box("inspect", "-f", "{{.State.Paused}}", "busy").text) == "false" })
        }
        let before = try box("exec", "busy", "cat", "/f").text
        #expect(Clock.wait { (try? box("exec", "busy", "cat", "/f").text) != before })
    }

    @Test func whatIsMountedIsNotOfTheImage() throws {
        let box = try filled()
        let folder = try box.directory("shown")
        #expect(
            try box(
                "run", "--name", "mounted", "-v", "data:/data", "-v", "\(folder):/shown", "--tmpfs", "/scratch",
                "busybox",
                "sh", "-c", "for d in data shown scratch root; do echo in >/$d/file; done"
            ).status == 0)
        box.atEnd { _ = try? box.shell("$MINIBOX rm -f mounted; $MINIBOX volume rm data") }
        #expect(try box("commit", "mounted", "made:1").status == 0)
        let inside = try box("run", "--rm", "made:1", "sh", "-c", "ls -d /*/file; ls -d /data /shown")
        #expect(inside.lines == ["/root/file", "/data", "/shown"], "\(inside)")
    }

    @Test func pruningLeavesWhatContainersUse() throws {
        let box = try filled()
        #expect(try box("run", "--name", "kept", "busybox", "true").status == 0)
        try box("commit", "kept", "other")
        // Its image has no name any more, but is the container's.
        try box("import", "--change", "ENV A=1", TestMachine.archive("busybox"), "busybox")
        let first = try box("image", "prune", "-f")
        #expect(first.status == 0 && !first.output.contains("Deleted"), "\(first)")
        #expect(try box("diff", "kept").status == 0)
        let all = try box("image", "prune", "-a", "-f")
        #expect(all.output.contains("Untagged: busybox:latest") && all.output.contains("Untagged: other:latest"))
        #expect(try box("commit", "kept", "again").status == 0)
        #expect(try box("system", "df").lines.count == 5)
        try box("rmi", "again")
        #expect(try box("system", "prune", "-a", "-f").status == 0)
        #expect(try box("images", "-q").text.isEmpty && box("ps", "-aq").text.isEmpty)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: box.root + "/images/layers").isEmpty
                && FileManager.default.contentsOfDirectory(atPath: box.root + "/images/blobs/sha256").isEmpty)
    }

    @Test func aDamagedLayerIsFoundAndMended() throws {
        let box = try filled()
        let layers = box.root + "/images/layers"
        let layer = try #require(try FileManager.default.contentsOfDirectory(atPath: layers).first)
        try box.shell("echo x >>\(layers)/\(layer)/root/etc/passwd")
        let found = try box("system", "check")
        #expect(found.status == 1)
        #expect(
            found.output.contains(
                "the layer sha256:\(layer) of busybox:latest is damaged: 'minibox system check --repair' unpacks it again"
            ),
            "\(found)")
        let running = try box.container("user")
        #expect(try box("system", "check", "--repair").output.contains("a container uses it"))
        try box("rm", "-f", "user")
        running.stop()
        let mended = try box("system", "check", "--repair")
        #expect(mended.status == 0 && mended.output.contains("unpacked again from its archive"), "\(mended)")
        #expect(try box("system", "check").output.contains("all is whole"))
    }

    @Test func whatIsNotThereIsSaid() throws {
        let box = try filled()
        #expect(try box("diff", "nobody").errors.contains("no container nobody"))
        #expect(try box("commit", "nobody", "x").errors.contains("no container nobody"))
        #expect(try box("history", "nothing").errors.contains("no image nothing"))
        try box("run", "--name", "one", "busybox", "true")
        #expect(try box("commit", "one", "X").errors.contains("lower case"))
        #expect(try box("commit", "--change", "RUN x", "one", "x").errors.contains("RUN is none of"))
        #expect(try box("images", "-q").lines.count == 1)
        try box("rm", "one")
    }
}
