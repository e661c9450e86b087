// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `minibox audit` held against the truth: of containers from the most closed to the most open, and of faults that were planted,
/// it finds what is there and nothing else.
@Suite(.commands, .box) struct AuditTruthTests {
    /// What depends on the machine, and on who else runs on it, and not on the container's flags.
    private static let ofTheMachine: Set<String> = ["A10", "A41", "A42", "A43", "A44", "A47", "A60", "A61"]

    private static let closed = ["--read-only", "--user", "1000", "--cap-drop", "ALL"]

    /// What a container has that was given everything but namespaces of the host's. It has the host's users then.
    private static let privileged: Set = [
        "A07", "A09", "A11", "A13", "A17", "A18", "A19", "A20", "A21", "A23", "A25", "A26", "A28", "A38", "A39",
    ]

    /// From best to worst.
    private static let configurations: [(flags: [String], open: Set<String>)] = [
        (closed, []),
        (["--user", "1000"], ["A23"]),
        (["--read-only"], ["A11"]),
        ([], ["A11", "A23"]),
        (closed + ["--env", "DB_PASSWORD=x", "--allow-sensitive", "-v", "/etc:/host"], ["A30", "A35", "A62"]),
        (closed + ["--ipc", "host", "--uts", "host"], ["A04", "A05", "A07"]),
        (
            closed + ["--security-opt", "no-new-privileges=false", "--security-opt", "systempaths=unconfined"],
            ["A17", "A25", "A26", "A28"]
        ),
        (closed + ["--security-opt", "seccomp=unconfined"], ["A18", "A19", "A20", "A21"]),
        (closed + ["--cap-add", "SYS_ADMIN"], ["A13", "A19", "A20"]),
        (closed + ["--network", "host"], ["A03", "A07"]),
        (closed + ["--pid", "host"], ["A01", "A07"]),
        (["--privileged"], privileged),
        (["--privileged", "--pid", "host"], privileged.union(["A01"])),
    ]

    private func start(_ flags: [String], _ box: Box) throws -> Int32 {
        let started = try box.run(["run", "-d", "--name", "truth"] + flags + ["busybox", "sleep", "1000"])
        try #require(started.status == 0, "\(started)")
        return try #require(Int32(try box("inspect", "-f", "{{.State.Pid}}", "truth").text))
    }

