// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `minibox lab`: lab hosts that come and go, verdicts of real runs, and a machine that is as before.
@Suite(.commands, .box) struct LabCommandTests {
    private static let exercises = ["MINIBOX_LAB": TestMachine.top + "/Sources/Lab/Exercises"]

    private func lab(_ words: [String], timeout: Double = 170) throws -> Outcome {
        try lab(words, box(), timeout: timeout)
    }

    /// In directories of its own, which go with the box.
    private func lab(_ words: [String], _ box: Box, timeout: Double = 170) throws -> Outcome {
        try box.run(Self.places(box) + ["lab"] + words, timeout: timeout, environment: Self.exercises)
    }

    private static func places(_ box: Box) -> [String] {
        ["--root", box.folder + "/lab-root", "--run-root", box.folder + "/lab-run"]
    }

    private func stopAtEnd() throws {
        let box = try box()
        box.atEnd { _ = try? self.lab(["stop", "--all"], box) }
    }

    private func report(_ text: String) throws -> [[String: Any]] {
        let json = try JSONSerialization.jsonObject(with: Data(text.utf8))
        if let all = json as? [[String: Any]] { return all }
        return try #require((json as? [String: Any])?["exercises"] as? [[String: Any]])
    }

    /// Checks everything in namespaces of its own, so that no other test is seen, and looks before and afterwards at what could
    /// be different: mounts, links, rules, processes, cgroups, the name, accounts and settings.
    private static let script = """
        look() {
            cut -d' ' -f5- /proc/self/mountinfo; ip -o link; nft list ruleset; hostname
            sha256sum /etc/passwd /etc/hosts /etc/hostname
            find /sys/fs/cgroup -type d -name 'lab-*'
            for setting in kernel/core_pattern kernel/modprobe kernel/hostname net/ipv4/ip_forward; do
                echo "$setting $(cat /proc/sys/$setting 2>&1)"
            done
            cat /proc/[0-9]*/comm | sort | uniq | grep -vxE 'bash|cat|sort|uniq|grep'
        }
        hostname lab-test
        look >"$1/before"
        "$2" --root "$1/lab-root" --run-root "$1/lab-run" lab verify-all --jobs 2 --json >"$1/report" 2>"$1/errors"
        echo $? >"$1/status"
        look >"$1/after"
        true
        """

