// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// The nodes and links of a container's /dev, wherever that comes from.
@Suite(.runtimes, .runtime) struct DeviceNodeTests {
    private static let listing =
        "for f in null zero full random urandom tty; do stat -c '%n %F %t:%T %a %u:%g' $f; done"
    private static let expected = [
        "null character special file 1:3 666 0:0", "zero character special file 1:5 666 0:0",
        "full character special file 1:7 666 0:0", "random character special file 1:8 666 0:0",
        "urandom character special file 1:9 666 0:0", "tty character special file 5:0 666 0:0",
    ]
    private static let links = [
        "fd /proc/self/fd", "stdin /proc/self/fd/0", "stdout /proc/self/fd/1", "stderr /proc/self/fd/2",
        "ptmx pts/ptmx",
    ]
    private static let linkListing = "for f in fd stdin stdout stderr ptmx; do echo $f $(readlink $f); done"

    @Test func theUsualOnesAreThere() throws {
        let ended = try runtime().inside(
            "cd /dev; \(Self.listing); \(Self.linkListing); readlink core; echo x > null && head -c 2 zero | wc -c")
        #expect(ended.lines == Self.expected + Self.links + ["/proc/kcore", "2"], "\(ended)")
    }

    @Test(.miniboxOnly) func theyAreThereWithUsersOfItsOwnToo() throws {
        let ended = try runtime().inside(
            "cd /dev; \(Self.listing); \(Self.linkListing); echo x > null && head -c 2 zero | wc -c"
        ) {
            $0.ownUsers()
        }
        #expect(ended.lines == Self.expected + Self.links + ["2"], "\(ended)")
    }

    /// Without any mount at /dev they are nodes of the root file system.
    @Test func theyAreMadeInTheRootWhereNothingIsMounted() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle(script: "cd /dev; \(Self.listing); \(Self.linkListing); echo x > null") {
            $0.mounts.removeAll { $0.destination.string?.hasPrefix("/dev") == true }
            $0.linux.maskedPaths = nil
        }
        try runtime.shell("rm -rf \(bundle.rootfs)/dev; mkdir \(bundle.rootfs)/dev; touch \(bundle.rootfs)/dev/ptmx")
        // Again, with what was made before: the same nodes are as good as new ones.
        for _ in 0..<2 {
            let ended = try runtime.runs(bundle)
            #expect(ended.lines == Self.expected + Self.links, "\(ended)")
        }
    }

    @Test(.miniboxOnly) func theyAreShownInTheRootWithUsersOfItsOwn() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle(script: "cd /dev; \(Self.listing); \(Self.linkListing); echo x > null") {
            $0.mounts.removeAll { $0.destination.string?.hasPrefix("/dev") == true }
            $0.ownUsers()
        }
        try runtime.shell("rm -rf \(bundle.rootfs)/dev; chown -R 100000:100000 \(bundle.rootfs)")
        let ended = try runtime.runs(bundle)
        #expect(ended.lines == Self.expected + Self.links, "\(ended)")
    }

    /// Another node in the place of one that every program trusts is not taken for it.
    @Test("CVE-2025-31133: another device in the root is not taken for null", .miniboxOnly)
    func anotherDeviceInTheRootIsNotTakenForNull() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle {
            $0.mounts.removeAll { $0.destination.string?.hasPrefix("/dev") == true }
            $0.linux.maskedPaths = nil
        }
        try runtime.shell(
            "mkdir -p \(bundle.rootfs)/dev; rm -f \(bundle.rootfs)/dev/null; mknod \(bundle.rootfs)/dev/null c 1 5")
        let refused = try runtime.runs(bundle)
        #expect(refused.status == 1 && refused.errors.contains("/dev/null"), "\(refused)")
    }

    @Test func theHostsAreLeftAsTheyAre() throws {
        let runtime = try runtime()
        let source = try runtime.directory("dev")
        try runtime.shell("cd \(source); mkdir pts shm mqueue; mknod -m 604 null c 1 3; touch own")
        let ended = try runtime.inside("ls /dev; stat -c %a /dev/null") { config in
            let dev = config.mounts.array.firstIndex { $0.destination == "/dev" } ?? 0
            config.mounts[dev] = [
                "destination": "/dev", "type": "bind", "source": Document(source), "options": ["rbind"],
            ]
        }
        #expect(ended.lines == ["mqueue", "null", "own", "pts", "shm", "604"], "\(ended)")
        #expect(try runtime.shell("ls \(source)").lines == ["mqueue", "null", "own", "pts", "shm"])
    }

    @Test func thoseThatAreListedAreMadeAsTheyAreDescribed() throws {
        let runtime = try runtime()
        let ended = try runtime.inside(
            "stat -c '%n %F %t:%T %a %u:%g' /dev/one /dev/a/b/two /dev/pipe /srv/three /dev/zero"
        ) {
            $0.linux.devices = [
                ["path": "/dev/one", "type": "c", "major": 1, "minor": 5, "fileMode": 0o640, "uid": 7, "gid": 8],
                ["path": "/dev/a/b/two", "type": "b", "major": 7, "minor": 99, "fileMode": 0o600],
                ["path": "/dev/pipe", "type": "p", "fileMode": 0o622, "uid": 1],
                ["path": "/srv/three", "type": "u", "major": 1, "minor": 3],
                ["path": "/dev/zero", "type": "c", "major": 1, "minor": 5, "fileMode": 0o444, "uid": 0, "gid": 0],
            ]
        }
        #expect(
            ended.lines == [
                "/dev/one character special file 1:5 640 7:8", "/dev/a/b/two block special file 7:63 600 0:0",
                "/dev/pipe fifo 0:0 622 1:0", "/srv/three character special file 1:3 666 0:0",
                "/dev/zero character special file 1:5 444 0:0",
            ], "\(ended)")
    }
}

extension Document {
    /// Gives the container a user namespace, in which 0 is 100000 of the host.
    mutating func ownUsers() {
        self.linux.namespaces.append(["type": "user"])
        let map: Document = [["containerID": 0, "hostID": 100_000, "size": 65_536]]
        self.linux.uidMappings = map
        self.linux.gidMappings = map
    }
}
