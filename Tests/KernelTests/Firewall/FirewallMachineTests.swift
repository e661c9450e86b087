// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

@Suite(
    "What of the machine a container reaches", .serialized,
    .enabled(if: networkObstacle == nil, Comment(rawValue: networkObstacle ?? "")))
struct FirewallMachineTests {
    /// Every address of the machine that a container may try.
    private func answers(_ lab: FirewallLab, _ port: Int) throws -> [String] {
        try ["10.1.0.1", "10.2.0.1", "192.0.2.1", "fd01::1", "2001:db8::1"].map { try lab.ask(lab.a1.place, $0, port) }
    }

    @Test func itsServicesAreThereForWhomTheyAreGranted() throws {
        let lab = try FirewallLab()
        try lab.serve(lab.host, "host", port: "9000")
        #expect(try answers(lab, 9000) == [String](repeating: "refused", count: 5))
        #expect(try lab.ask(lab.out, "192.0.2.1", 9000) == "host 192.0.2.2")

        let open = try FirewallLab(network: "host")
        try open.serve(open.host, "host", port: "9000")
        #expect(try answers(open, 9000).allSatisfy { $0.hasPrefix("host ") })
        #expect(try open.ask(open.b1.place, "10.2.0.1", 9000) == "refused")

        let one = try FirewallLab(network: "host=tcp/9000")
        try one.serve(one.host, "host", port: "9000")
        try one.serve(one.host, "host", port: "9001")
        #expect(try answers(one, 9000).allSatisfy { $0.hasPrefix("host ") })
        #expect(try answers(one, 9001) == [String](repeating: "refused", count: 5))
    }

    @Test(arguments: [false, true]) func itsServicesAreThereForOneContainer(_ bridgesAsk: Bool) throws {
        let lab = try FirewallLab(bridgesAsk: bridgesAsk, container: ["host"])
        try lab.serve(lab.host, "host", port: "9000")
        #expect(try answers(lab, 9000).allSatisfy { $0.hasPrefix("host ") })
        #expect(try lab.ask(lab.a2.place, "10.1.0.1", 9000) == "refused")
        #expect(try lab.ask(lab.a2.place, "fd01::1", 9000) == "refused")
        #expect(try lab.ask(lab.b1.place, "10.2.0.1", 9000) == "refused")
        // It opens nothing else.
        try lab.serve(lab.b1.place, "b1")
        #expect(try lab.ask(lab.a1.place, "10.2.0.2") == "unreachable")
        #expect(try lab.ask(lab.a1.place, "169.254.169.254") == "refused")
    }

    @Test func theGatewayAnswersAPing() throws {
        let lab = try FirewallLab()
        for address in ["10.1.0.1", "fd01::1"] {
            #expect(try lab.network.probe(lab.a1.place, "ping", address, "30000") == "alive")
        }
        for address in ["10.2.0.1", "192.0.2.1", "2001:db8::1"] {
            #expect(try lab.network.probe(lab.a1.place, "ping", address, "300") == "timeout")
        }
    }

    @Test func theMachineReachesItsContainers() throws {
        let lab = try FirewallLab()
        try lab.serve(lab.a1.place, "a1")
        #expect(try lab.ask(lab.host, "10.1.0.2") == "a1 10.1.0.1")
        #expect(try lab.ask(lab.host, "fd01::2") == "a1 fd01::1")
    }

    @Test func metadataIsThereForWhomItIsGranted() throws {
        // One outside, and two of the machine itself: at an address of its own, and by a translation to 127.0.0.1.
        func ask(_ lab: FirewallLab, _ place: TestNetwork.Place) throws -> [String] {
            try ["169.254.169.254", "169.254.170.2", "169.254.170.3", "fd00:ec2::254"].map { try lab.ask(place, $0) }
        }
        func equip(_ lab: FirewallLab) throws {
            try lab.network.shell(
                lab.host,
                "ip addr add 169.254.170.2/32 dev lo; ip addr add fd00:ec2::254/128 dev lo; echo 1 >/proc/sys/net/ipv4/conf/all/route_localnet; nft 'table ip agent { chain p { type nat hook prerouting priority -110; ip daddr 169.254.170.3 tcp dport 80 dnat to 127.0.0.1:51679; }; }'"
            )
            try lab.serve(lab.out, "cloud")
            try lab.serve(lab.host, "agent")
            try lab.serve(lab.host, "agent", port: "51679")
        }
        let refused = [String](repeating: "refused", count: 4)
        let lab = try FirewallLab()
        try equip(lab)
        #expect(try ask(lab, lab.a1.place) == refused)
        #expect(try ask(lab, lab.out).count == 4)

        let open = try FirewallLab(network: "metadata")
        try equip(open)
        let granted = ["cloud 192.0.2.1", "agent 10.1.0.2", "agent 10.1.0.2", "agent fd01::2"]
        #expect(try ask(open, open.a1.place) == granted)
        #expect(try ask(open, open.b1.place) == refused)

        for bridgesAsk in [false, true] {
            let one = try FirewallLab(bridgesAsk: bridgesAsk, container: ["metadata"])
            try equip(one)
            #expect(try ask(one, one.a1.place) == granted)
            #expect(try ask(one, one.a2.place) == refused)
        }
    }
}
