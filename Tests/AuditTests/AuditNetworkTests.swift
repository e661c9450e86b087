// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import Audit

/// The checks of a container's place on networks, each wall opened alone.
@Suite struct AuditNetworkTests {
    private typealias Interface = NetworkView.Interface

    private func subject(_ interfaces: [Interface], _ settings: [String: String] = [:]) -> AuditSubject {
        var subject = AuditSubject(members: [
            AuditSubject.Member(id: 1, name: "x", status: ProcessStatus(Array("Name:\tx\n".utf8)))
        ])
        subject.namespaces["net"] = 1
        subject.ownNamespaces["net"] = 2
        let loopback = Interface(index: 1, name: "lo", isLoopback: true)
        subject.network = NetworkView(
            interfaces: [loopback] + interfaces, settings: ["ipv4/ip_forward": "0"].merging(settings) { $1 })
        subject.ownInterfaces = [
            Interface(index: 7, name: "vx", kind: "veth", link: 2, portKind: "bridge"),
            Interface(index: 8, name: "vy", kind: "veth", link: 3),
        ]
        return subject
    }

    private func verdict(_ id: String, _ subject: AuditSubject) -> AuditCheck.Verdict? {
        AuditCheck.all.first { $0.id == id }?.judge(subject)
    }

    private static let port = Interface(index: 2, name: "eth0", kind: "veth", link: 7)

    @Test func whereItsInterfacesLead() {
        #expect(verdict("A53", subject([])) == .stands("it has none but lo"))
        #expect(verdict("A53", subject([Self.port])) == .stands("eth0 is vx outside"))
        let loose = Interface(index: 3, name: "eth1", kind: "veth", link: 8)
        #expect(verdict("A53", subject([Self.port, loose])) == .open("eth1 is vy outside, no port of a bridge"))
        let device = Interface(index: 4, name: "ens3")
        #expect(verdict("A53", subject([device])) == .open("ens3 is a device of the machine"))
        #expect(verdict("A53", subject([Interface(index: 4, name: "m", kind: "macvlan")])) == .open("m is macvlan"))
        // What is down sends nothing: kernels put tunnels into each namespace.
        #expect(
            verdict("A53", subject([Interface(index: 5, name: "tunl0", kind: "ipip", isUp: false)]))
                == .stands("it has none but lo"))
        // The same number in another namespace is another interface.
        let elsewhere = Interface(index: 9, name: "eth0", kind: "veth", link: 7)
        #expect(verdict("A53", subject([elsewhere])) == .untold("the other end of eth0 is in another namespace"))
    }

    @Test func whatItPassesOn() {
        let forwarding = ["ipv4/ip_forward": "1", "ipv6/conf/all/forwarding": "1"]
        let closed = AuditCheck.Verdict.stands("neither forwarding between networks nor route_localnet")
        #expect(verdict("A59", subject([Self.port])) == closed)
        #expect(verdict("A59", subject([Self.port], forwarding)) == closed)
        let second = Interface(index: 3, name: "eth1", kind: "veth", link: 8)
        #expect(
            verdict("A59", subject([Self.port, second], forwarding))
                == .open("net/ipv4/ip_forward is 1, net/ipv6/conf/all/forwarding is 1"))
        #expect(
            verdict("A59", subject([Self.port], ["ipv4/conf/all/route_localnet": "1"]))
                == .open("net/ipv4/conf/all/route_localnet is 1"))
    }

    @Test func whatIsNotItsOwnIsNotJudged() {
        var subject = subject([Self.port])
        subject.network = nil
        #expect(verdict("A53", subject) == .untold("its interfaces could not be read"))
        #expect(verdict("A59", subject) == .untold("its settings could not be read"))
        subject.namespaces["net"] = 2
        for id in ["A53", "A59"] { #expect(verdict(id, subject) == .untold("it has the host's network")) }
    }
}
