// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `minibox doctor` tries things out; that it leaves nothing behind is what the box looks after.
@Suite(.commands, .box) struct DoctorTests {
    private struct Finding: Decodable {
        var name: String
        var level: String
        var cost: String
        var remedy: String

        enum CodingKeys: String, CodingKey {
            case name = "Name"
            case level = "Level"
            case cost = "Cost"
            case remedy = "Remedy"
        }
    }

    private func findings(_ words: String...) throws -> (status: Int32, [Finding]) {
        let outcome = try box().run(words + ["doctor", "--format", "json"])
        return (outcome.status, try JSONDecoder().decode([Finding].self, from: Data(outcome.text.utf8)))
    }

    @Test func tellsWhatThisHostGives() throws {
        let (status, findings) = try findings()
        #expect((status == 0) == findings.allSatisfy { $0.level != "missing" })
        for name in ["kernel", "user namespaces", "idmapped mounts", "overlay", "device filter"] {
            #expect(findings.first { $0.name == name }?.level == "ok", "\(name)")
        }
        for finding in findings where finding.level != "ok" {
            #expect(!finding.cost.isEmpty && !finding.remedy.isEmpty, "\(finding.name)")
        }
    }

    @Test func aControllerIsThereExactlyWhenTheTreeHasIt() throws {
        let (_, findings) = try findings()
        for name in ["memory", "cpu", "pids", "io", "cpuset"] {
            let isThere = findings.first { $0.name == "controller \(name)" }?.level == "ok"
            #expect(isThere == TestMachine.controllers.contains(name), "\(name)")
        }
    }

    @Test func aStoreThatCannotBeWrittenEndsItWithOne() throws {
        let (status, findings) = try findings("--root", "/proc/none")
        #expect(status == 1)
        #expect(findings.first { $0.name == "store" }?.level == "missing")
    }

    @Test func theTableNamesEachThingAndWhatToDo() throws {
        let text = try box()("doctor").text
        #expect(text.hasPrefix("WHAT "))
        #expect(text.contains("overlay route"))
    }
}
