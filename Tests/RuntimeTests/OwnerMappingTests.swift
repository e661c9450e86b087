// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Mounts that show other owners than the files have.
@Suite(.runtimes, .runtime, .miniboxOnly) struct OwnerMappingTests {
    private static let map: Document = [["containerID": 0, "hostID": 3000, "size": 10]]

    /// A folder on a file system of its own, with a file of root's and one that is mounted below it.
    private func source() throws -> String {
        let runtime = try runtime()
        let source = try runtime.mounted("source")
        _ = try runtime.mounted("source/below")
        try runtime.shell("cd \(source); touch file below/file; chown 1:2 file; chown 3:4 below/file")
        return source
    }

    private func owners(_ options: [String], _ change: (inout Document) -> Void) throws -> Outcome {
        let source = try source()
        return try runtime().inside("stat -c %u:%g /m/file /m/below/file") { config in
            var mount: Document = ["destination": "/m", "type": "bind", "source": Document(source)]
            mount.options = Document(options)
            change(&mount)
            config.mounts.append(mount)
        }
    }

    @Test(arguments: [(["rbind"], "3:4"), (["rbind", "idmap"], "3:4"), (["rbind", "ridmap"], "3003:3004")])
    func theyAreTheMountsOwn(_ options: [String], _ below: String) throws {
        let ended = try owners(options) {
            $0.uidMappings = Self.map
            $0.gidMappings = Self.map
        }
        #expect(ended.lines == ["3001:3002", below], "\(ended)")
    }

    @Test func usersAndGroupsHaveAMapEach() throws {
        let ended = try owners(["rbind", "ridmap"]) {
            $0.uidMappings = Self.map
            $0.gidMappings = [
                ["containerID": 2, "hostID": 7000, "size": 1], ["containerID": 4, "hostID": 8000, "size": 1],
            ]
        }
        #expect(ended.lines == ["3001:7000", "3003:8000"], "\(ended)")
    }

    @Test func theyAreTheContainersWhereNoneAreGiven() throws {
        let (runtime, source) = (try runtime(), try source())
        let bundle = try runtime.bundle(script: "stat -c %u:%g /m/file; touch /m/new") { config in
            config.ownUsers()
            config.mounts.append([
                "destination": "/m", "type": "bind", "source": Document(source), "options": ["bind", "idmap"],
            ])
        }
        // A place for the mount is made in it by the container's root.
        try runtime.shell("chown 100000:100000 \(bundle.rootfs)")
        let ended = try runtime.runs(bundle)
        #expect(ended.lines == ["1:2"], "\(ended)")
        #expect(try runtime.shell("stat -c %u:%g \(source)/new").text == "0:0")
    }

    @Test func aMapIsNeeded() throws {
        let refused = try owners(["bind", "idmap"]) { _ in }
        #expect(refused.status == 1 && refused.errors.contains("uidMappings"), "\(refused)")
    }

    /// With the host's network a container that has users of its own sees the host's /sys, and cannot write it.
    @Test func sysIsTheHostsWhereTheNetworkIs() throws {
        let ended = try runtime().inside("cat /proc/self/mountinfo; ls /sys/class/net; mkdir /sys/fs/cgroup/x") {
            $0.ownUsers()
            $0.linux.namespaces.removeAll { $0.type == "network" }
        }
        let mount = try #require(ended.mount("/sys"))
        #expect(mount.type == "sysfs" && mount.options.contains("ro"), "\(ended)")
        #expect(ended.lines.contains("lo"), "\(ended)")
    }

    @Test func procIsTheHostsWhereTheProcessesAre() throws {
        let ended = try runtime().inside("cat /proc/self/mountinfo; readlink /proc/self/ns/pid") {
            $0.ownUsers()
            $0.linux.namespaces.removeAll { $0.type == "pid" }
        }
        #expect(ended.mount("/proc")?.type == "proc", "\(ended)")
        #expect(try ended.lines.last == runtime().shell("readlink /proc/self/ns/pid").text, "\(ended)")
    }
}
