// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Namespaces: new, shared with the runtime, and joined by the names of their files.
@Suite(.runtimes, .runtime) struct NamespacePathTests {
    private static let names = [
        "pid": "pid", "net": "network", "ipc": "ipc", "uts": "uts", "mnt": "mount", "user": "user", "cgroup": "cgroup",
        "time": "time",
    ]

    /// What `/proc/PID/ns` links to.
    private func namespace(_ name: String, of process: pid_t) throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/ns/\(name)")
    }

    /// A program of ours in namespaces of its own, by flags of unshare(1).
    private func holder(_ flags: String) throws -> pid_t {
        let runtime = try runtime()
        let program = try RunningProgram(
            [
                "/usr/bin/unshare", flags, "--fork", "--kill-child", "/bin/sh", "-c",
                "echo ready; exec sleep 100",
            ], environment: ["PATH": "/usr/bin:/bin"])
        runtime.atEnd { program.stop() }
        try #require(program.waitForOutput("ready"), "\(program.errorsSoFar)")
        return try #require(program.children.first)
    }

    @Test func thoseThatAreNamedAreNewAndTheOthersShared() throws {
        let runtime = try runtime()
        let ours = try ["pid", "net", "ipc", "uts", "mnt"].map { try namespace($0, of: getpid()) }
        let container = try runtime.running {
            $0.linux.namespaces.removeAll { ["network", "ipc"].contains($0.type.string) }
            $0.mounts.removeAll { $0.destination == "/dev/mqueue" || $0.destination == "/sys" || $0.type == "cgroup" }
        }
        let theirs = try ["pid", "net", "ipc", "uts", "mnt"].map { try namespace($0, of: container.process) }
        #expect(zip(ours, theirs).map(==) == [false, true, true, false, false])
    }

    @Test func theyAreJoinedByTheirFiles() throws {
        let runtime = try runtime()
        let holder = try holder("-npiu")
        let container = try runtime.running {
            for name in ["net", "pid", "ipc", "uts"] {
                $0.linux.namespaces.removeAll { $0.type.string == Self.names[name] }
                $0.linux.namespaces.append([
                    "type": .string(Self.names[name] ?? ""), "path": .string("/proc/\(holder)/ns/\(name)"),
                ])
            }
        }
        for name in ["net", "pid", "ipc", "uts"] {
            #expect(try namespace(name, of: container.process) == namespace(name, of: holder), "\(name)")
        }
        // Nor is what the runtime does afterwards done in them.
        #expect(try container.exec("hostname").lines == ["inside"])
        #expect(try container.exec("readlink", "/proc/self/ns/net").lines == [namespace("net", of: holder)])
    }

    @Test func anotherKindIsRefused() throws {
        let runtime = try runtime()
        for path in ["/proc/self/ns/uts", "/dev/null", "/nothing"] {
            let refused = try runtime.inside("true") {
                $0.linux.namespaces.removeAll { $0.type == "network" }
                $0.linux.namespaces.append(["type": "network", "path": .string(path)])
            }
            #expect(refused.status == 1, "\(path): \(refused)")
        }
        #expect(try runtime("list", "-q").output == "")
    }

    @Test func theSameTwiceIsRefused() throws {
        let refused = try runtime().inside("true") { $0.linux.namespaces.append(["type": "ipc"]) }
        #expect(refused.status == 1)
    }

    @Test func aUserNamespaceIsJoined() throws {
        let runtime = try runtime()
        let holder = try holder("-Unr")
        let ended = try runtime.inside("cat /proc/self/uid_map; readlink /proc/self/ns/user; id -u") {
            $0.linux.namespaces.removeAll { ["network", "cgroup"].contains($0.type.string) }
            for name in ["user", "net"] {
                $0.linux.namespaces.append([
                    "type": .string(Self.names[name] ?? ""), "path": .string("/proc/\(holder)/ns/\(name)"),
                ])
            }
            $0.mounts.removeAll { $0.type == "sysfs" || $0.type == "cgroup" || $0.type == "devpts" }
            $0.linux.resources = nil
        }
        #expect(ended.lines.first?.split(separator: " ") == ["0", "0", "1"], "\(ended)")
        #expect(ended.lines.last == "0")
        #expect(ended.output.contains(try namespace("user", of: holder)))
    }

    @Test func anOwnUserNamespaceAndAJoinedNetwork() throws {
        // A network namespace that belongs to the host cannot be joined from a user namespace: the order counts.
        let runtime = try runtime()
        let holder = try holder("-n")
        let ended = try runtime.inside("readlink /proc/self/ns/net; cat /proc/self/gid_map; readlink /proc/self; id -u")
        {
            $0.linux.namespaces.removeAll { ["network", "cgroup"].contains($0.type.string) }
            $0.linux.namespaces.append(["type": "user"])
            $0.linux.namespaces.append(["type": "network", "path": .string("/proc/\(holder)/ns/net")])
            $0.linux.uidMappings = [["containerID": 0, "hostID": 100_000, "size": 1000]]
            $0.linux.gidMappings = [["containerID": 0, "hostID": 200_000, "size": 1000]]
            $0.mounts.removeAll { $0.type == "sysfs" || $0.type == "cgroup" }
        }
        #expect(ended.lines.first == (try namespace("net", of: holder)), "\(ended)")
        #expect(ended.lines.dropFirst().first?.split(separator: " ") == ["0", "200000", "1000"])
        #expect(ended.lines.last == "0")
    }

    @Test func usersAndGroupsHaveMapsOfManyRanges() throws {
        let runtime = try runtime()
        let ended = try runtime.inside("cat /proc/self/uid_map /proc/self/gid_map; stat -c %u:%g /dev/null; id -u") {
            $0.linux.namespaces.append(["type": "user"])
            $0.linux.uidMappings = [
                ["containerID": 0, "hostID": 100_000, "size": 1000],
                ["containerID": 1000, "hostID": 300_000, "size": 10],
            ]
            $0.linux.gidMappings = [["containerID": 0, "hostID": 200_000, "size": 2000]]
            $0.process.user = ["uid": 1005, "gid": 1500]
        }
        #expect(
            ended.lines.prefix(3).map { $0.split(separator: " ").joined(separator: " ") }
                == ["0 100000 1000", "1000 300000 10", "0 200000 2000"], "\(ended)")
        #expect(ended.lines.suffix(2) == ["0:0", "1005"], "\(ended)")
    }

    @Test(.miniboxOnly) func mapsThatOverlapAreRefused() throws {
        let runtime = try runtime()
        let refused = try runtime.inside("true") {
            $0.linux.namespaces.append(["type": "user"])
            $0.linux.uidMappings = [
                ["containerID": 0, "hostID": 100_000, "size": 1000],
                ["containerID": 999, "hostID": 300_000, "size": 10],
            ]
            $0.linux.gidMappings = [["containerID": 0, "hostID": 200_000, "size": 2000]]
        }
        #expect(refused.status == 1 && refused.errors.contains("linux.uidMappings"), "\(refused)")
        let alone = try runtime.inside("true") {
            $0.linux.uidMappings = [["containerID": 0, "hostID": 100_000, "size": 1000]]
        }
        #expect(alone.status == 1 && alone.errors.contains("user namespace"), "\(alone)")
    }

    @Test func clocksHaveOffsets() throws {
        let runtime = try runtime()
        let ended = try runtime.inside("cat /proc/self/timens_offsets; cut -d. -f1 /proc/uptime") {
            $0.linux.namespaces.append(["type": "time"])
            $0.linux.timeOffsets = ["monotonic": ["secs": 1000], "boottime": ["secs": 50_000_000, "nanosecs": 7]]
        }
        #expect(ended.lines.first?.split(separator: " ") == ["monotonic", "1000", "0"], "\(ended)")
        #expect(ended.lines.dropFirst().first?.split(separator: " ") == ["boottime", "50000000", "7"])
        #expect((ended.lines.last.flatMap { Int($0) } ?? 0) > 50_000_000)
        let refused = try runtime.inside("true") { $0.linux.timeOffsets = ["monotonic": ["secs": 1]] }
        #expect(refused.status == 1)
    }

    @Test(.miniboxOnly) func interfacesOfTheHostGoToTheContainer() throws {
        let runtime = try runtime()
        try #require(
            try runtime.shell(
                "ip link add mbt0 type veth peer name mbt1 && ip addr add 10.9.8.7/24 dev mbt0 && ip link set mbt0 mtu 1400"
            ).status == 0)
        runtime.atEnd { _ = try? runtime.shell("ip link del mbt1") }
        let container = try runtime.running { $0.linux.netDevices = ["mbt0": ["name": "eth7"]] }
        let shown = try container.exec("ip", "addr", "show", "eth7").output
        #expect(shown.contains("inet 10.9.8.7/24") && shown.contains("mtu 1400") && shown.contains("UP"), "\(shown)")
        #expect(try runtime.shell("ip link show mbt0").status != 0)
        let missing = try runtime.inside("true") { $0.linux.netDevices = ["nobody0": [:]] }
        #expect(missing.status == 1 && missing.errors.contains("nobody0"), "\(missing)")
    }
}
