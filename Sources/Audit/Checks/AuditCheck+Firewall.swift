// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// What the host's rules say of a container's ends at networks: read back from the kernel by whoever made them.
public struct FirewallView: Hashable, Sendable {
    public struct Port: Hashable, Sendable {
        /// The host's end of its link.
        public var name: String
        /// As whom its frames may come.
        public var addresses: [String]
        /// What lets them come as somebody else, and what was to be there and is not.
        public var more: [String]
        public var missing: [String]
        /// Whether they may come from anybody.
        public var isUnpinned: Bool
        /// Whether it reaches the metadata of a cloud.
        public var reachesMetadata: Bool

        public init(
            name: String, addresses: [String], more: [String] = [], missing: [String] = [], isUnpinned: Bool = false,
            reachesMetadata: Bool = false
        ) {
            self.name = name
            self.addresses = addresses
            self.more = more
            self.missing = missing
            self.isUnpinned = isUnpinned
            self.reachesMetadata = reachesMetadata
        }
    }

    /// Whether all rules are there.
    public var isWhole: Bool
    public var ports: [Port]

    public init(isWhole: Bool, ports: [Port]) {
        self.isWhole = isWhole
        self.ports = ports
    }
}

extension AuditCheck {
    /// A54, A55 and A58: what the host's rules keep of its packets. Whose rules those are, and which belong to it, is known of
    /// minibox's own alone.
    static let firewall: [AuditCheck] = [
        AuditCheck(
            "A54", .network, .medium, "sends as itself alone",
            advice: "'minibox network reload' makes the rules anew; make the network without -o antispoof=off"
        ) { subject in unknown(subject) },
        AuditCheck(
            "A55", .network, .medium, "does not reach the metadata of a cloud",
            advice:
                "leave out --metadata open, and make the network without -o metadata=on: credentials of the machine are there"
        ) { subject in unknown(subject) },
        AuditCheck(
            "A58", .network, .medium, "is held by IPv6 as by IPv4",
            advice: "'minibox network reload' makes the rules anew, which are the same for both"
        ) { subject in unknown(subject) },
    ]

    private static func unknown(_ subject: AuditSubject) -> Verdict {
        if subject.sharesNetwork { return .untold("it has the host's network") }
        guard let network = subject.network else { return .untold("its interfaces could not be read") }
        return network.interfaces.contains { $0.isUp && !$0.isLoopback }
            ? .untold("minibox has no record of it, and does not know which of the host's rules are for it")
            : .stands("it has none but lo")
    }
}

extension FirewallView {
    /// What each of those checks comes to; nil where the container is at no network that has rules.
    func verdict(of id: String) -> AuditCheck.Verdict? {
        guard isWhole else { return .open("the rules of minibox are not there, or are others") }
        guard !ports.isEmpty else { return nil }
        var found: [String] = []
        for port in ports {
            switch id {
            case "A54":
                if port.isUnpinned { found.append("\(port.name) sends as anybody") }
                if !port.more.isEmpty {
                    found.append("\(port.name) sends as others: \(port.more.joined(separator: ", "))")
                }
            case "A55":
                if port.reachesMetadata { found.append("\(port.name) reaches it") }
            case "A58":
                // Without its addresses it sends nothing, and so they are no hole, but no likeness either.
                if !port.missing.isEmpty, !port.isUnpinned {
                    found.append("\(port.name) lacks \(port.missing.joined(separator: ", "))")
                }
            default: return nil
            }
        }
        if !found.isEmpty { return .open(found.joined(separator: "; ")) }
        switch id {
        case "A54":
            return .stands(
                ports.map { "\($0.name) sends as \($0.addresses.joined(separator: ", "))" }.joined(separator: "; "))
        case "A55": return .stands("the rules refuse 169.254.0.0/16 and what stands for it in IPv6")
        default: return .stands("the same rules are there for both")
        }
    }
}
