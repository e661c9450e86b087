// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// What is kept, how much room it takes, and how it goes.
@Suite(.commands, .emptyBox) struct SystemCommandTests {
    private func built(_ box: Box) throws {
        let context = try box.context(
            "FROM busybox\nRUN head -c 100000 /dev/zero >/one\nRUN head -c 200000 /dev/zero >/two\nCMD [\"true\"]\n")
        #expect(try box("build", "-t", "app", context).status == 0)
    }

    @Test func historyAndTreeShowWhereAnImageComesFrom() throws {
        let box = try box()
        try built(box)
        let history = try box("history", "app")
        #expect(history.lines[0].hasPrefix("LAYER"))
        #expect(history.lines[1].contains("CMD [\"true\"]") && history.lines[1].contains(" 0B "), "\(history)")
        #expect(history.lines[2].contains("200kB") && history.lines[3].contains("100kB"))
        let layers = try box("image", "history", "-q", "app").lines
        #expect(layers.count == 3)
        let objects = try objects(try box("history", "--format", "json", "app").output)
        #expect(objects.map { $0["Size"] as? Int }.prefix(3) == [0, 200_000, 100_000])
        let tree = try box("image", "tree")
        #expect(tree.lines.count == 4, "\(tree)")
        #expect(tree.lines[1].hasPrefix(layers[2]) && tree.lines[1].hasSuffix("busybox:latest"))
        #expect(tree.lines[2].hasPrefix("└─ " + layers[1]))
        #expect(tree.lines[3].hasPrefix("   └─ " + layers[0]) && tree.lines[3].hasSuffix("app:latest"))
        #expect(try box("history", "nothing").status != 0)
    }

