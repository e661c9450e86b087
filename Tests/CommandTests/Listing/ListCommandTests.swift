// SPDX-License-Identifier: Apache-2.0
import Foundation
import OCI
import TestSupport
import Testing

/// `ps` and `images`: columns, formats and filters.
@Suite(.commands, .box) struct ListCommandTests {
    /// A word that no other test has, as the value of a label.
    private func mark(_ box: Box, _ flags: [String] = [], names: String..., words: [String]) throws -> String {
        let mark = "m" + UUID().uuidString.prefix(8)
        for name in names {
            box.atEnd { _ = try? box("rm", "-f", name) }
            _ = try box.run(["run", "--name", name, "--label", "mark=\(mark)"] + flags + ["busybox"] + words)
        }
        return mark
    }

    @Test func showsDockersColumns() throws {
        let box = try box()
        let mark = try mark(box, names: "columns", words: ["sh", "-c", "exit 3"])
        let lines = try box("ps", "-a", "-f", "label=mark=\(mark)").lines
        #expect(lines.count == 2)
        #expect(
            lines.first?.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
                == "CONTAINER ID IMAGE COMMAND CREATED STATUS PORTS NAMES")
        let row = try #require(lines.last)
        #expect(row.contains("busybox") && row.contains("\"sh -c 'exit 3'\"") && row.contains("Exited (3) "))
        #expect(row.hasSuffix("columns") && row.contains(" ago "))
        #expect(try box("ps", "-f", "label=mark=\(mark)").lines.count == 1)
        #expect(try box("ps", "-a", "-s", "-f", "label=mark=\(mark)").output.contains("(virtual "))
    }

    @Test func tellsOfWhatRuns() throws {
        let box = try box()
        let mark = try mark(box, ["-d", "--network", "host"], names: "runs", words: ["sleep", "60"])
        let format = "{{.Names}} {{.State}} {{.Networks}} {{.Label \"mark\"}} {{slice .Status 0 3}}"
        #expect(try box("ps", "-f", "label=mark=\(mark)", "--format", format).text == "runs running host \(mark) Up ")
        #expect(try box("ps", "-q", "-f", "network=host", "-f", "name=^runs$").lines.count == 1)
        #expect(try box("ps", "-q", "-f", "status=created", "-f", "name=^runs$").lines.isEmpty)
    }

    @Test func choosesTheLast() throws {
        let box = try box()
        let mark = try mark(box, names: "older", "younger", words: ["true"])
        let filter = "label=mark=\(mark)"
        let format = "{{.Names}}"
        #expect(try box("ps", "-l", "-f", filter, "--format", format).text == "younger")
        #expect(try box("ps", "-n", "1", "-f", filter, "--format", format).text == "younger")
        #expect(try box("ps", "-n", "2", "-f", filter, "--format", format).lines == ["younger", "older"])
        #expect(try box("ps", "-n", "-1", "-f", filter).lines.count == 1)
        #expect(try box("ps", "-a", "-f", filter, "-f", "before=younger", "--format", format).text == "older")
        #expect(try box("ps", "-a", "-f", filter, "-f", "since=older", "--format", format).text == "younger")
        #expect(try box("ps", "-f", filter, "-f", "status=exited", "--format", format).lines.count == 2)
        let ids = try box("ps", "-a", "-q", "-f", filter).lines
        let whole = try box("ps", "-a", "-q", "--no-trunc", "-f", filter).lines
        #expect(ids.allSatisfy { $0.count == 12 } && whole.allSatisfy { $0.count == 64 })
        #expect(ids == whole.map { String($0.prefix(12)) })
        #expect(try box("ps", "-n", "0").status == 125)
        let unknown = try box("ps", "-a", "-f", "since=no-such-container")
        #expect(unknown.status == 125 && unknown.errors.contains("no-such-container"))
    }

    @Test func printsJSONAndTables() throws {
        let box = try box()
        let mark = try mark(box, names: "printed", words: ["true"])
        for format in ["json", "{{json .}}"] {
            let text = try box("ps", "-a", "-f", "label=mark=\(mark)", "--format", format).text
            let row = try JSON(parsing: Array(text.utf8))
            #expect(row["Names"] == "printed" && row["State"] == "exited" && row["Image"] == "busybox")
            #expect(row.object?.keys == row.object?.keys.sorted())
        }
        let table = try box("ps", "-a", "-f", "label=mark=\(mark)", "--format", "table {{.Names}}\\t{{.Image}}").lines
        #expect(table == ["NAMES     IMAGE", "printed   busybox"])
        let wrong = try box("ps", "-a", "--format", "{{.Nmaes}}", "-f", "label=mark=\(mark)")
        #expect(wrong.status == 125 && wrong.errors.contains("did you mean Names?"), "\(wrong)")
        #expect(try box("ps", "--format", "{{.ID").errors.contains("write '}}'"))
    }

    @Test func readsLabelsFromFiles() throws {
        let box = try box()
        let file = try box.file("labels", "# of a file\none=1\ntwo=file\n")
        box.atEnd { _ = try? box("rm", "-f", "labelled") }
        try box(
            "run", "--name", "labelled", "--label-file", file, "-l", "two=line", "--annotation", "x.y/z=1", "busybox",
            "true")
        let shown = try box(
            "inspect", "-f", "{{json .Config.Labels}} {{index .HostConfig.Annotations \"x.y/z\"}}", "labelled"
        ).text
        #expect(shown == #"{"one":"1","two":"line"} 1"#)
        let missing = try box("run", "--rm", "--label-file", "/nosuch", "busybox", "true")
        #expect(missing.status == 125 && missing.errors.contains("cannot read the labels in /nosuch"))
    }
}
