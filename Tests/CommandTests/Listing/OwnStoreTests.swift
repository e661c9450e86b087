// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Lists of all that a store has, and what is pruned of it: each test has a store of its own.
@Suite(.commands, .emptyBox) struct OwnStoreTests {
    @Test func listsImagesByFilterAndFormat() throws {
        let box = try box()
        try box("import", "--change", "LABEL of=test", TestMachine.archive("busybox"), "first:v1")
        try box("tag", "first:v1", "second/part:v2")
        let format = "{{.Repository}}:{{.Tag}}"
        func list(_ filter: String) throws -> [String] {
            try box("images", "-f", filter, "--format", format).lines.sorted()
        }
        #expect(try list("reference=fir*") == ["first:v1"])
        #expect(try list("reference=*:v1") == ["first:v1"])
        #expect(try list("reference=*") == ["first:v1"])
        #expect(try list("reference=*/p?rt:v2") == ["second/part:v2"])
        #expect(try list("label=of=test").count == 2)
        #expect(try list("label=of=other").isEmpty && list("dangling=true").isEmpty)
        #expect(try list("until=1s").count + list("until=2100-01-01").count >= 2)
        #expect(try list("before=first:v1").isEmpty && list("since=first:v1").isEmpty)
        #expect(try box("images", "-a", "-q").lines.count == 2)
        #expect(
            try box("images", "first", "--format", "table {{.Repository}}\\t{{.Tag}}").lines == [
                "REPOSITORY   TAG", "first        v1",
            ])
        let head = try box("images", "--digests").lines.first ?? ""
        #expect(
            head.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
                == "REPOSITORY TAG DIGEST IMAGE ID CREATED SIZE")
        #expect(try box("images", "-f", "dangling=maybe").status == 125)
    }

    @Test func prunesWhatDoesNotRun() throws {
        let box = try box()
        try box("import", TestMachine.archive("busybox"), "busybox")
        try box("run", "--name", "kept", "-l", "keep=1", "busybox", "true")
        try box("run", "--name", "ended", "busybox", "true")
        try box("create", "--name", "made", "busybox", "true")
        try box("run", "-d", "--name", "alive", "busybox", "sleep", "60")
        box.atEnd { _ = try? box("rm", "-f", "alive") }
        #expect(try box("container", "prune").errors.contains("write --force"))
        #expect(try box("container", "prune", "-f", "--filter", "until=1h").lines == ["Reclaimed: 0B"])
        let pruned = try box("container", "prune", "-f", "--filter", "label!=keep")
        #expect(Set(pruned.lines.dropLast()) == ["Removed: ended", "Removed: made"], "\(pruned)")
        #expect(try box("ps", "-a", "--format", "{{.Names}}").lines.sorted() == ["alive", "kept"])
        #expect(try box("container", "prune", "-f").output.contains("Removed: kept"))
        #expect(try box("ps", "-a", "--format", "{{.Names}}").lines == ["alive"])
    }
}
