// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// What minibox-runtime shows beyond the others: plans, times, and whether a container is confined as it should be.
@Suite(.runtimes, .runtime, .miniboxOnly) struct ShowTests {
    @Test func aPlanIsShownAndNothingIsMade() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle()
        let text = try runtime("create", "--dry-run", "--explain", "--bundle", bundle.path, "none")
        #expect(text.status == 0 && text.errors == "" && text.output.contains("clone3"), "\(text)")
        let json = try runtime("run", "--dry-run", "--explain=json", "--bundle", bundle.path, "none")
        let plan = try Document(text: json.output)
        #expect(plan.version == 1 && plan.steps.array.count > 20)
        #expect(try runtime("list", "-q").output == "")
    }

    @Test func aTraceHasTheTimeOfEachStep() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle(script: "exit 0")
        let file = runtime.folder + "/trace.json"
        #expect(try runtime.runs(bundle, flags: ["--trace", file]) == Outcome(status: 0, output: "", errors: ""))
        let trace = try Document(text: try #require(runtime.contents(file)))
        let timed = trace.steps.array.filter { $0.nanoseconds.integer ?? 0 > 0 }
        #expect(timed.count > 20, "\(timed.count)")
        let text = runtime.folder + "/trace"
        #expect(try runtime.runs(bundle, flags: ["--trace", text]).status == 0)
        #expect(runtime.contents(text)?.contains("µs in ") == true)
    }

    @Test func theAuditFindsWhatWasAskedFor() throws {
        let runtime = try runtime()
        let container = try runtime.running {
            $0.process.noNewPrivileges = true
            $0.linux.maskedPaths = ["/proc/uptime", "/sys/firmware", "/no/such/path"]
            $0.linux.readonlyPaths = ["/proc/sys"]
            $0.linux.seccomp = ["defaultAction": "SCMP_ACT_ALLOW"]
        }
        let told = try runtime("state", "--audit", container.id)
        #expect(told.status == 0 && told.errors == "", "\(told)")
        let findings = try Document(text: told.output).audit.array
        let subjects = Set(findings.compactMap(\.subject.string))
        #expect(
            subjects.isSuperset(of: [
                "noNewPrivileges", "seccomp", "capabilities.bounding", "maskedPaths /proc/uptime",
                "maskedPaths /sys/firmware", "readonlyPaths /proc/sys",
            ]), "\(subjects)")
        #expect(!subjects.contains("maskedPaths /no/such/path"))
        #expect(findings.allSatisfy { $0.isHeld == true })
    }

    @Test func theAuditFindsWhatIsMissing() throws {
        let runtime = try runtime()
        let container = try runtime.running { $0.process.noNewPrivileges = false }
        // As if something else had been asked for than what was made.
        let file = runtime.root + "/\(container.id)/config.json"
        var config = try Document(text: try #require(runtime.contents(file)))
        config.process.noNewPrivileges = true
        config.linux.maskedPaths = ["/etc"]
        config.process.capabilities = ["bounding": []]
        try config.text.write(toFile: file, atomically: false, encoding: .utf8)
        let told = try runtime("state", "--audit", container.id)
        #expect(told.status == 1, "\(told)")
        for subject in ["noNewPrivileges", "maskedPaths /etc", "capabilities.bounding"] {
            #expect(told.errors.contains(subject), "\(told.errors)")
        }
    }

    @Test func idsAreMatchedByARegularExpression() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle()
        for id in ["web-1", "web-2", "db-1"] { _ = try runtime.create(bundle, id: id) }
        #expect(try runtime("delete", "--regex", "^web-[0-9]+$").status == 0)
        #expect(try runtime("list", "-q").lines == ["db-1"])
        #expect(try runtime("delete", "-r", "^nothing$").status == 0)
        #expect(try runtime("delete", "--regex", "(").status == 1)
    }

    @Test(arguments: [["checkpoint", "x"], ["restore", "--bundle", "/b", "x"]])
    func whatIsMissingSaysSo(_ words: [String]) throws {
        let refused = try runtime().run(words)
        #expect(refused.status == 1 && refused.errors.contains("not supported"), "\(refused)")
    }

    @Test func theSystemdDriverIsRefusedOnlyWhereItWouldBeUsed() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle()
        let refused = try runtime("--systemd-cgroup", "create", "--bundle", bundle.path, "none")
        #expect(refused.status == 1 && refused.errors.contains("cgroupfs"), "\(refused)")
        #expect(try runtime("--systemd-cgroup", "list", "-q") == Outcome(status: 0, output: "", errors: ""))
        #expect(try runtime("--systemd-cgroup", "delete", "--force", "none").status == 0)
    }

    @Test func anErrorHasItsCauseInTheLog() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle {
            $0.mounts.append(["destination": "/data", "type": "no-such-type", "source": "none"])
        }
        let file = runtime.folder + "/log"
        _ = try runtime("--log", file, "--log-format", "json", "create", "--bundle", bundle.path, "none")
        let record = try Document(text: try #require(runtime.contents(file)))
        #expect(record.phase == "build" && record.errno == 19 && record.call.string != nil, "\(record)")
        #expect(record.step.string?.contains("/data") == true, "\(record)")
    }

    @Test func aBundleIsCheckedWithoutMakingAnything() throws {
        let runtime = try runtime()
        let good = try runtime.bundle()
        #expect(try runtime("check", good.path) == Outcome(status: 0, output: "\(good.path): fine\n", errors: ""))
        let bad = try runtime.bundle {
            $0.process.cwd = "tmp"
            $0.linux.namespaces.append(["type": "pid"])
        }
        let told = try runtime("check", "--bundle", bad.path)
        #expect(told.status == 1 && told.errors.contains("2 errors"), "\(told)")
        #expect(told.lines.count == 2 && told.lines.allSatisfy { $0.hasPrefix(bad.path + "/config.json:") }, "\(told)")
        let broken = try runtime.bundle()
        try "{\n\"process\": 3}".write(toFile: broken.path + "/config.json", atomically: false, encoding: .utf8)
        let refused = try runtime("check", broken.path)
        #expect(refused.status == 1 && refused.errors.contains("config.json:2:"), "\(refused)")
        #expect(try runtime("list", "-q").output == "")
    }
}
