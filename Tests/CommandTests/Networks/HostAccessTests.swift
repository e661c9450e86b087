// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `--network-opt host-access=`: one container reaches services of the machine, and its neighbours do not.
@Suite(.commands, .box) struct HostAccessTests {
    private static let probe = TestMachine.top + "/.build/debug/network-probe"
    private static let port = "47143"

    /// A service of the machine by both versions of IP, and a network whose containers do not reach it.
    private func service() throws -> Box {
        let box = try TestSupport.box()
        box.removeNetworksAtEnd()
        for address in ["0.0.0.0", "::"] {
            let server = try RunningProgram(
                [Self.probe, "serve", "tcp", address, Self.port, "mine"], environment: box.environment)
            box.atEnd { server.stop() }
            try #require(server.waitForOutput("ready"), "\(server.errorsSoFar)")
        }
        try #require(
            try box("network", "create", "--subnet", "10.98.0.0/24", "--subnet", "fd98::/64", "lab").status == 0)
        return box
    }

    private static let question = "nc -w 20 10.98.0.1 \(port); nc -w 20 fd98::1 \(port)"

    /// What both versions answer to a container of its own.
    private func ask(_ box: Box, _ flags: String...) throws -> [String] {
        words(try box.run(["run", "--rm"] + flags + ["busybox", "sh", "-c", Self.question], timeout: 120))
    }

    /// What they answer to one that runs.
    private func ask(_ box: Box, in name: String, _ question: String = question) throws -> [String] {
        words(try box.run(["exec", name, "sh", "-c", question], timeout: 120))
    }

    /// Without the address by which it is seen.
    private func words(_ asked: Outcome) -> [String] {
        asked.lines.compactMap { $0.split(separator: " ").first.map(String.init) }
    }

    @Test func isGrantedToOneContainerAndNotToItsNeighbours() throws {
        let box = try service()
        #expect(try ask(box, "--network", "lab") == [])
        #expect(try ask(box, "--network", "lab", "--network-opt", "host-access=off") == [])
        #expect(try ask(box, "--network", "lab", "--network-opt", "host-access=on") == ["mine", "mine"])
        #expect(try ask(box, "--network", "lab", "--network-opt=host-access=true") == ["mine", "mine"])
        // While one has it, the next on its network has not.
        let place = "name=lab,ip=10.98.0.9,ip6=fd98::9"
        let granted = try box(
            "run", "-d", "--name", "granted", "--network-opt", "host-access=on", "--network", place, "busybox",
            "sleep", "1000")
        try #require(granted.status == 0, "\(granted)")
        #expect(try ask(box, in: "granted") == ["mine", "mine"])
        #expect(try ask(box, "--network", "lab") == [])
        // What is told anew is told it, too.
        try #require(try box("network", "reload").status == 0)
        #expect(try ask(box, in: "granted") == ["mine", "mine"])
        #expect(try ask(box, "--network", "lab") == [])
        // It goes with the container: who has its addresses afterwards does not have it, and nothing is told of it.
        try #require(try box("rm", "-f", "granted").status == 0)
        #expect(try ask(box, "--network", place) == [])
        try #require(try box("network", "reload").status == 0)
        let left = try box.shell("nft list set bridge minibox granted")
        #expect(left.status == 0 && !left.output.contains("elements"), "\(left)")
    }

    @Test func isKeptOverNetworksAndStarts() throws {
        let box = try service()
        try #require(try box("network", "create", "--subnet", "10.98.1.0/24", "later").status == 0)
        let later = "nc -w 20 10.98.1.1 \(Self.port)"
        try #require(
            try box(
                "create", "--name", "granted", "--network-opt", "host-access=on", "--network", "lab", "busybox",
                "sleep", "1000"
            ).status == 0)
        for _ in 0..<2 {
            try #require(try box("start", "granted").status == 0)
            #expect(try ask(box, in: "granted") == ["mine", "mine"])
            #expect(try box("network", "connect", "later", "granted").status == 0)
            #expect(try ask(box, in: "granted", later) == ["mine"])
            let picture = try box("network", "inspect", "--graph", "later").output
            #expect(picture.contains("may use services of this machine"), "\(picture)")
            #expect(try box("network", "disconnect", "later", "granted").status == 0)
            #expect(try ask(box, in: "granted") == ["mine", "mine"])
            try #require(try box("kill", "granted").status == 0)
            try #require(try box("wait", "granted").status == 0)
        }
        try box("rm", "-f", "granted")
    }

    /// Where containers send as anybody: it is the port that counts, and no address.
    @Test func whoTakesTheAddressDoesNotHaveIt() throws {
        let box = try service()
        try #require(
            try box("network", "create", "--subnet", "10.98.2.0/24", "-o", "antispoof=off", "loose").status == 0)
        try #require(
            try box(
                "run", "-d", "--name", "granted", "--network-opt", "host-access=on", "--network",
                "name=loose,ip=10.98.2.9", "busybox", "sleep", "1000"
            ).status == 0)
        let question = "nc -w 20 10.98.2.1 \(Self.port)"
        #expect(try ask(box, in: "granted", question) == ["mine"])
        try #require(try box("pause", "granted").status == 0)
        let thief = try box.run(
            [
                "run", "--rm", "--network", "loose", "--cap-add", "NET_ADMIN", "busybox", "sh", "-c",
                "ip addr flush dev eth0 && ip addr add 10.98.2.9/24 dev eth0 && { nc -w 2 10.98.2.1 \(Self.port); ip addr; }",
            ], timeout: 120)
        #expect(thief.output.contains("10.98.2.9/24") && !thief.output.contains("mine"), "\(thief)")
        try box("rm", "-f", "granted")
    }

    @Test func saysWhereItCannotBe() throws {
        let box = try TestSupport.box()
        box.removeNetworksAtEnd()
        func refused(_ flags: String..., saying words: String) throws {
            let result = try box.run(["run", "--rm"] + flags + ["busybox", "true"])
            #expect(result.status == 125 && result.errors.contains(words), "\(result)")
        }
        try box("network", "create", "--subnet", "10.98.3.0/24", "-o", "host-access=on", "open")
        try refused("--network", "open", "--network-opt", "host-access=off", saying: "choose another network")
        for mode in ["none", "host"] {
            try refused(
                "--network", mode, "--network-opt", "host-access=on",
                saying: "'--network-opt host-access=on' belongs to a network")
        }
        try refused(
            "--network", "bridge", "--network-opt", "host-access=on", "--network-opt", "host-access=off",
            saying: "is said twice")
        try refused("--network-opt", "icc=on", saying: "'minibox network create -o'")
        try refused("--network-opt", "host-acess=on", saying: "did you mean host-access?")
        try refused("--network-opt", "host-access=ajar", saying: "write host-access=on or host-access=off")
        try refused("--network-opt", "host-access", saying: "write host-access=on or host-access=off")
        try #require(
            try box.shell("ip link add mv98 type veth peer name mv99 && ip link set mv99 up && ip link set mv98 up")
                .status == 0)
        box.atEnd { _ = try? box.shell("ip link delete mv98") }
        try #require(
            try box(
                "network", "create", "-d", "macvlan", "-o", "parent=mv98", "--subnet", "10.98.4.0/24", "beside"
            ).status == 0)
        try refused("--network", "beside", "--network-opt", "host-access=on", saying: "opens nothing")
    }
}