    /// Whether walls are named that could stop the attack.
    private func hasLayers(_ number: Int?) throws -> Bool {
        let folder = TestMachine.top + "/Sources/Lab/Exercises"
        let label = String(format: "%02d-", number ?? 0)
        let name = try #require(FileManager.default.contentsOfDirectory(atPath: folder).first { $0.hasPrefix(label) })
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)/exercise.json"))
        let exercise = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        return (exercise?["layers"] as? [Any])?.isEmpty == false
    }

    /// Every exercise, and nothing of it is left: the security test of this runtime.
    @Test(.timeLimit(.minutes(10))) func everyExerciseProvesWhatItClaims() throws {
        let box = try box()
        let script = box.folder + "/look.sh"
        try Self.script.write(toFile: script, atomically: true, encoding: .utf8)
        let own = "unshare --mount --propagation private --pid --fork --kill-child --mount-proc --net --ipc --uts"
        let exercises = Self.exercises.map { "\($0.key)='\($0.value)'" }.joined(separator: " ")
        let done = try box.shell(
            "\(exercises) \(own) bash '\(script)' '\(box.folder)' \"$MINIBOX\"", timeout: 540)
        func written(_ name: String) throws -> String {
            try String(contentsOfFile: "\(box.folder)/\(name)", encoding: .utf8)
        }
        try #require(done.status == 0, "\(done)")
        let results = try report(written("report"))
        let folders = try FileManager.default.contentsOfDirectory(atPath: TestMachine.top + "/Sources/Lab/Exercises")
        let slugs = folders.filter { $0.first?.isNumber == true }.map { String($0.dropFirst(3)) }
        #expect(Set(results.compactMap { $0["slug"] as? String }) == Set(slugs) && results.count == slugs.count)
        for result in results {
            let verdict = result["verdict"] as? String ?? "none"
            #expect(
                ["PASS", "RESIDUAL", "SKIP"].contains(verdict),
                "\(result["slug"] ?? ""): \(verdict), \(result["reason"] ?? "") \(result["runs"] ?? "")")
            // What scripts/build puts there is no reason to skip one.
            let reason = result["reason"] as? String ?? ""
            #expect(!reason.contains("is not beside the minibox program"), "\(result["slug"] ?? ""): \(reason)")
            #expect(result["leaks"] as? [String] ?? [] == [], "\(result["slug"] ?? "")")
            if verdict == "PASS", try hasLayers(result["id"] as? Int) {
                #expect((result["blockedBy"] as? String)?.isEmpty == false, "\(result["slug"] ?? "")")
            }
        }
        let errors = try written("errors")
        #expect(try written("status") == "0\n", "\(errors)")
        #expect(try written("after") == written("before"))
        let junit = "\(box.folder)/junit.xml"
        let page = "\(box.folder)/page.html"
        #expect(try lab(["report", "--junit", junit, "--html", page]).status == 0)
        #expect(try String(contentsOfFile: junit, encoding: .utf8).contains("name=\"06-uts-name\""))
        let text = try String(contentsOfFile: page, encoding: .utf8)
        #expect(text.contains("Whose host name is it") && !text.lowercased().contains("<script"))
    }

    /// Walls are taken away one by one, also where what is left of a container starts otherwise than the whole of it.
    @Test(.timeLimit(.minutes(5))) func theReportSaysWhichWallsStopAnAttack() throws {
        let walls = [
            "12": "a volume that is private + capability SYS_ADMIN (either suffices)",
            "13": "masked and read-only paths + user namespace (either suffices)",
            "24": "system call filter + session keyring of its own (either suffices)",
        ]
        let checked = try lab(["check", "--json"] + walls.keys.sorted())
        try #require(checked.status == 0, "\(checked)")
        let results = try report(checked.output)
        #expect(results.count == walls.count)
        for result in results {
            let number = (result["id"] as? Int).map { "\($0)" } ?? ""
            #expect(result["verdict"] as? String == "PASS", "\(result)")
            #expect(result["blockedBy"] as? String == walls[number], "\(result)")
        }
    }

    @Test(.timeLimit(.minutes(5))) func anExerciseIsWorkedThrough() throws {
        let early = try lab(["shell", "uts-name", "hostname"])
        #expect(early.status == 2 && early.errors.contains("is not started"), "\(early)")
        let started = try lab(["start", "6", "--detach", "--predict", "2", "--seed", "C1:ann"])
        try #require(started.status == 0, "\(started)")
        try stopAtEnd()
        #expect(try lab(["hint", "6"]).output.contains("host_name same"))
        #expect(try lab(["hint", "6"]).output.contains("Hint 2 of 3"))
        #expect(try lab(["answer", "6", "done"]).status == 1)
        #expect(try lab(["answer", "6", "FLAG{uts-name-000000000000}"]).status == 1)
        let words = ["minibox", "run", "--rm", "--userns", "host", "--uts", "host", "--cap-add", "SYS_ADMIN"]
        let attacked = try lab(["shell", "6"] + words + ["lab/box", "hostname", "pwned"])
        try #require(attacked.status == 0, "\(attacked)")
        #expect(try lab(["hint", "6"]).output.contains("The attack has worked"))
        #expect(try lab(["check", "6", "--watch"]).output.contains("done"))
        let answered = try lab(["answer", "6", "done"])
        #expect(answered.status == 0 && answered.output.contains("and so it is"), "\(answered)")
        #expect(try lab(["list"]).output.contains("passed"))
        // The test host kept its name all the while.
        #expect(try box().shell("hostname").output == "test-host\n")
        let flag = try lab(["shell", "6", "cat", "/root/flag"]).output
        #expect(flag.hasPrefix("FLAG{uts-name-"))
        let stopped = try lab(["stop", "6"])
        #expect(stopped.status == 0 && stopped.output == "06 is gone\n", "\(stopped)")
        let work = try box().folder + "/work.json"
        #expect(try lab(["report", "--json", work]).status == 0)
        let verified = try lab(["report", "--verify", work, "--seed", "C1:ann"])
        let answer = verified.lines.dropFirst().first?.split(separator: " ").map(String.init) ?? []
        #expect(verified.status == 0 && answer == ["06-uts-name", "done", "C1:ann", "2"], "\(verified)")
        #expect(verified.output.contains("4 records, unbroken: 4:"), "\(verified)")
        #expect(try lab(["reset", "6"]).status == 0)
        #expect(try !lab(["list"]).output.contains("passed"))
    }

    @Test(.timeLimit(.minutes(3))) func theRailsOfALabHostStand() throws {
        let started = try lab(["start", "6", "--detach"])
        try #require(started.status == 0, "\(started)")
        try stopAtEnd()
        func tries(_ line: String) throws -> Outcome { try lab(["shell", "6", "sh", "-c", line]) }
        // No disk, whatever node is made; no setting of the machine's; no way out; nothing kept of what is written.
        #expect(try tries("mknod /tmp/disk b 254 0 && head -c 1 /tmp/disk").status != 0)
        #expect(try tries("echo x >/proc/sys/kernel/core_pattern").status != 0)
        #expect(try tries("echo 1 >/sys/kernel/profiling").status != 0)
        #expect(try tries("date -s 2001-01-01").status != 0)
        #expect(try tries("ip route").output == "")
        #expect(try tries("touch /etc/from-the-lab && ls /etc/from-the-lab").status == 0)
        #expect(!FileManager.default.fileExists(atPath: "/etc/from-the-lab"))
        let capabilities = try tries("sed -n 's/^CapBnd:[[:space:]]*//p' /proc/self/status").output
        let bits = try #require(UInt64(capabilities.dropLast(), radix: 16))
        for number in [16, 17, 22, 25] { #expect(bits & (1 << UInt64(number)) == 0, "capability \(number)") }
    }

    @Test(.timeLimit(.minutes(3))) func whatAKilledCheckLeavesIsGoneAfterTheNext() throws {
        let box = try box()
        let check = try box.start(
            "--root", box.folder + "/lab-root", "--run-root", box.folder + "/lab-run", "lab", "check",
            "--attribution=false", "6")
        let hosts = "\(box.folder)/lab-run/lab/hosts"
        let began = Clock.wait(seconds: 30) {
            (try? FileManager.default.contentsOfDirectory(atPath: hosts))?.isEmpty == false
        }
        #expect(began)
        check.send(SIGKILL)
        _ = check.wait(seconds: 30)
        #expect(try lab(["stop", "--all"]).status == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: hosts) == [])
    }

    /// As in a container whose first process is no init.
    @Test(.timeLimit(.minutes(3))) func aProcessThatNobodyReapsIsNotLeftBehind() throws {
        let box = try box()
        // PR_SET_CHILD_SUBREAPER: orphans become this one's, and it waits for the command alone.
        let reaper = """
            import ctypes, subprocess, sys
            ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
            sys.exit(subprocess.run(sys.argv[1:]).returncode)
            """
        let line = Self.places(box) + ["lab", "check", "--attribution=false", "6"]
        let words = line.map { "'\($0)'" }.joined(separator: " ")
        let exercises = Self.exercises.map { "\($0.key)='\($0.value)'" }.joined(separator: " ")
        let checked = try box.shell("\(exercises) python3 -c '\(reaper)' \"$MINIBOX\" \(words)", timeout: 120)
        #expect(checked.status == 0 && checked.output.hasPrefix("PASS"), "\(checked)")
        #expect(!checked.output.contains("left behind"), "\(checked)")
    }

    @Test func mistakesAreNamed() throws {
        #expect(try lab(["show", "host-bnd"]).errors.contains("did you mean 'host-bind'?"))
        #expect(try lab(["show", "99"]).status == 2)
        #expect(try lab(["list", "--module", "Q"]).status == 2)
        #expect(try lab(["stop"]).errors.contains("--all"))
        let story = try lab(["show", "6"])
        #expect(story.status == 0 && story.output.contains("Your task"), "\(story)")
    }
}
