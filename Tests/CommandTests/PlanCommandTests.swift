// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// --explain, --dry-run and --trace.
@Suite(.commands, .box) struct PlanCommandTests {
    private func steps(_ text: String) throws -> [[String: Any]] {
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        return object?["steps"] as? [[String: Any]] ?? []
    }

    @Test func explainPrintsBesideTheOutput() throws {
        let inside = try box()("run", "--rm", "--explain", "busybox", "echo", "out")
        #expect(inside.output == "out\n")
        for word in [
            "prepare:", "build:", "pivot:", "inside:", "confine:", "launch:", "pivot_root", "mount proc on /proc",
            "execute echo out",
        ] {
            #expect(inside.errors.contains(word), "\(word)")
        }
    }

    @Test func everyStepIsNumberedOnce() throws {
        let inside = try box()("run", "--rm", "--dry-run", "--explain=json", "busybox", "true")
        #expect(inside.status == 0 && inside.errors == "")
        let steps = try steps(inside.output)
        #expect(steps.count > 50)
        #expect(steps.compactMap { $0["number"] as? Int } == Array(1...steps.count))
        for step in steps {
            for key in ["phase", "what", "call", "protects", "step"] {
                #expect(step[key] is String, "\(key) of \(step)")
            }
        }
    }

    @Test func dryRunDoesNothing() throws {
        let box = try box()
        let folder = try box.directory("shown")
        let file = folder + "/made"
        let inside = try box(
            "run", "--name", "dry", "--dry-run", "-v", "\(folder):/x", "busybox", "touch", "/x/made")
        #expect(inside.status == 0 && inside.output.contains("pivot_root"))
        #expect(!FileManager.default.fileExists(atPath: file))
        #expect(try box("ps", "-aq").text == "")
    }

    @Test func traceTellsTheTimeOfEachStep() throws {
        let inside = try box()("run", "--rm", "--explain=json", "--trace", "busybox", "true")
        #expect(inside.status == 0)
        let steps = try steps(inside.errors)
        let timed = steps.filter { step in
            step.contains {
                $0.key.lowercased().contains("micro") || $0.key.lowercased().contains("nano") || $0.key == "time"
            }
        }
        #expect(timed.count > 50, "\(steps.first ?? [:])")
        #expect(try box()("run", "--rm", "--trace", "busybox", "true").errors.contains("µs in"))
    }

    @Test func whatIsLeftOutOfTheFlagsIsLeftOutOfThePlan() throws {
        let box = try box()
        func names(_ flags: String...) throws -> [String] {
            try steps(box.run(["run", "--rm", "--dry-run", "--explain=json"] + flags + ["busybox", "true"]).output)
                .compactMap { $0["step"] as? String }
        }
        #expect(try names().contains("mapIDs"))
        #expect(try !names("--userns", "host").contains("mapIDs"))
        #expect(try !names().contains("makeRootReadOnly"))
        #expect(try names("--read-only").contains("makeRootReadOnly"))
        #expect(try !names("--privileged").contains("mask"))
    }
}
