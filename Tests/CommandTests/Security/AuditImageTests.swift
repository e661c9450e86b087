// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// What an audit of a container says of its image, by the engine's record and its store.
@Suite(.commands, .emptyBox) struct AuditImageTests {
    /// Status and evidence of A63 and A64.
    private func found(_ name: String, _ box: Box, _ flags: [String] = []) throws -> [String: String] {
        let shown = try box.run(["audit", "--filters=false", "--format", "json"] + flags + [name], timeout: 60)
        try #require(shown.status == 0, "\(shown)")
        let reports = try #require(
            try JSONSerialization.jsonObject(with: Data(shown.output.utf8)) as? [[String: Any]])
        let checks = try #require(reports.first?["checks"] as? [[String: Any]])
        let rows = checks.filter { ["A63", "A64"].contains($0["id"] as? String ?? "") }
        return Dictionary(
            uniqueKeysWithValues: rows.map {
                ($0["id"] as? String ?? "", "\($0["status"] ?? "") \($0["evidence"] ?? "")")
            })
    }

    /// An image of a context with a file, and the parts of a Dockerfile.
    private func build(_ tag: String, _ lines: String, _ box: Box) throws {
        try FileManager.default.createDirectory(atPath: box.folder + "/context", withIntermediateDirectories: true)
        try box.file("context/Dockerfile", "FROM scratch\nCOPY words /words\n" + lines)
        try box.file("context/words", "first \(tag)\n")
        let built = try box("build", "-t", tag, box.folder + "/context", timeout: 120)
        try #require(built.status == 0, "\(built)")
    }

    @Test func itsNameMayMeanAnother() throws {
        let box = try box()
        try #require(try box("import", TestMachine.archive("busybox"), "busybox").status == 0)
        try #require(try box("tag", "busybox", "app:1").status == 0)
        let started = try box("run", "-d", "--name", "old", "--network", "none", "app:1", "sleep", "1000")
        try #require(started.status == 0, "\(started)")
        let before = try found("old", box)
        #expect(before["A63"] == "N-A app:1 is still its name; --layers holds its layers against their digests")
        #expect(before["A64"]?.hasPrefix("PASS ") == true, "\(before)")
        try build("app:1", "", box)
        let after = try found("old", box)
        #expect(after["A63"]?.hasPrefix("FAIL app:1 is another image by now, sha256:") == true, "\(after)")
        try #require(try box("rmi", "-f", "app:1").status == 0)
        #expect(try found("old", box)["A63"]?.contains("no image is called app:1 any more") == true)
        #expect(try box("rm", "-f", "old").status == 0)
    }

    @Test func aLayerThatWasChangedIsFound() throws {
        let box = try box()
        try #require(try box("import", TestMachine.archive("busybox"), "busybox").status == 0)
        try FileManager.default.createDirectory(atPath: box.folder + "/context", withIntermediateDirectories: true)
        try box.file("context/Dockerfile", "FROM busybox\nCOPY words /words\nENV API_TOKEN=hunter2\n")
        try box.file("context/words", "one\n")
        let built = try box("build", "-t", "app", box.folder + "/context", timeout: 120)
        try #require(built.status == 0, "\(built)")
        let started = try box("run", "-d", "--name", "seen", "--network", "none", "app", "sleep", "1000")
        try #require(started.status == 0, "\(started)")
        // What an archive of somebody else's was unpacked to is proven by unpacking it once more.
        try #require(try box("system", "check", timeout: 60).status == 0)
        let whole = try found("seen", box, ["--layers"])
        #expect(whole["A63"] == "PASS layers: 2, each of its digest; app is still its name", "\(whole)")
        #expect(whole["A64"]?.hasPrefix("FAIL I02 not") == true, "\(whole)")
        #expect(whole["A64"]?.contains("hunter2") == false)
        let files = try box.shell("ls \(box.root)/images/layers/*/root/words")
        let file = try #require(files.lines.first, "\(files)")
        try Data("two\n".utf8).write(to: URL(fileURLWithPath: file))
        let changed = try found("seen", box, ["--layers"])
        #expect(changed["A63"]?.hasPrefix("FAIL the layer sha256:") == true, "\(changed)")
        #expect(try box("rm", "-f", "seen").status == 0)
    }

    @Test func ofAProcessNobodyKnows() throws {
        let shown = try box()("audit", "--filters=false", "--pid", "\(getpid())", "-v", timeout: 60)
        try #require(shown.status == 0, "\(shown)")
        #expect(shown.output.contains("minibox has no record of its image"))
    }
}
