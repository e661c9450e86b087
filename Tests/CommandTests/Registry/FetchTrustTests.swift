// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// What a pull believes of the program that fetches for it: digests, and nothing else.
@Suite(.commands, .emptyBox) struct FetchTrustTests {
    /// A layout with an image of two layers, and the image's id.
    private func layout(_ box: Box) throws -> (path: String, id: String) {
        let context = try box.context("FROM busybox\nRUN echo hi >/hi\nCMD [\"cat\", \"/hi\"]\n")
        #expect(try box("build", "-t", "app:1", context).status == 0)
        let path = "\(box.folder)/layout"
        #expect(try box("save", "--format", "oci-dir", "--compression", "gzip", "-o", path, "app:1").status == 0)
        let id = try box("image", "inspect", "-f", "{{.Id}}", "app:1").text
        return (path, id)
    }

    /// Runs minibox with an empty store and the stand-in.
    private func run(_ box: Box, _ standIn: StandIn, _ words: String..., timeout: Double = 30) throws -> Outcome {
        try box.run(
            words, timeout: timeout,
            environment: ["MINIBOX_ROOT": "\(box.folder)/other", "MINIBOX_FETCH": standIn.path])
    }

    @Test func whatIsHonestIsTaken() throws {
        let box = try box()
        let (layout, id) = try layout(box)
        let standIn = try StandIn(box, layout: layout)
        defer { standIn.remove() }
        let pulled = try run(box, standIn, "pull", "app:1")
        #expect(pulled.status == 0, "\(pulled)")
        #expect(pulled.lines.first == "1: Pulling from library/app" && pulled.lines.last == "docker.io/library/app:1")
        #expect(pulled.lines.contains { $0.hasPrefix("Digest: sha256:") }, "\(pulled)")
        #expect(pulled.lines.contains("Status: Downloaded newer image for app:1"), "\(pulled)")
        #expect(try run(box, standIn, "image", "inspect", "-f", "{{.Id}}", "app:1").text == id)
        #expect(try run(box, standIn, "run", "--rm", "app:1").output == "hi\n")
        #expect(try run(box, standIn, "system", "check").output.contains("all is whole"))
        // It is nobody, has no rights, no environment and no descriptors of ours.
        let who = standIn.asked.first { $0.hasPrefix("who") } ?? ""
        #expect(
            who.hasPrefix(
                "who (65534, 65534, 65534) (65534, 65534, 65534) [] 0000000000000000 0000000000000000 1 "), "\(who)")
        #expect(who.hasSuffix("[0, 1, 2, 3]"), "\(who)")
        #expect(!who.contains("MINIBOX") && !who.contains("HOME"), "\(who)")
    }

    @Test func aTerminalShowsHowFarEachLayerIs() throws {
        let box = try box()
        let (layout, _) = try layout(box)
        let standIn = try StandIn(box, layout: layout, .waits)
        defer { standIn.remove() }
        let terminal = try Pseudoterminal(rows: 24, columns: 72)
        let program = try RunningProgram(
            [TestMachine.program, "pull", "app:1"],
            environment: box.environment.merging([
                "TERM": "xterm", "MINIBOX_ROOT": "\(box.folder)/other", "MINIBOX_FETCH": standIn.path,
            ]) { $1 }, terminal: terminal.name)
        box.atEnd { program.stop() }
        // The half of it: so many bytes of so many, as a bar and as numbers. It is drawn again where it was.
        let half = /[0-9a-f]{12}: Downloading \[={12}> {12}\] [0-9.]+[kM]?B\/[0-9.]+[kM]?B/
        let again = /\u{1B}\[[12]A\r\u{1B}\[J[0-9a-f]{12}: Downloading/
        #expect(
            Clock.wait(seconds: 30) { terminal.shown.contains(half) && terminal.shown.contains(again) },
            "\(terminal.shown.debugDescription)")
        standIn.goOn()
        #expect(program.wait().status == 0, "\(terminal.shown.debugDescription)")
        #expect(terminal.waitFor("docker.io/library/app:1\r\n"))
        // What changes is gone at the end; what stays is a line a layer, and what it came to.
        let shown = terminal.shown
        #expect(shown.matches(of: /[0-9a-f]{12}: Pull complete/).count == 2, "\(shown.debugDescription)")
        let end = shown[(shown.range(of: "\u{1B}[J", options: .backwards)?.upperBound ?? shown.startIndex)...]
        #expect(
            !end.contains("Downloading") && end.contains("Status: Downloaded newer image"), "\(end.debugDescription)")
        let lines = shown.split(whereSeparator: \.isNewline).map { $0.replacing(/\u{1B}\[[0-9;?]*[a-zA-Z]/, with: "") }
        #expect(lines.allSatisfy { $0.count <= 72 }, "\(lines)")
    }

    @Test func whatIsThereIsNotFetched() throws {
        let box = try box()
        let (layout, _) = try layout(box)
        let standIn = try StandIn(box, layout: layout)
        defer { standIn.remove() }
        #expect(try run(box, standIn, "pull", "-q", "app:1").output == "docker.io/library/app:1\n")
        let again = try run(box, standIn, "pull", "app:1")
        #expect(again.lines.contains("Status: Image is up to date for app:1"), "\(again)")
        #expect(standIn.asked.filter { $0.hasPrefix("blob") }.count == 3, "\(standIn.asked)")
        #expect(standIn.asked.last?.hasPrefix("resolve") == true)
    }

    @Test(
        arguments: StandIn.Mode.allCases.filter {
            ![.honest, .silent, .half, .waits, .slow, .anew, .altered, .replaced].contains($0)
        })
    func whatLiesChangesNothing(_ mode: StandIn.Mode) throws {
        let box = try box()
        let (layout, _) = try layout(box)
        let standIn = try StandIn(box, layout: layout, mode)
        defer { standIn.remove() }
        let refused = try run(box, standIn, "pull", "app:1")
        #expect(refused.status == 125 && refused.errors.hasPrefix("minibox: "), "\(mode): \(refused)")
        #expect(!refused.errors.contains("\u{1B}") && !refused.errors.contains("\u{202E}"), "\(mode): \(refused)")
        #expect(try run(box, standIn, "images", "-aq").output.isEmpty, "\(mode)")
        let left = try box.shell("cd \(box.folder)/other/images && ls staging layers blobs/sha256").lines
        #expect(left == ["blobs/sha256:", "", "layers:", "", "staging:"], "\(mode): \(left)")
        #expect(try box.shell("pgrep -u 65534 -f \(standIn.path)").output.isEmpty, "\(mode)")
        #expect(try box.shell("stat -c %u:%g:%a /etc/shadow").text.hasPrefix("0:"), "\(mode)")
        // What there is of it does no harm to who tells the truth.
        let honest = try StandIn(box, layout: layout)
        defer { honest.remove() }
        var pulled = try run(box, honest, "pull", "-q", "app:1")
        if pulled.status != 0 { pulled = try run(box, honest, "pull", "-q", "app:1") }
        #expect(pulled.status == 0, "\(mode): \(pulled)")
    }

    @Test func aSignalEndsIt() throws {
        let box = try box()
        let (layout, _) = try layout(box)
        let standIn = try StandIn(box, layout: layout, .silent)
        defer { standIn.remove() }
        let ended = try box.shell(
            """
            MINIBOX_ROOT=\(box.folder)/other MINIBOX_FETCH=\(standIn.path) $MINIBOX pull app:1 & child=$!
            for n in $(seq 300); do grep -q session \(standIn.log) && break; sleep 0.1; done
            kill -INT $child; wait $child
            """)
        #expect(ended.status == 130 && ended.errors.contains("stopped by SIGINT"), "\(ended)")
        #expect(try box.shell("pgrep -u 65534 -f \(standIn.path)").output.isEmpty)
        #expect(try box.shell("ls \(box.folder)/other/images/staging").output.isEmpty)
    }

    /// What had come is gone on from, and goes with what is tidied up.
    @Test(arguments: [true, false]) func aKilledPullIsGoneOnFrom(_ isPruned: Bool) throws {
        let box = try box()
        let (layout, id) = try layout(box)
        let standIn = try StandIn(box, layout: layout, .half)
        defer { standIn.remove() }
        let ended = try box.shell(
            """
            MINIBOX_ROOT=\(box.folder)/other MINIBOX_FETCH=\(standIn.path) $MINIBOX pull app:1 >/dev/null & child=$!
            for n in $(seq 300); do grep -q half \(standIn.log) && break; sleep 0.1; done
            kill -KILL $child; wait $child 2>/dev/null
            while pgrep -u 65534 -f \(standIn.path) >/dev/null; do sleep 0.1; done
            """, timeout: 90)
        let half = standIn.asked.first { $0.hasPrefix("half") }.flatMap { Int($0.dropFirst(5)) } ?? 0
        #expect(half > 0, "\(ended)")
        if isPruned {
            let pruned = try run(box, standIn, "system", "prune", "-f")
            #expect(pruned.status == 0, "\(pruned)")
            #expect(try box.shell("ls \(box.folder)/other/images/partial").output.isEmpty)
        }
        let honest = try StandIn(box, layout: layout)
        defer { honest.remove() }
        let pulled = try run(box, honest, "pull", "-q", "app:1")
        #expect(pulled.status == 0, "\(pulled)")
        #expect(honest.asked.contains("have \(half)") == !isPruned, "\(honest.asked)")
        #expect(try run(box, honest, "image", "inspect", "-f", "{{.Id}}", "app:1").text == id)
        #expect(try run(box, honest, "system", "check").output.contains("all is whole"))
        #expect(
            try box.shell("ls \(box.folder)/other/images/partial \(box.folder)/other/images/staging").output.split(
                separator: "\n"
            ).allSatisfy { $0.hasSuffix(":") })
    }

    @Test func itGoesWithWhoStartedIt() throws {
        let box = try box()
        let (layout, _) = try layout(box)
        let standIn = try StandIn(box, layout: layout, .silent)
        defer { standIn.remove() }
        let ended = try box.shell(
            """
            MINIBOX_ROOT=\(box.folder)/other MINIBOX_FETCH=\(standIn.path) $MINIBOX pull app:1 >/dev/null & child=$!
            for n in $(seq 300); do grep -q session \(standIn.log) && break; sleep 0.1; done
            kill -KILL $child; wait $child 2>/dev/null
            for n in $(seq 300); do pgrep -u 65534 -f \(standIn.path) >/dev/null || break; sleep 0.1; done
            pgrep -u 65534 -f \(standIn.path)
            """)
        #expect(ended.output.isEmpty, "\(ended)")
        #expect(try run(box, standIn, "images", "-q").status == 0)
    }

    @Test func aProgramThatIsNotThereIsNamed() throws {
        let box = try box()
        let refused = try box.run(["pull", "app"], environment: ["MINIBOX_FETCH": "/nowhere/fetch"])
        #expect(refused.status == 125 && refused.errors.contains("install it beside minibox"), "\(refused)")
        let relative = try box.run(["pull", "app"], environment: ["MINIBOX_FETCH": "fetch"])
        #expect(relative.status == 125 && relative.errors.contains("not an absolute path"), "\(relative)")
    }
}
