// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Layers that are unpacked while they come: what was made of bytes that turn out to be others is not kept.
@Suite(.commands, .emptyBox) struct EarlyLayerTests {
    /// A pull of an image with one large layer, of which half has come and its first file is there.
    private func pull(_ mode: StandIn.Mode, waitsForFile: Bool = true) throws -> (RunningProgram, StandIn) {
        let box = try box()
        let large = "echo first >/a; head -c 5000000 /dev/urandom >/large; echo last >/z"
        let context = try box.context("FROM busybox\nRUN \(large)\nCMD [\"cat\", \"/a\", \"/z\"]\n")
        #expect(try box("build", "-t", "app:1", context).status == 0)
        let path = "\(box.folder)/layout"
        #expect(try box("save", "--format", "oci-dir", "--compression", "gzip", "-o", path, "app:1").status == 0)
        let standIn = try StandIn(box, layout: path, mode)
        box.atEnd { standIn.remove() }
        let program = try RunningProgram(
            [TestMachine.program, "pull", "-q", "app:1"],
            environment: box.environment.merging([
                "MINIBOX_ROOT": "\(box.folder)/other", "MINIBOX_FETCH": standIn.path,
            ]) { $1 })
        box.atEnd { program.stop() }
        let made = "ls -d \(box.folder)/other/images/staging/*/layer-*/root"
        let isMade = try Clock.wait(seconds: 30) { try box.shell(waitsForFile ? "\(made)/a" : made).status == 0 }
        #expect(isMade, "\(program.errorsSoFar)")
        return (program, standIn)
    }

    private func other(_ words: String...) throws -> Outcome {
        let box = try box()
        return try box.run(words, environment: ["MINIBOX_ROOT": "\(box.folder)/other"])
    }

    @Test func itIsUnpackedWhileItComes() throws {
        let (program, standIn) = try pull(.slow)
        standIn.goOn()
        let pulled = program.wait(seconds: 60)
        #expect(pulled.status == 0, "\(pulled)")
        #expect(try other("run", "--rm", "app:1").output == "first\nlast\n")
        #expect(try other("system", "check").output.contains("all is whole"))
    }

    /// What came first was thrown away by who fetched it, or is in another file by now: it is made again of what came then.
    @Test(arguments: [StandIn.Mode.anew, .replaced]) func whatComesAnewIsTakenAnew(_ mode: StandIn.Mode) throws {
        let (program, standIn) = try pull(mode, waitsForFile: mode == .replaced)
        standIn.goOn()
        let pulled = program.wait(seconds: 60)
        #expect(pulled.status == 0, "\(pulled)")
        #expect(try other("run", "--rm", "app:1").output == "first\nlast\n")
        #expect(try other("system", "check").output.contains("all is whole"))
    }

    /// The layer was made of the right bytes; the archive that would be kept has others.
    @Test func whatIsChangedAfterItWasReadIsNotTaken() throws {
        let (program, standIn) = try pull(.altered)
        standIn.goOn()
        let refused = program.wait(seconds: 60)
        #expect(refused.status == 125 && refused.errors.hasPrefix("minibox: "), "\(refused)")
        #expect(try other("images", "-aq").output.isEmpty)
        let left = try box().shell("cd \(try box().folder)/other/images && ls staging layers blobs/sha256").lines
        #expect(left == ["blobs/sha256:", "", "layers:", "", "staging:"], "\(left)")
    }

    @Test func whoEndsMeanwhileLeavesNothing() throws {
        let (program, _) = try pull(.slow)
        program.send(SIGTERM)
        #expect(program.wait(seconds: 60).status == 143)
        #expect(try other("images", "-aq").output.isEmpty)
        let left = try box().shell("ls \(try box().folder)/other/images/staging")
        #expect(left.output.isEmpty, "\(left)")
    }
}
