// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Where a container's cgroup is, whose it is, what is in it, and which devices it may use.
@Suite(.runtimes, .runtime, .miniboxOnly) struct CgroupTests {
    /// The tree that the test host shows.
    private static let tree =
        [
            "/sys/fs/cgroup", "/sys/fs/cgroup/unified",
        ].first { FileManager.default.fileExists(atPath: $0 + "/cgroup.procs") } ?? "/sys/fs/cgroup"

    private func cgroup(of process: pid_t) throws -> String {
        let lines = try String(contentsOfFile: "/proc/\(process)/cgroup", encoding: .utf8).split(separator: "\n")
        return lines.first { $0.hasPrefix("0::") }.map { String($0.dropFirst(3)) } ?? ""
    }

    @Test func anAbsolutePathIsBelowTheRootOfTheTree() throws {
        let runtime = try runtime()
        runtime.atEnd { rmdir(Self.tree + "/engine") }
        let container = try runtime.running { $0.linux.cgroupsPath = "//engine/./pod" }
        #expect(try cgroup(of: container.process) == "/engine/pod")
        #expect(FileManager.default.fileExists(atPath: Self.tree + "/engine/pod"))
        #expect(try runtime("delete", "--force", container.id).status == 0)
        #expect(!FileManager.default.fileExists(atPath: Self.tree + "/engine/pod"))
    }

    @Test func withoutAPathItIsTheIdOfTheContainer() throws {
        let container = try runtime().running()
        #expect(try cgroup(of: container.process) == "/\(container.id)")
    }

    @Test(arguments: [
        ("../../outside", "no name of a cgroup"), ("/..", "no name"), ("system.slice:docker:a", "cgroupfs"),
    ])
    func aPathThatLeadsOutIsRefused(_ path: String, _ words: String) throws {
        let runtime = try runtime()
        let ended = try runtime.inside("true") { $0.linux.cgroupsPath = .string(path) }
        #expect(ended.status == 1 && ended.errors.contains(words), "\(ended)")
    }

    @Test func aCgroupWithProcessesIsNotTaken() throws {
        let runtime = try runtime()
        let container = try runtime.running()
        let ended = try runtime.inside("true") { $0.linux.cgroupsPath = .string("/\(container.id)") }
        #expect(ended.status == 1 && ended.errors.contains("container's cgroup is not empty"), "\(ended)")
        #expect(container.status == "running")
    }

    /// The first stands between making its cgroup and putting a process into it: no look at the processes tells of it.
    @Test func ofTwoCreationsInOneCgroupOneHasIt() throws {
        let runtime = try runtime()
        let name = runtime.newID()
        let bundle = try runtime.bundle { $0.linux.cgroupsPath = .string("/\(name)") }
        let plan = try Document(text: runtime("create", "--dry-run", "--explain=json", "-b", bundle.path, "x").output)
        let spawn = try #require(plan.steps.array.first { $0.phase.string == "spawn" }?.number.integer)
        let first = try runtime.start(["create", "--pause-before", "\(spawn)", "-b", bundle.path, "first"])
        #expect(Clock.wait { runtime.contents("/proc/\(first.process)/status")?.contains("State:\tT") == true })
        let second = try runtime("create", "-b", bundle.path, "second")
        #expect(second.status == 1 && second.errors.contains("is being made in this cgroup"), "\(second)")
        #expect(try runtime("list", "-q").output == "first\n")
        kill(first.process, SIGCONT)
        #expect(first.wait(sharesStreams: true) == Outcome(status: 0, output: "", errors: ""))
        // The second has taken nothing of it away.
        #expect(try runtime("start", "first").status == 0)
        #expect(try runtime("delete", "--force", "first") == Outcome(status: 0, output: "", errors: ""))
    }

    @Test func oneThatWasPreparedIsTaken() throws {
        let runtime = try runtime()
        let name = runtime.newID()
        try FileManager.default.createDirectory(atPath: "\(Self.tree)/\(name)", withIntermediateDirectories: false)
        try "7".write(toFile: "\(Self.tree)/\(name)/cgroup.max.depth", atomically: false, encoding: .utf8)
        let ended = try runtime.inside("cat /sys/fs/cgroup/cgroup.max.depth") {
            $0.linux.cgroupsPath = .string("/\(name)")
        }
        #expect(ended == Outcome(status: 0, output: "7\n", errors: ""))
    }

