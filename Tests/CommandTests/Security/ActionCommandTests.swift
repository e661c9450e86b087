// SPDX-License-Identifier: Apache-2.0
import Foundation
import OCI
import TestSupport
import Testing

/// `events --audit` and `audit verify`, each in a store of its own.
@Suite(.commands, .emptyBox) struct ActionCommandTests {
    private func boxWithImage() throws -> Box {
        let box = try box()
        try #require(try box("import", TestMachine.archive("busybox"), "busybox", timeout: 60).status == 0)
        return box
    }

    private func removeVolumes(_ box: Box) {
        let names = (try? box("volume", "ls", "-q").lines) ?? []
        if !names.isEmpty { _ = try? box.run(["volume", "rm"] + names) }
    }

    private func records(_ box: Box, _ flags: String...) throws -> [JSON] {
        try box.run(["events", "--audit", "--format", "json"] + flags).lines.map { try JSON(parsing: Array($0.utf8)) }
    }

    @Test func writesARecordForEachDeed() throws {
        let box = try boxWithImage()
        let id = try box("run", "-d", "--name", "told", "-e", "TOKEN=hidden", "--pid", "host", "busybox", "sleep", "60")
            .text
        try box("exec", "-eA=hidden", "told", "true")
        try box("stop", "-t", "0", "told")
        try box("start", "told")
        try box("rm", "-f", "told")
        try box("run", "--rm", "--name", "brief", "busybox", "true")
        // What looks, and what changes nothing, is no deed.
        try box("ps", "-a")
        try box("run", "--rm", "--dry-run", "busybox", "true")
        let records = try records(box)
        #expect(
            records.compactMap { $0["verb"]?.string } == ["import", "run", "exec", "stop", "start", "rm", "run"],
            "\(records)")
        #expect(!"\(records)".contains("hidden"))
        let run = try #require(records.dropFirst().first)
        #expect(run["id"]?.string == id && run["name"] == "told" && run["image"] == "busybox" && run["uid"] == 0)
        #expect(run["digest"] == records[0]["id"])
        #expect(run["differs"]?["PidMode"] == "host" && run["differs"]?["Env"] == ["TOKEN"])
        #expect(records[6]["differs"]?["AutoRemove"] == true)
        #expect(run["arguments"]?.strings?.contains("TOKEN=…") == true)
        #expect(run["parents"]?.array?.isEmpty == false)
        #expect(try self.records(box, "--filter", "event=exec").count == 1)
        let text = try box("events", "--audit", "--filter", "container=brief").text
        #expect(text.contains(" run brief (id=") && text.hasSuffix("run --rm --name brief busybox true"), "\(text)")
        #expect(try box("audit", "verify").text.hasPrefix("7 records, unbroken: 7:"))
    }

    @Test func findsARecordThatWasChanged() throws {
        let box = try boxWithImage()
        defer { removeVolumes(box) }
        for name in ["one", "two"] { try box("volume", "create", name) }
        let head = try box("audit", "verify").text.split(separator: " ").last.map(String.init) ?? ""
        #expect(try box("audit", "verify", "--head", head).status == 0)
        _ = try box.shell("sed -i '2s/\"name\":\"one\"/\"name\":\"none\"/' \(box.root)/audit/log")
        let broken = try box("audit", "verify")
        #expect(broken.status == 1 && broken.text == "broken at record 2: it is not what was written", "\(broken)")
        let json = try JSON(parsing: Array(box("audit", "verify", "--format", "json").output.utf8))
        #expect(json["broken"] == 2 && json["records"] == 1)
        _ = try box.shell("sed -i '2s/\"name\":\"none\"/\"name\":\"one\"/; $d' \(box.root)/audit/log")
        #expect(try box("audit", "verify").text == "broken at record 3: record 3 is missing")
        let next = try box("volume", "create", "three")
        #expect(next.status == 0 && next.errors.contains("is shorter than it was"))
        #expect(try box("volume", "create", "four").errors.isEmpty)
        #expect(try box("audit", "verify").status == 1)
    }

    @Test func keepsOneChainUnderManyAtOnce() throws {
        let box = try box()
        defer { removeVolumes(box) }
        let outcome = try box.shell(
            "for i in $(seq 64); do $MINIBOX volume create many$i >/dev/null & done; wait", timeout: 100)
        #expect(outcome.errors.isEmpty, "\(outcome.errors)")
        #expect(try box("audit", "verify").text.hasPrefix("64 records, unbroken: 64:"))
        #expect(Set(try records(box).compactMap { $0["name"]?.string }).count == 64)
    }

    @Test func aFullDiskFailsNoCommand() throws {
        let box = try box()
        defer { removeVolumes(box) }
        let place = "\(box.root)/audit"
        try box("volume", "create", "first")
        _ = try box.shell(
            "cp -a \(place) \(box.folder)/kept && mount -t tmpfs -o size=16k,mode=700 tmpfs \(place)"
                + " && cp -a \(box.folder)/kept/. \(place)/; head -c 65536 /dev/zero >\(place)/filling")
        defer { _ = try? box.shell("umount -l \(place)") }
        // What is left of the log's own page is room.
        var said: [String] = []
        for number in 0..<12 {
            let made = try box("volume", "create", "full\(number)")
            #expect(made.status == 0, "\(made)")
            if !made.errors.isEmpty { said.append(made.errors) }
        }
        #expect(said.count == 1 && said.first?.contains("cannot write to the audit log") == true, "\(said)")
        _ = try box.shell("rm \(place)/filling")
        #expect(try box("volume", "create", "after").errors.isEmpty)
        let verdict = try box("audit", "verify")
        #expect(verdict.status == 0 && verdict.text.contains("could not be written for want of room"), "\(verdict)")
    }
}