    @Test func aContainersChangesAreShownAndKept() throws {
        let box = try box()
        try built(box)
        #expect(
            try box("run", "--name", "it", "app", "sh", "-c", "echo new >/new; rm /one; echo x >>/etc/passwd").status
                == 0)
        #expect(try box("diff", "it").lines == ["C /etc", "C /etc/passwd", "A /new", "D /one"])
        #expect(try objects(try box("diff", "--format", "json", "it").output)[2]["Path"] as? String == "/new")
        let committed = try box("commit", "-m", "by hand", "-c", "CMD [\"cat\", \"/new\"]", "it", "app:2")
        #expect(committed.status == 0 && committed.text.hasPrefix("sha256:"), "\(committed)")
        #expect(try box("run", "--rm", "app:2").output == "new\n")
        #expect(try box("run", "--rm", "app:2", "ls", "/one").status == 1)
        #expect(try box("history", "app:2").lines.contains { $0.hasSuffix("by hand") })
        #expect(try box("commit", "--pause=false", "it").status == 0)
        #expect(try box("rm", "it").status == 0)
    }

    @Test func whatTakesRoomIsShownAndRemoved() throws {
        let box = try box()
        try built(box)
        #expect(try box("run", "--name", "it", "app", "sh", "-c", "head -c 5000 /dev/zero >/f").status == 0)
        var usage = try objects(try box("system", "df", "--format", "json").output)
        #expect(usage.map { $0["Type"] as? String } == ["Images", "Containers", "Local Volumes", "Build Cache"])
        #expect(usage.map { $0["Total"] as? Int } == [2, 1, 0, 2])
        #expect(usage[1]["Reclaimable"] as? Int ?? 0 >= 5000)
        #expect(try box("system", "df").lines[0].hasPrefix("TYPE"))
        #expect(try box("system", "df", "-v").output.contains("RUN head -c 100000"))
        #expect(try box("image", "prune").status == 125)
        // Busybox is no container's image itself; its layer stays, since the image that is has it too.
        #expect(try box("image", "prune", "-af").output.hasPrefix("Untagged: busybox:latest\nDeleted: sha256:"))
        #expect(try box("rm", "it").status == 0)
        #expect(try box("rmi", "app").status == 0)
        let kept = try box("build", "prune", "-f", "--keep-storage", "1g")
        #expect(kept.text == "Reclaimed: 0B", "\(kept)")
        let pruned = try box("builder", "prune", "-f")
        #expect(pruned.output.contains("Forgotten: RUN head -c 100000") && pruned.output.contains("Reclaimed: 300kB"))
        let everything = try box("system", "prune", "-af")
        #expect(everything.status == 0, "\(everything)")
        usage = try objects(try box("system", "df", "--format", "json").output)
        #expect(usage.map { $0["Size"] as? Int } == [0, 0, 0, 0])
    }

    @Test func whatIsRemovedCanBeChosen() throws {
        let box = try box()
        for (name, label) in [("one", "keep=no"), ("two", "keep=yes")] {
            let context = try box.context("FROM busybox\nLABEL \(label)\nCMD [\"true\"]\n")
            #expect(try box("build", "-t", name, context).status == 0)
            #expect(try box("run", "--name", "c-\(name)", "--label", label, "busybox", "true").status == 0)
        }
        func images() throws -> [String] { try box("images", "--format", "{{.Repository}}").lines.sorted() }
        #expect(try box("image", "prune", "-af", "--filter", "until=2001-01-01").output == "Reclaimed: 0B\n")
        #expect(try images() == ["busybox", "one", "two"])
        #expect(try box("image", "prune", "-f", "--filter", "dangling=false", "--filter", "label=keep=no").status == 0)
        #expect(try images() == ["busybox", "two"])
        let unknown = try box("image", "prune", "-f", "--filter", "reference=x")
        #expect(unknown.status == 125 && unknown.errors.contains("unknown key"), "\(unknown)")
        let excluded = try box("system", "prune", "-f", "--volumes", "--filter", "until=1h")
        #expect(excluded.status == 125 && excluded.errors.contains("exclude each other"), "\(excluded)")
        let pruned = try box("system", "prune", "-af", "--filter", "label=keep", "--filter", "label!=keep=yes")
        #expect(pruned.output.contains("Removed: c-one") && !pruned.output.contains("c-two"), "\(pruned)")
        #expect(try images() == ["busybox", "two"])
        #expect(try box("system", "prune", "-af", "--filter", "label=keep").output.contains("Untagged: two:latest"))
        #expect(try box("ps", "-aq").output.isEmpty)
    }

    @Test func whatThereIsIsShown() throws {
        let box = try box()
        try built(box)
        #expect(try box("run", "--name", "it", "app").status == 0)
        let text = try box("info")
        #expect(text.status == 0 && text.lines.contains("Containers: 1") && text.lines.contains(" Stopped: 1"))
        #expect(text.lines.contains("Root Directory: \(box.root)") && text.lines.contains("Logging Driver: json-file"))
        let object = try #require(try objects(try box("system", "info", "--format", "json").output).first)
        #expect(object["Images"] as? Int == 2 && object["OSType"] as? String == "linux", "\(object)")
        #expect(object["NCPU"] as? Int ?? 0 > 0 && object["MemTotal"] as? Int ?? 0 > 1 << 20)
        for (member, controller) in [("MemoryLimit", "memory"), ("PidsLimit", "pids"), ("BlkioLimit", "io")] {
            let has = TestMachine.controllers.contains(controller)
            #expect(object[member] as? Bool == has)
            #expect(text.errors.contains("no \(controller) controller") == !has, "\(text)")
        }
        #expect(try box("info", "-f", "{{.Driver}} {{.ContainersStopped}}").output == "overlay 1\n")
        #expect(try box("rm", "it").status == 0)
    }

    @Test func removingAsksFirst() throws {
        let box = try box()
        try built(box)
        #expect(try box("rmi", "app").status == 0)
        for (answer, isRemoved) in [("n", false), ("", false), ("y", true)] {
            let terminal = try Pseudoterminal()
            let program = try box.start(on: terminal, "build", "prune")
            #expect(terminal.waitFor("Go on? [y/N] "))
            terminal.type(answer + "\r")
            #expect(program.wait().status == 0)
            #expect(terminal.waitFor(isRemoved ? "Reclaimed: 300kB" : "Nothing was removed."), "\(terminal.shown)")
        }
    }

    @Test func aDamagedLayerIsFoundAndMended() throws {
        let box = try box()
        try built(box)
        let whole = try box("system", "check")
        #expect(whole.status == 0 && whole.output.hasSuffix("all is whole.\n"), "\(whole)")
        let layer = try box("image", "inspect", "busybox").output.components(separatedBy: "\"Path\":")[1]
            .split(separator: "\"")[1]
        #expect(layer.hasPrefix(box.root))
        try box.shell("find \(layer) -name busybox -type f -exec sh -c 'echo x >>$0' {} ';'")
        let found = try box("system", "check", "--format", "json")
        #expect(found.status == 1 && found.output.contains("\"mendable\""), "\(found)")
        let mended = try box("system", "check", "--repair")
        #expect(mended.status == 0 && mended.output.contains("unpacked again from its archive"), "\(mended)")
        #expect(try box("system", "check").status == 0)
        #expect(try box("run", "--rm", "app", "true").status == 0)
    }
}