    /// With users of its own and a tree that it can write, the container's root makes cgroups, and only that.
    @Test func aDelegatedCgroupIsTheContainersOwn() throws {
        let runtime = try runtime()
        let container = try runtime.running { config in
            config.linux.namespaces.append(["type": "user"])
            config.linux.uidMappings = [["containerID": 0, "hostID": 100_000, "size": 65536]]
            config.linux.gidMappings = [["containerID": 0, "hostID": 100_000, "size": 65536]]
            config.mounts = .array(
                config.mounts.array.map {
                    var mount = $0
                    if mount.destination == "/sys/fs/cgroup" { mount.options.removeAll { $0 == "ro" } }
                    return mount
                })
        }
        let path = Self.tree + (try cgroup(of: container.process))
        func owner(_ name: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path + name)[.ownerAccountID] as? Int
        }
        #expect(try owner("") == 100_000)
        #expect(try owner("/cgroup.procs") == 100_000)
        #expect(try owner("/cgroup.freeze") == 0)
        // A cgroup below with a process in it: listed, paused and deleted with the rest.
        let made = try container.exec(
            "sh", "-c",
            "mkdir /sys/fs/cgroup/below && echo $$ >/sys/fs/cgroup/below/cgroup.procs && (sleep 600 >/dev/null 2>&1 &)")
        #expect(made.status == 0, "\(made)")
        let listed = try Document(text: try runtime("ps", "--format", "json", container.id).output)
        #expect(listed.array.count >= 2)
        #expect(try runtime("pause", container.id).status == 0)
        #expect(try runtime("delete", "--force", container.id) == Outcome(status: 0, output: "", errors: ""))
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func whatIsMountedUnwritableIsNotHandedOver() throws {
        let container = try runtime().running { config in
            config.linux.namespaces.append(["type": "user"])
            config.linux.uidMappings = [["containerID": 0, "hostID": 100_000, "size": 65536]]
            config.linux.gidMappings = [["containerID": 0, "hostID": 100_000, "size": 65536]]
        }
        let path = Self.tree + (try cgroup(of: container.process))
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.ownerAccountID] as? Int == 0)
    }

    @Test func aLimitWithoutItsControllerSaysWhoHoldsIt() throws {
        if TestMachine.controllers.contains("memory") { return }
        let runtime = try runtime()
        let ended = try runtime.inside("true") { $0.linux.resources.memory = ["limit": 67_108_864] }
        #expect(ended.status == 1 && ended.errors.contains("cannot set memory.max"), "\(ended)")
        #expect(ended.errors.contains("since "), "\(ended)")
        let unlimited = try runtime.inside("true") {
            $0.linux.resources.memory = ["limit": -1, "swap": -1, "reservation": 0]
            $0.linux.resources.pids = ["limit": -1]
            $0.linux.resources.cpu = ["shares": 0, "quota": -1, "period": 100_000]
        }
        #expect(unlimited == Outcome(status: 0, output: "", errors: ""))
    }

    @Test(arguments: ["../memory.max", "cgroup.procs", "memory"])
    func aFileThatIsNoLimitIsRefused(_ name: String) throws {
        let ended = try runtime().inside("true") {
            $0.linux.resources.unified = [:]; $0.linux.resources.unified[name] = "1"
        }
        #expect(ended.status == 1 && ended.errors.contains("unified"), "\(ended)")
    }

    @Test func whatIsUnifiedIsWritten() throws {
        let ended = try runtime().inside("cat /sys/fs/cgroup/cgroup.max.descendants") {
            $0.linux.resources.unified = ["cgroup.max.descendants": "5"]
        }
        #expect(ended == Outcome(status: 0, output: "5\n", errors: ""))
    }

    /// Nodes are made in the container itself, which may make any; to open one takes a rule. Whether the kernel has a
    /// driver for it does not matter here.
    private func opens(_ node: String, _ rules: [Document]) throws -> Bool {
        let ended = try runtime().inside("mknod /tmp/node \(node) && : </tmp/node") {
            $0.linux.resources.devices = .array([["allow": false, "access": "rwm"]] + rules)
            for set in ["bounding", "effective", "permitted"] { $0.process.capabilities[set].append("CAP_MKNOD") }
        }
        return !ended.errors.contains("not permitted")
    }

    @Test func theLastRuleOnADeviceDecides() throws {
        #expect(try opens("c 1 5", []), "what every container may use")
        #expect(try opens("c 10 200", []), "tunnels, which every container of runc and crun may use too")
        #expect(try !opens("c 1 1", []), "the memory of the machine")
        let fuse: Document = ["allow": true, "type": "c", "major": 10, "minor": 229, "access": "r"]
        #expect(try !opens("c 10 229", []))
        #expect(try opens("c 10 229", [fuse]))
        #expect(try !opens("c 10 229", [fuse, ["allow": false, "type": "c", "major": 10, "access": "r"]]))
        #expect(try opens("c 10 229", [["allow": false, "type": "c", "access": "rwm"], fuse]))
        #expect(try opens("c 10 229", [["allow": true, "type": "a", "access": "rwm"]]))
    }

    /// Without a tree that can be written: a cgroup is what asks the device filter.
    @Test func deviceRulesWithoutACgroupAreRefusedWhereADeviceCouldBeMade() throws {
        let runtime = try runtime()
        func run(_ flags: String, _ id: String, _ change: (inout Document) throws -> Void = { _ in }) throws -> Outcome
        {
            let bundle = try runtime.bundle(script: "echo in") {
                $0.mounts = .array($0.mounts.array.filter { $0.type != "cgroup" })
                try change(&$0)
            }
            return try runtime.shell(
                """
                export RUNTIME BUNDLE=\(bundle.path); exec unshare -m bash -c '
                for i in $(awk "\\$0 ~ / - cgroup2 / {print \\$5}" /proc/self/mountinfo | tac); do umount -l $i; done
                exec $RUNTIME \(flags) run --bundle $BUNDLE \(id)'
                """)
        }
        let refused = try run("", "refused")
        #expect(refused.status == 1 && refused.output == "", "\(refused)")
        #expect(refused.errors.contains("nothing keeps the container from the host's devices"), "\(refused)")
        #expect(try run("--cgroup-manager disabled", "disabled").output == "in\n")
        let users = try run("", "users") {
            $0.linux.namespaces.append(["type": "user"])
            $0.linux.uidMappings = [["containerID": 0, "hostID": 100000, "size": 65536]]
            $0.linux.gidMappings = [["containerID": 0, "hostID": 100000, "size": 65536]]
        }
        #expect(users.output == "in\n", "\(users)")
        let all = try run("", "all") { $0.linux.resources.devices = [["allow": true, "access": "rwm"]] }
        #expect(all.output == "in\n", "\(all)")
    }

    @Test func aRuleThatIsNoneIsRefused() throws {
        let ended = try runtime().inside("true") {
            $0.linux.resources.devices = [["allow": true, "type": "c", "access": ""]]
        }
        #expect(ended.status == 1 && ended.errors.contains("access"), "\(ended)")
    }
}
