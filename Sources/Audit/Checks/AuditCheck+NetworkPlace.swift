// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension AuditSubject {
    /// What is asked of its network: all that leads packets on, or lets them reach what listens on 127.0.0.1.
    static let networkSettings = [
        "ipv4/ip_forward", "ipv6/conf/all/forwarding", "ipv4/conf/all/route_localnet",
    ]
}

extension AuditCheck {
    /// A53 and A59: where its network leads, and how it is set.
    static let networkPlace: [AuditCheck] = [
        AuditCheck(
            "A53", .network, .low, "is on networks by ports of bridges alone",
            advice: "take a network of the driver bridge, whose rules its packets pass"
        ) { subject in
            if subject.sharesNetwork { return .untold("it has the host's network") }
            guard let network = subject.network else { return .untold("its interfaces could not be read") }
            var others: [String] = []
            var ports: [String] = []
            for interface in network.interfaces where interface.isUp && !interface.isLoopback {
                guard interface.kind == "veth" else {
                    others.append("\(interface.name) is \(interface.kind ?? "a device of the machine")")
                    continue
                }
                // Numbers are a namespace's own: only what names it in turn is its other end.
                let end = subject.ownInterfaces.first {
                    $0.index == interface.link && $0.kind == "veth" && $0.link == interface.index
                }
                guard let end else { return .untold("the other end of \(interface.name) is in another namespace") }
                if end.portKind == "bridge" {
                    ports.append("\(interface.name) is \(end.name) outside")
                } else {
                    others.append("\(interface.name) is \(end.name) outside, no port of a bridge")
                }
            }
            if !others.isEmpty { return .open(others.joined(separator: ", ")) }
            return .stands(ports.isEmpty ? "it has none but lo" : ports.joined(separator: ", "))
        },
        AuditCheck(
            "A59", .network, .low, "passes on no packets, and keeps 127.0.0.1 to itself",
            advice: "leave out --sysctl of route_localnet and forwarding, or give it one network alone"
        ) { subject in
            if subject.sharesNetwork { return .untold("it has the host's network") }
            guard let network = subject.network, network.settings["ipv4/ip_forward"] != nil else {
                return .untold("its settings could not be read")
            }
            let settings = network.settings
            var found: [String] = []
            if settings["ipv4/conf/all/route_localnet"] == "1" { found.append("ipv4/conf/all/route_localnet") }
            // A new namespace has it as the host has. With one interface there is nowhere to pass anything on to.
            if network.interfaces.count(where: { $0.isUp && !$0.isLoopback }) > 1 {
                found += ["ipv4/ip_forward", "ipv6/conf/all/forwarding"].filter { settings[$0] == "1" }
            }
            return found.isEmpty
                ? .stands("neither forwarding between networks nor route_localnet")
                : .open(found.map { "net/\($0) is 1" }.joined(separator: ", "))
        },
    ]
}
