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

    private func report(_ firewall: FirewallView?, sharing: Bool = false, bounding: String) -> AuditReport {
        var subject = subject([Self.port])
        let text = "Name:\tx\nCapBnd:\t\(bounding)\nCapPrm:\t0000000000000000\n"
        subject.members[0].status = ProcessStatus(Array(text.utf8))
        if sharing { subject.namespaces["net"] = 2 }
        var expectation = AuditExpectation(
            id: "x", capabilities: [], noNewPrivileges: false, filter: nil, namespaces: [], hasCgroup: false,
            isReadOnly: false, maskedPaths: [], readOnlyPaths: [])
        expectation.firewall = firewall
        return AuditReport(of: subject, named: "x", against: expectation)
    }

    private func verdicts(_ firewall: FirewallView?, sharing: Bool = false) -> [String: AuditCheck.Verdict] {
        let rows = report(firewall, sharing: sharing, bounding: "0000000000000000").rows
        return Dictionary(
            uniqueKeysWithValues: rows.filter { ["A54", "A55", "A58"].contains($0.check.id) }.map {
                ($0.check.id, $0.verdict)
            })
    }

    @Test func whatTheRulesSayOfIt() {
        var port = FirewallView.Port(name: "mbv1", addresses: ["10.0.0.2", "fe80::1"])
        let stands = verdicts(FirewallView(isWhole: true, ports: [port]))
        #expect(stands["A54"] == .stands("mbv1 sends as 10.0.0.2, fe80::1"))
        #expect(stands["A58"] == .stands("the same rules are there for both"))
        port.reachesMetadata = true
        let granted = verdicts(FirewallView(isWhole: true, ports: [port]))
        #expect(granted["A55"] == .open("mbv1 reaches it"))
        #expect(granted["A58"] == stands["A58"])
        port.isUnpinned = true
        port.missing = ["pins6"]
        let anybody = verdicts(FirewallView(isWhole: true, ports: [port]))
        #expect(anybody["A54"] == .open("mbv1 sends as anybody"))
        let gone = verdicts(FirewallView(isWhole: false, ports: []))
        #expect(Set(gone.values) == [.open("the rules of minibox are not there, or are others")])
        let unknown = verdicts(nil)
        #expect(
            Set(unknown.values) == [
                .untold("minibox has no record of it, and does not know which of the host's rules are for it")
            ])
        #expect(Set(verdicts(nil, sharing: true).values) == [.untold("it has the host's network")])
        // At a network without rules, as a macvlan.
        #expect(verdicts(FirewallView(isWhole: true, ports: [])) == unknown)
    }

    @Test func securebitsAreKnownOfWhoCannotChangeThem() {
        func verdict(_ bounding: String) -> AuditCheck.Verdict? {
            report(nil, bounding: bounding).rows.first { $0.check.id == "A16" }?.verdict
        }
        #expect(
            verdict("0000000000000000") == .stands("minibox sets none, and nobody in it has SETPCAP to change them"))
        guard case .untold = verdict("0000000000000100") else { return #expect(Bool(false)) }
    }
}