    /// The ids of what is open, and what is said of each.
    private func found(_ box: Box) throws -> [(id: String, evidence: String)] {
        let shown = try box("audit", "--format", "json", "truth")
        try #require(shown.status == 0, "\(shown)")
        let reports = try #require(
            try JSONSerialization.jsonObject(with: Data(shown.output.utf8)) as? [[String: Any]])
        let checks = try #require(reports.first?["checks"] as? [[String: Any]])
        return checks.filter { $0["status"] as? String == "FAIL" }.map {
            ($0["id"] as? String ?? "", $0["evidence"] as? String ?? "")
        }.filter { !Self.ofTheMachine.contains($0.0) }
    }

    @Test func eachConfigurationIsOpenWhereItIs() throws {
        let box = try box()
        for (flags, open) in Self.configurations {
            _ = try start(flags, box)
            let found = try found(box)
            #expect(Set(found.map(\.id)) == open, "\(flags): \(found)")
            try box("rm", "-f", "truth")
        }
        // And they are as they were started: A66 is among none.
        #expect(Self.configurations.count >= 12)
    }

    /// The guide has the same table.
    @Test func theGuideSaysWhatIsFound() throws {
        let guide = try String(contentsOfFile: TestMachine.top + "/docs/guide/audit.md", encoding: .utf8)
        let rows = guide.split(separator: "\n").filter { $0.hasPrefix("| `--") || $0.hasPrefix("| none ") }
        let expected = Self.configurations.map { flags, open in
            "| \(flags.isEmpty ? "none" : "`\(flags.joined(separator: " "))`") | "
                + "\(open.isEmpty ? "nothing" : open.sorted().joined(separator: " ")) |"
        }
        for row in expected { #expect(rows.contains { $0 == row }, "\(row)") }
        #expect(rows.count { $0.contains("| A") || $0.hasSuffix("| nothing |") } == expected.count)
    }

    @Test func aMaskUndoneFromOutsideIsFound() throws {
        let box = try box()
        let process = try start(Self.closed, box)
        box.atEnd { _ = try? box("rm", "-f", "truth") }
        #expect(try found(box).isEmpty)
        try #require(try box.shell("nsenter -t \(process) -m umount /proc/keys").status == 0)
        let after = try found(box)
        #expect(Set(after.map(\.id)) == ["A26", "A66"] && after.count == 2, "\(after)")
        #expect(after.contains { $0.id == "A66" && $0.evidence.hasPrefix("/proc/keys was to be hidden") })
        #expect(try box("audit", "--fail-on", "medium", "truth").status == 1)
    }

    @Test func aPrivilegedExecIsFound() throws {
        let box = try box()
        _ = try start(Self.closed, box)
        box.atEnd { _ = try? box("rm", "-f", "truth") }
        let late = try box.start("exec", "--privileged", "--user", "0", "truth", "sleep", "1000")
        // Its confinement is whole once its program runs.
        #expect(
            Clock.wait(seconds: 30) {
                // Before that it is a copy of the command, whose line ends in the same words.
                (try? box("exec", "truth", "ps").lines.count {
                    $0.hasSuffix("sleep 1000") && !$0.contains("--privileged")
                }) == 2
            })
        let after = try found(box)
        #expect(Set(after.map(\.id)) == ["A14", "A17", "A18", "A19", "A20", "A21", "A66"], "\(after)")
        let differences = after.filter { $0.id == "A66" }.map(\.evidence)
        #expect(differences.count == 3 && differences.contains { $0.hasSuffix("has no filter") }, "\(differences)")
        try box("rm", "-f", "truth")
        _ = late.wait(seconds: 30)
    }

    /// A program that somebody put into its namespaces from outside, with and without a file of the host's.
    @Test func aLeakedDescriptorIsFound() throws {
        let box = try box()
        let process = try start(Self.closed, box)
        box.atEnd { _ = try? box("rm", "-f", "truth") }
        func open(with leak: String) throws -> Set<String> {
            // Its streams are pipes: /dev/null of the host's would be a file of the host's as well, and so would be what this
            // process was given by whoever runs it.
            let script = """
                for file in /proc/self/fd/*; do
                    number=${file##*/}
                    [ "$number" -lt 3 ] || eval "exec $number<&-"
                done
                \(leak)
                exec nsenter -t \(process) -m -p sleep 1001
                """
            let intruder = try RunningProgram(
                ["/bin/bash", "-c", script], environment: box.environment, hasInput: true)
            defer { intruder.stop() }
            #expect(
                Clock.wait(seconds: 30) {
                    // Before that it is nsenter itself, which has files of its own.
                    ((try? found(box)) ?? []).contains { $0.id == "A14" && $0.evidence.hasPrefix("sleep (") }
                })
            // That one may have looked at the files of nsenter and at the name of what it executed.
            let open = Set(try found(box).map(\.id))
            // nsenter waits for what it has started, and is not inside.
            _ = try box.shell("pkill -9 -P \(intruder.process) || true")
            // It ends when that is gone, which the next one is not to find.
            _ = intruder.wait()
            return open
        }
        let without = try open(with: "")
        let with = try open(with: "exec 9</etc/passwd")
        #expect(!without.contains("A31") && with.subtracting(without) == ["A31"], "\(without) \(with)")
        #expect(without.isSuperset(of: ["A09", "A14", "A17", "A18", "A45", "A66"]), "\(without)")
    }

    @Test func aProcessMovedOutOfItsCgroupIsFound() throws {
        let box = try box()
        let process = try start(Self.closed, box)
        box.atEnd { _ = try? box("rm", "-f", "truth") }
        let name = "moved-\(process)"
        let script = """
            path=$(sed -n 's/^0:://p' /proc/\(process)/cgroup)
            for mount in $(sed -n 's/^[^-]* \\(\\/[^ ]*\\) .* - cgroup2 .*/\\1/p' /proc/self/mountinfo); do
                folder=$mount${path%/*}
                [ -d "$folder" ] && mkdir "$folder/\(name)" 2>/dev/null && break
            done
            echo \(process) >"$folder/\(name)/cgroup.procs" && echo "$folder/\(name)"
            """
        let moved = try box.shell(script)
        try #require(moved.status == 0 && moved.text.hasSuffix(name), "\(moved)")
        let after = try found(box)
        #expect(after.contains { $0.id == "A66" && $0.evidence.hasSuffix("/" + name) }, "\(after)")
        try box("rm", "-f", "truth")
        #expect(
            Clock.wait(seconds: 30) { rmdir(moved.text) == 0 || !FileManager.default.fileExists(atPath: moved.text) })
    }

    @Test func whatIsInspectedIsTheAudit() throws {
        let box = try box()
        _ = try start([], box)
        box.atEnd { _ = try? box("rm", "-f", "truth") }
        let shown = try box("inspect", "--security", "truth").output
        #expect(shown.hasPrefix("truth: ") && shown.contains("pass   A66  is as it was started"))
        #expect(try box("inspect", "--security", "-f", "json", "truth").output.hasPrefix("["))
        #expect(try box("container", "inspect", "--security", "-f", "{{.Id}}", "truth").status != 0)
        let page = try box("audit", "--format", "html", "truth").output
        #expect(page.hasPrefix("<!DOCTYPE html>") && page.contains("A66") && !page.contains("<script"))
    }
}
