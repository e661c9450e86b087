// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `--metadata`: who reads what clouds tell machines alone, here told by an agent of the machine.
@Suite(.commands, .box) struct MetadataTests {
    private static let probe = TestMachine.top + "/.build/debug/network-probe"
    private static let address = "169.254.170.2"
    private static let port = "47133"

    private func agent() throws -> Box {
        let box = try TestSupport.box()
        box.removeNetworksAtEnd()
        try #require(try box.shell("ip addr add \(Self.address)/32 dev lo").status == 0)
        box.atEnd { _ = try? box.shell("ip addr del \(Self.address)/32 dev lo") }
        let agent = try RunningProgram(
            [Self.probe, "serve", "tcp", Self.address, Self.port, "credential"], environment: box.environment)
        box.atEnd { agent.stop() }
        try #require(agent.waitForOutput("ready"))
        return box
    }

    private func ask(_ box: Box, _ flags: String...) throws -> String {
        try box.run(
            ["run", "--rm"] + flags + ["busybox", "nc", "-w", "5", Self.address, Self.port]
        ).text.split(separator: " ").first.map(String.init) ?? ""
    }

    @Test func isGrantedToOneContainerAndNotToItsNeighbours() throws {
        let box = try agent()
        #expect(try ask(box, "--network", "bridge") == "")
        #expect(try ask(box, "--network", "bridge", "--metadata", "open") == "credential")
        #expect(try ask(box, "--network", "bridge", "--metadata", "closed") == "")
        // While one has it, the next on its network has not; and it has it on networks that it joins later.
        try box("network", "create", "--subnet", "10.95.0.0/24", "later")
        try box(
            "run", "-d", "--name", "granted", "--metadata", "open", "--network", "bridge", "busybox", "sleep", "1000")
        #expect(try ask(box, "--network", "bridge") == "")
        try box("network", "connect", "later", "granted")
        try box("network", "disconnect", "bridge", "granted")
        try box("exec", "granted", "ip", "route", "add", "\(Self.address)/32", "via", "10.95.0.1")
        #expect(try ask(box, "--network", "later") == "")
        try box("rm", "-f", "granted")
    }

    /// Its addresses may be another's at once.
    @Test func goesWithTheContainer() throws {
        let box = try agent()
        try #require(try box("network", "create", "--subnet", "10.95.1.0/24", "given").status == 0)
        let place = "name=given,ip=10.95.1.9"
        #expect(try ask(box, "--network", place, "--metadata", "open") == "credential")
        #expect(try ask(box, "--network", place) == "")
    }

    @Test func saysWhereItCannotBe() throws {
        let box = try TestSupport.box()
        box.removeNetworksAtEnd()
        try box("network", "create", "--subnet", "10.96.0.0/24", "-o", "metadata=on", "telling")
        let closed = try box("run", "--rm", "--network", "telling", "--metadata", "closed", "busybox", "true")
        #expect(closed.status == 125 && closed.errors.contains("choose another network"), "\(closed)")
        let alone = try box("run", "--rm", "--network", "none", "--metadata", "open", "busybox", "true")
        #expect(alone.status == 125 && alone.errors.contains("'--metadata open' belongs to a network"), "\(alone)")
        #expect(try box("run", "--rm", "--metadata", "ajar", "busybox", "true").status == 125)
    }
}
