// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// What an audit reads back of the rules of a container's network, and what somebody has changed of them since.
@Suite(
    .commands, .box,
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/sbin/nft"), "needs nft: run scripts/setup"))
struct AuditFirewallTests {
    private static let ids = ["A54", "A55", "A58"]

    /// What each of those checks says of a container.
    private func found(_ name: String, _ box: Box) throws -> [String: String] {
        let shown = try box("audit", "--filters=false", "--format", "json", name)
        try #require(shown.status == 0, "\(shown)")
        let reports = try #require(
            try JSONSerialization.jsonObject(with: Data(shown.output.utf8)) as? [[String: Any]])
        let checks = try #require(reports.first?["checks"] as? [[String: Any]])
        let rows = checks.filter { Self.ids.contains($0["id"] as? String ?? "") }
        return Dictionary(
            uniqueKeysWithValues: rows.map {
                ($0["id"] as? String ?? "", "\($0["status"] ?? "") \($0["evidence"] ?? "")")
            })
    }

    private func start(_ name: String, _ flags: [String], _ box: Box) throws {
        let started = try box.run(["run", "-d", "--name", name] + flags + ["busybox", "sleep", "1000"])
        try #require(started.status == 0, "\(started)")
    }

    @Test func whatIsPinnedStandsUntilSomebodyChangesIt() throws {
        let box = try box()
        box.removeNetworksAtEnd()
        try #require(try box("network", "create", "--subnet", "10.97.0.0/24", "held").status == 0)
        try start("seen", ["--network", "held"], box)
        let before = try found("seen", box)
        #expect(Self.ids.allSatisfy { before[$0]?.hasPrefix("PASS ") == true }, "\(before)")
        #expect(before["A54"]?.contains(" sends as 10.97.0.2, ") == true, "\(before)")
        // Of this container alone: its neighbour stays as it is.
        try start("beside", ["--network", "held"], box)
        let pins = try box.shell(
            "nft list set bridge minibox pins4 | grep -o '\"mbv[0-9a-f]*\" . [0-9a-f:]* . 10.97.0.2'")
        try #require(pins.status == 0 && pins.lines.count == 1, "\(pins)")
        let more = pins.text.replacingOccurrences(of: "10.97.0.2", with: "10.97.0.99")
        try #require(try box.shell("nft add element bridge minibox pins4 '{ \(more) }'").status == 0)
        let after = try found("seen", box)
        #expect(after["A54"]?.hasPrefix("FAIL ") == true && after["A54"]?.hasSuffix(" 10.97.0.99") == true, "\(after)")
        #expect(try found("beside", box)["A54"]?.hasPrefix("PASS ") == true)
        try #require(try box.shell("nft delete element bridge minibox pins4 '{ \(more) }'").status == 0)
        #expect(try found("seen", box) == before)
        let link = try box.shell("nft list set bridge minibox pins6 | grep -o '\(more.prefix(17)).* . fe80:[0-9a-f:]*'")
        let first = try #require(link.lines.first, "\(link)")
        try #require(try box.shell("nft delete element bridge minibox pins6 '{ \(first) }'").status == 0)
        let lacking = try found("seen", box)
        #expect(lacking["A58"]?.hasPrefix("FAIL ") == true && lacking["A58"]?.contains("pins6") == true, "\(lacking)")
        try box("rm", "-f", "seen", "beside")
    }

    @Test func whatWasOpenedIsFound() throws {
        let box = try box()
        box.removeNetworksAtEnd()
        try #require(
            try box("network", "create", "--subnet", "10.97.1.0/24", "-o", "antispoof=off", "loose").status == 0)
        try #require(try box("network", "create", "--subnet", "10.97.2.0/24", "held").status == 0)
        try start("anybody", ["--network", "loose"], box)
        try start("granted", ["--network", "held", "--metadata", "open"], box)
        try start("none", ["--network", "none"], box)
        try start("host", ["--network", "host"], box)
        let anybody = try found("anybody", box)
        #expect(anybody["A54"]?.hasSuffix(" sends as anybody") == true && anybody["A55"]?.hasPrefix("PASS ") == true)
        let granted = try found("granted", box)
        #expect(granted["A54"]?.hasPrefix("PASS ") == true, "\(granted)")
        #expect(granted["A55"]?.hasSuffix(" reaches it") == true, "\(granted)")
        #expect(Set(try found("none", box).values) == ["PASS it has none but lo"])
        #expect(Set(try found("host", box).values) == ["N-A it has the host's network"])
        try box("rm", "-f", "anybody", "granted", "none", "host")
    }
}
