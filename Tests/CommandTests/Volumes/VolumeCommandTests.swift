// SPDX-License-Identifier: Apache-2.0
import Foundation
import OCI
import TestSupport
import Testing

/// `minibox volume`.
@Suite(.commands, .box) struct VolumeCommandTests {
    @Test func makesAVolumeOnceAndShowsIt() throws {
        let box = try box()
        let name = box.volumeName()
        #expect(try box("volume", "create", "--label", "a=b", "--label", "c", name).text == name)
        #expect(try box("volume", "create", name).text == name)
        let shown = try JSON(parsing: Array(box("volume", "inspect", name).text.utf8))[0]
        #expect(shown?["Name"]?.string == name)
        #expect(shown?["Driver"]?.string == "local")
        #expect(shown?["Scope"]?.string == "local")
        #expect(shown?["Mountpoint"]?.string == "\(box.root)/volumes/\(name)/_data")
        #expect(shown?["Labels"]?["a"]?.string == "b")
        #expect(shown?["Labels"]?["c"]?.string == "")
        #expect(shown?["Options"]?.isNull == true)
    }

    @Test func listsThemByFilter() throws {
        let box = try box()
        let (first, second) = (box.volumeName(), box.volumeName())
        try box("volume", "create", "--label", "test=\(first)", first)
        try box("volume", "create", second)
        #expect(try box("volume", "ls", "-q", "-f", "label=test=\(first)").text == first)
        #expect(try box("volume", "ls", "-q", "-f", "name=\(second.dropFirst(2))").text == second)
        #expect(try box("volume", "ls", "-q", "-f", "name=\(first)", "-f", "driver=nfs").text.isEmpty)
        #expect(try box("volume", "ls", "-q", "-f", "name=\(first)", "-f", "dangling=false").text.isEmpty)
        let row = try JSON(
            parsing: Array(box("volume", "ls", "-f", "name=\(first)", "--format", "json").text.utf8))
        #expect(row["Name"]?.string == first)
        #expect(row["Labels"]?.string == "test=\(first)")
        #expect(try box("volume", "ls", "-f", "name=\(first)").lines.first == "DRIVER   VOLUME NAME")
    }

    @Test func removesVolumesAndSaysWhichAreNotThere() throws {
        let box = try box()
        let name = box.volumeName()
        try box("volume", "create", name)
        #expect(try box("volume", "rm", name).text == name)
        let again = try box("volume", "rm", name)
        #expect(again.status == 1)
        #expect(again.errors.contains("there is no volume \(name)"))
        #expect(try box("volume", "rm", "-f", name).status == 0)
        #expect(try box("volume", "inspect", name).status == 1)
    }

    @Test(arguments: [
        (["--opt", "o=size=1m"], "has no type"), (["--opt", "type=ext4"], "has no device"),
        (["--opt", "o=bind"], "binds nothing"), (["--opt", "size=3"], "unknown key"),
        (["-d", "nfs"], "no driver"),
    ]) func refusesOptionsThatMountNothing(words: [String], reason: String) throws {
        let box = try box()
        let outcome = try box.run(["volume", "create"] + words + [box.volumeName()])
        #expect(outcome.status != 0)
        #expect(outcome.errors.contains(reason))
    }

    @Test func refusesOtherOptionsForAVolumeThatIsThere() throws {
        let box = try box()
        let name = box.volumeName()
        try box("volume", "create", "--opt", "type=tmpfs", name)
        #expect(try box("volume", "create", "--opt", "type=tmpfs", name).status == 0)
        #expect(try box("volume", "create", name).status == 0)
        let other = try box("volume", "create", "--opt", "type=tmpfs", "--opt", "o=size=1m", name)
        #expect(other.status == 125)
        #expect(other.errors.contains("is there with other options"))
    }

    @Test func sixtyFourMakeOneAtOnce() throws {
        let box = try box()
        let name = box.volumeName()
        let outcome = try box.shell(
            "for i in $(seq 64); do $MINIBOX volume create \(name) & done; wait", timeout: 60)
        #expect(outcome.lines.count { $0 == name } == 64)
        #expect(outcome.errors.isEmpty)
        let left = try FileManager.default.contentsOfDirectory(atPath: "\(box.root)/volumes/.staging")
        #expect(left.isEmpty)
    }
}

/// Volumes of a store that has no others.
@Suite(.commands, .emptyBox) struct VolumeStoreTests {
    @Test func prunesThoseThatNobodyNamed() throws {
        let box = try box()
        box.atEnd { _ = try? box("volume", "prune", "-a", "-f") }
        let anonymous = try box("volume", "create").text
        #expect(anonymous.count == 64)
        try box("volume", "create", "--label", "keep", "named")
        try box("volume", "create", "other")
        try box.shell("echo 12345 > \(box.root)/volumes/other/_data/file")
        #expect(try box("volume", "prune").status != 0)
        #expect(try box("volume", "prune", "-f").text == "Removed: \(anonymous)\nReclaimed: 0B")
        #expect(
            try box("volume", "prune", "-f", "--filter", "all=true", "--filter", "label!=keep").text
                == "Removed: other\nReclaimed: 6B")
        #expect(try box("volume", "prune", "-f", "-a").text == "Removed: named\nReclaimed: 0B")
    }

    @Test func takesAwayWhatAKilledCommandLeft() throws {
        let box = try box()
        box.atEnd { _ = try? box("volume", "prune", "-a", "-f") }
        try box("volume", "create", "kept")
        try box.shell("mkdir -p \(box.root)/volumes/.staging/0123/_data")
        try box("ps")
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(box.root)/volumes/.staging").isEmpty)
        #expect(try box("volume", "ls", "-q").text == "kept")
    }
}
