// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `minibox lab map`: which wall stops which call, asked of the kernel.
@Suite(.commands, .box) struct LabMapTests {
    private func lab(_ words: [String], _ box: Box) throws -> Outcome {
        try box.run(
            ["--root", box.folder + "/lab-root", "--run-root", box.folder + "/lab-run", "lab"] + words, timeout: 170,
            environment: ["MINIBOX_LAB": TestMachine.top + "/Sources/Lab/Exercises"])
    }

    /// What each wall was seen to do about a call, as `capabilities blocked reproduced`: alone, and without it.
    private func walls(_ call: String, _ calls: [[String: Any]]) throws -> [String] {
        let row = try #require(calls.first { $0["call"] as? String == call })
        return try #require(row["walls"] as? [[String: String]]).map {
            "\($0["name"] ?? ""): \($0["alone"] ?? "") alone, \($0["without"] ?? "") without"
        }
    }

    @Test func eachWallIsSeenAtWhatItStops() throws {
        let box = try box()
        let drawn = try lab(["map", "--json"], box)
        try #require(drawn.status == 0, "\(drawn)")
        let map = try #require(JSONSerialization.jsonObject(with: Data(drawn.output.utf8)) as? [String: Any])
        #expect(map["format"] as? String == "minibox.lab.map/1")
        let names = ["capabilities", "system call filter", "user namespace", "read-only paths"]
        #expect(map["walls"] as? [String] == names)
        let calls = try #require(map["calls"] as? [[String: Any]])
        #expect(calls.count > 60)
        // Either of two, and nothing else.
        let (shut, open) = ("blocked alone, blocked without", "reproduced alone, blocked without")
        #expect(
            try walls("sethostname", calls) == [
                "capabilities: \(shut)", "system call filter: \(shut)", "user namespace: \(open)",
                "read-only paths: \(open)",
            ])
        // One alone, without which the call is open.
        #expect(try walls("socket-raw", calls)[0] == "capabilities: blocked alone, reproduced without")
        #expect(try walls("keyctl", calls)[1] == "system call filter: blocked alone, reproduced without")
        // What no capability and no filter is asked about.
        #expect(
            try walls("w:/proc/sys/kernel/core_pattern", calls) == [
                "capabilities: \(open)", "system call filter: \(open)", "user namespace: \(shut)",
                "read-only paths: \(shut)",
            ])
        func standing(_ call: String) -> String? {
            calls.first { $0["call"] as? String == call }?["standing"] as? String
        }
        #expect(standing("chroot") == "open" && standing("mount") == "stopped")
        for call in calls {
            // What the lab host itself may not, or the kernel has not, is no wall's work.
            let isRefused = ["EPERM", "EACCES", "EROFS", "ENOSYS", "ECONNREFUSED"].contains(
                call["bare"] as? String ?? "")
            #expect(
                (call["standing"] as? String == "unseen")
                    == (isRefused || call["bare"] as? String == "ENOENT" && call["needs"] as? String == "file"),
                "\(call)")
            let seen = try #require(call["walls"] as? [[String: String]])
            #expect(seen.count == 4 && seen.allSatisfy { !$0.values.contains("unclear") }, "\(call)")
        }

        // The report has it from then on.
        let report = box.folder + "/report"
        #expect(try lab(["report", "--html", report + ".html", "--json", report + ".json"], box).status == 0)
        let page = try String(contentsOfFile: report + ".html", encoding: .utf8)
        #expect(page.contains("<h2>Which wall stops which call</h2>") && page.contains("<code>keyctl</code>"))
        let json = try Data(contentsOf: URL(fileURLWithPath: report + ".json"))
        let kept = try #require(JSONSerialization.jsonObject(with: json) as? [String: Any])["map"] as? [String: Any]
        #expect(kept?["format"] as? String == "minibox.lab.map/1")
    }
}
