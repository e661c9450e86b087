// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Root inside is nobody outside.
@Suite(.commands, .box) struct UserNamespaceTests {
    /// The lines of a `uid_map`, each as its three numbers.
    private func map(_ text: String) -> [[UInt32]] {
        text.split(separator: "\n").map { $0.split(separator: " ").compactMap { UInt32($0) } }
    }

    @Test func has65536IDs() throws {
        let inside = try box()("run", "--rm", "busybox", "cat", "/proc/self/uid_map", "/proc/self/gid_map")
        let lines = map(inside.output)
        #expect(lines.count == 2 && lines[0] == lines[1])
        #expect(lines[0][0] == 0 && lines[0][1] > 65535 && lines[0][2] == 65536)
    }

    @Test func isAnUnusedIDToTheHost() throws {
        let box = try box()
        try box.container("outside")
        let record = try box("inspect", "outside")
        let process = try #require(record.output.firstMatch(of: /"Pid": *([0-9]+)/)?.1)
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let uid = try #require(status.firstMatch(of: /Uid:\t([0-9]+)/)?.1)
        let base = try #require(map(box("exec", "outside", "cat", "/proc/self/uid_map").output).first?[1])
        #expect(UInt32(uid) == base)
    }

    @Test func differsBetweenTwoContainers() throws {
        let box = try box()
        try box.container("one")
        try box.container("two")
        let one = try map(box("exec", "one", "cat", "/proc/self/uid_map").output)[0]
        let two = try map(box("exec", "two", "cat", "/proc/self/uid_map").output)[0]
        #expect(one[1] + 65536 <= two[1] || two[1] + 65536 <= one[1])
    }

    @Test func isTheHostsWhereAsked() throws {
        let inside = try box()("run", "--rm", "--userns", "host", "busybox", "cat", "/proc/self/uid_map")
        #expect(map(inside.output) == [[0, 0, 4_294_967_295]])
    }

    @Test func isItsOwnWhereItMustBe() throws {
        let inside = try box()("run", "--rm", "--userns", "private", "busybox", "cat", "/proc/self/uid_map")
        #expect(map(inside.output).first?[2] == 65536)
    }

    @Test(arguments: [
        ["--privileged"], ["--network", "host"], ["--pid", "host"], ["--ipc", "host"], ["--cgroupns", "host"],
    ])
    func isTheHostsWhereTheKernelWantsIt(_ flags: [String]) throws {
        let box = try box()
        let inside = try box.run(["run", "--rm"] + flags + ["busybox", "cat", "/proc/self/uid_map"])
        #expect(map(inside.output) == [[0, 0, 4_294_967_295]], "\(inside)")
        let refused = try box.run(["run", "--rm", "--userns", "private"] + flags + ["busybox", "true"])
        #expect(refused.status == 125)
        #expect(refused.errors.contains("--userns private") && refused.errors.contains(flags[0]), "\(refused)")
    }

    @Test func hasPlacesForTheHighIDsOfTheImage() throws {
        let inside = try box()("run", "--rm", "high-id", "stat", "-c", "%u:%g", "/high", "/higher", "/bin")
        #expect(inside.lines == ["100000:100001", "2000000000:2000000000", "0:0"])
    }

    @Test func hasAPlaceForAHighUser() throws {
        let inside = try box()("run", "--rm", "-u", "200000:200001", "busybox", "id")
        #expect(inside.text == "uid=200000 gid=200001 groups=200001", "\(inside)")
    }

    @Test func writesFilesOnDiskByTheIDsInside() throws {
        let box = try box()
        try box(
            "run", "--name", "writer", "busybox", "sh", "-c", "touch /root-file; touch /tmp/app; chown 1000:50 /tmp/app"
        )
        let id = try #require(box("inspect", "writer").output.firstMatch(of: /"Id": *"([0-9a-f]+)"/)?.1)
        let upper = "\(box.root)/containers/\(id)/upper"
        let file = try FileManager.default.attributesOfItem(atPath: upper + "/root-file")
        #expect(file[.ownerAccountID] as? Int == 0)
        let other = try FileManager.default.attributesOfItem(atPath: upper + "/tmp/app")
        #expect(other[.ownerAccountID] as? Int == 1000)
        #expect(other[.groupOwnerAccountID] as? Int == 50)
        try box("rm", "writer")
    }
}
