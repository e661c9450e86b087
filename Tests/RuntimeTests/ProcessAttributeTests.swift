// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// What a program is beside its rights: `process` and `linux` of a bundle.
@Suite(.runtimes, .runtime) struct ProcessAttributeTests {
    @Test func theUserIsTheseNumbersAndNoOthers() throws {
        let runtime = try runtime()
        let ended = try runtime.inside("id -u; id -g; grep Groups: /proc/self/status; umask; echo $HOME") {
            $0.process.user = ["uid": 1000, "gid": 1001, "additionalGids": [5, 6], "umask": 0o077]
        }
        #expect(ended.lines.prefix(2) == ["1000", "1001"])
        #expect(
            ended.lines.count == 5 && ended.lines[2].split(separator: "\t").last?.split(separator: " ") == ["5", "6"])
        #expect(ended.lines.suffix(2) == ["0077", "/home/app"], "\(ended)")
    }

    @Test func aNameOfTheImageIsNoNumber() throws {
        // CVE-2016-3697: the image digit-users has users whose names are numbers, and whose number is 0.
        let runtime = try runtime()
        let bundle = try runtime.bundle(image: "digit-users") {
            $0.process.args = ["id", "-u"]
            $0.process.user = ["uid": 1000, "gid": 1000]
        }
        #expect(try runtime.runs(bundle).lines.first == "1000")
    }

    @Test func theStreamsAreTheUsers() throws {
        let runtime = try runtime()
        let ended = try runtime.inside("echo words >/dev/stdout && stat -L -c %u /proc/self/fd/1") {
            $0.process.user = ["uid": 1000, "gid": 1000]
        }
        #expect(ended == Outcome(status: 0, output: "words\n1000\n", errors: ""))
    }

    @Test func limitsAreSet() throws {
        let runtime = try runtime()
        let ended = try runtime.inside("ulimit -n; ulimit -Hn; ulimit -c; ulimit -Hc") {
            $0.process.rlimits = [
                ["type": "RLIMIT_NOFILE", "soft": 100, "hard": 200], ["type": "RLIMIT_CORE", "soft": 0, "hard": 0],
            ]
        }
        #expect(ended.lines == ["100", "200", "0", "0"])
    }

    @Test func theSameLimitTwiceIsRefused() throws {
        let runtime = try runtime()
        let refused = try runtime.inside("true") {
            $0.process.rlimits.append(["type": "RLIMIT_NOFILE", "soft": 1, "hard": 1])
        }
        #expect(refused.status == 1, "\(refused)")
    }

    @Test func theScoreOfTheOutOfMemoryKillerIsSet() throws {
        let ended = try runtime().inside("cat /proc/self/oom_score_adj") { $0.process.oomScoreAdj = 321 }
        #expect(ended.lines == ["321"])
    }

    @Test func theMachineMayHave32Bits() throws {
        let ended = try runtime().inside("uname -m") { $0.linux.personality = ["domain": "LINUX32"] }
        #expect(["i686", "armv8l"].contains(ended.lines.first), "\(ended)")
    }

    @Test func theDomainNameIsSet() throws {
        let ended = try runtime().inside("cat /proc/sys/kernel/domainname") { $0.domainname = "some.domain" }
        #expect(ended.lines == ["some.domain"])
    }

    @Test func theSchedulerIsSet() throws {
        // proc(5): field 19 is nice, 40 the real-time priority, 41 the policy.
        let runtime = try runtime()
        let batch = try runtime.inside("cut -d' ' -f19,41 /proc/self/stat") {
            $0.process.scheduler = ["policy": "SCHED_BATCH", "nice": 5]
        }
        #expect(batch.lines == ["5 3"], "\(batch)")
        let deadline = try runtime.inside("cut -d' ' -f41 /proc/1/stat") {
            $0.process.scheduler = [
                "policy": "SCHED_DEADLINE", "runtime": 1_000_000, "deadline": 10_000_000, "period": 10_000_000,
                "flags": ["SCHED_FLAG_RESET_ON_FORK"],
            ]
        }
        #expect(deadline.lines == ["6"], "\(deadline)")
        let refused = try runtime.inside("true") { $0.process.scheduler = ["policy": "SCHED_FIFO", "priority": 100] }
        #expect(refused.status == 1)
    }

    @Test func thePriorityOfReadsAndWritesIsSet() throws {
        let ended = try runtime().inside("ionice") {
            $0.process.ioPriority = ["class": "IOPRIO_CLASS_BE", "priority": 6]
        }
        #expect(ended.lines == ["best-effort: prio 6"], "\(ended)")
    }

    @Test func memoryComesFromTheseNodes() throws {
        let runtime = try runtime()
        let ended = try runtime.inside("grep stack /proc/self/numa_maps") {
            $0.linux.memoryPolicy = ["mode": "MPOL_BIND", "nodes": "0", "flags": ["MPOL_F_STATIC_NODES"]]
        }
        #expect(ended.output.contains(" bind=static:0 "), "\(ended)")
        let refused = try runtime.inside("true") { $0.linux.memoryPolicy = ["mode": "MPOL_BIND", "nodes": "x"] }
        #expect(refused.status == 1)
    }

    @Test func theCallersProcessorsAreNotTheContainers() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle(script: "grep Cpus_allowed_list /proc/self/status")
        let all = try runtime.runs(bundle).output
        let bound = try runtime.shell("taskset -c 0 $RUNTIME run --bundle \(bundle.path) \(runtime.newID())")
        #expect(bound == Outcome(status: 0, output: all, errors: ""))
    }

    @Test func execRunsOnItsProcessors() throws {
        let runtime = try runtime()
        let container = try runtime.running()
        var process = Bundle.plain.process
        process.args = ["grep", "Cpus_allowed_list", "/proc/self/status"]
        process.execCPUAffinity = ["initial": "0", "final": "1"]
        let file = try runtime.file("process.json", process.text)
        let ended = try runtime("exec", "--process", file, container.id)
        #expect(ended.lines.first?.hasSuffix("\t1") == true, "\(ended)")
        process.execCPUAffinity = ["final": "1-"]
        let bad = try runtime.file("bad.json", process.text)
        #expect(try runtime("exec", "--process", bad, container.id).status == 255)
    }

    @Test func theKeyringIsTheContainers() throws {
        let runtime = try runtime()
        let id = runtime.newID()
        let bundle = try runtime.bundle(script: "grep keyring /proc/keys") {
            $0.linux.maskedPaths = nil
            $0.linux.namespaces.removeAll { $0.type == "pid" }
        }
        let own = try runtime.runs(bundle, id: id)
        #expect(own.output.contains("_ses.\(id)"), "\(own)")
        let shared = try runtime.runs(bundle, flags: ["--no-new-keyring"])
        #expect(shared.status == 0 && !shared.output.contains(" _ses.\(runtime.folder)"), "\(shared)")
    }

    @Test(.miniboxOnly, arguments: ["apparmorProfile", "selinuxLabel"])
    func aLabelThatNothingHoldsToIsRefused(_ member: String) throws {
        let runtime = try runtime()
        let file = member == "apparmorProfile" ? "/sys/kernel/security/apparmor/profiles" : "/sys/fs/selinux/enforce"
        if FileManager.default.fileExists(atPath: file) { return }
        let refused = try runtime.inside("true") { $0.process[member] = "some_label" }
        #expect(refused.status == 1 && refused.errors.contains("process.\(member)"), "\(refused)")
        // An engine that means none writes an empty one.
        #expect(try runtime.inside("true") { $0.process[member] = "" }.status == 0)
        #expect(try runtime.inside("true") { $0.linux.mountLabel = "some_label" }.status == 1)
    }
}
