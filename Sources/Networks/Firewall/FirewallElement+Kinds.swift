// SPDX-License-Identifier: Apache-2.0
public import Linux

/// What the rules know of a network: one bridge, and what its containers may do.
public struct FirewalledNetwork: Hashable, Sendable {
    /// Which services of the machine its containers reach, beside those that are published.
    public enum HostAccess: Hashable, Sendable {
        case none, all
        case ports([Port])
    }

    public struct Port: Hashable, Sendable {
        public var transport: TransportProtocol
        public var number: UInt16

        public init(_ transport: TransportProtocol, _ number: UInt16) {
            self.transport = transport
            self.number = number
        }
    }

    public var bridge: String
    public var subnets: [AddressPrefix]
    /// Nothing is routed to it or from it.
    public var isInternal = false
    /// Its containers are seen outside with the machine's address.
    public var isMasqueraded = true
    /// Its containers do not reach each other.
    public var isSeparate = false
    public var hostAccess = HostAccess.none
    /// All of its containers reach the metadata of the cloud that the machine is in.
    public var reachesMetadata = false

    public init(bridge: String, subnets: [AddressPrefix]) {
        self.bridge = bridge
        self.subnets = subnets
    }

    public var elements: [FirewallElement] {
        var found = [
            FirewallElement(.bridges, .interface(bridge)),
            FirewallElement(.selves, .interface(bridge), .interface(bridge)),
        ]
        found += subnets.map { FirewallElement(bridge: bridge, $0) }
        func add(_ holds: Bool, _ set: FirewallSet) {
            if holds { found.append(FirewallElement(set, .interface(bridge))) }
        }
        add(isSeparate, .separate)
        add(isInternal, .internal)
        add(isMasqueraded, .masqueraded)
        add(reachesMetadata, .metadata)
        switch hostAccess {
        case .none: break
        case .all: add(true, .hostaccess)
        case .ports(let ports):
            found += ports.map {
                FirewallElement(.hostports, .interface(bridge), .transport($0.transport), .port($0.number))
            }
        }
        return found
    }
}

/// What the rules know of a container's end at a network: the port of the bridge that its frames come by, and who is behind it.
public struct FirewalledPort: Hashable, Sendable {
    /// The host's end of its link: `mbv` and 12 digits, which no other container has had or gets.
    public var name: String
    public var bridge: String
    public var hardware: HardwareAddress
    /// The address of fe80::/64 that its hardware address gives belongs to it anyway.
    public var addresses: [InternetAddress]
    /// Whether its frames have to come from these addresses.
    public var isPinned = true
    /// It does not reach other such ports of its bridge, as those of a network whose containers do not reach each other.
    public var isSeparate = false
    /// It reaches the metadata of the cloud that the machine is in.
    public var reachesMetadata = false
    /// It reaches all services of the machine.
    public var reachesHost = false

    public init(name: String, bridge: String, hardware: HardwareAddress, addresses: [InternetAddress]) {
        self.name = name
        self.bridge = bridge
        self.hardware = hardware
        self.addresses = addresses
    }

    public var elements: [FirewallElement] {
        var found: [FirewallElement] = []
        if isPinned {
            found.append(FirewallElement(.macs, .interface(name), .hardware(hardware)))
            for address in addresses + [hardware.linkLocal] {
                found.append(
                    FirewallElement(
                        address.family == .v4 ? .pins4 : .pins6, .interface(name), .hardware(hardware),
                        .address(address)))
            }
        } else {
            found.append(FirewallElement(.unpinned, .interface(name)))
        }
        if isSeparate { found.append(FirewallElement(.apart, .interface(name))) }
        if reachesHost { found.append(FirewallElement(.granted, .interface(name))) }
        if reachesMetadata { found.append(FirewallElement(.metadataPorts, .interface(name))) }
        return found
    }
}

/// Two containers of one network that reach each other, although its containers do not.
public struct FirewalledLink: Hashable, Sendable {
    public var one: FirewalledPort
    public var other: FirewalledPort

    public init(_ one: FirewalledPort, _ other: FirewalledPort) {
        self.one = one
        self.other = other
    }

    public var elements: [FirewallElement] {
        var found = [
            FirewallElement(.links, .interface(one.name), .interface(other.name)),
            FirewallElement(.links, .interface(other.name), .interface(one.name)),
        ]
        var pairs = [(one.hardware.linkLocal, other.hardware.linkLocal)]
        for from in one.addresses { pairs += other.addresses.filter { $0.family == from.family }.map { (from, $0) } }
        for (from, to) in pairs {
            let set = from.family == .v4 ? FirewallSet.links4 : .links6
            found.append(FirewallElement(set, .address(from), .address(to)))
            found.append(FirewallElement(set, .address(to), .address(from)))
        }
        return found
    }
}

/// A port of the machine that leads to one of a container.
public struct FirewalledPublication: Hashable, Sendable {
    /// The machine's address; nil for all of the target's family.
    public var address: InternetAddress?
    public var transport: TransportProtocol
    public var port: UInt16
    public var target: InternetAddress
    public var targetPort: UInt16

    /// Nil where the addresses are of two families.
    public init?(
        address: InternetAddress?, _ transport: TransportProtocol, port: UInt16, target: InternetAddress,
        targetPort: UInt16
    ) {
        guard (address?.family ?? target.family) == target.family else { return nil }
        self.address = address.flatMap { $0.isAny ? nil : $0 }
        self.transport = transport
        self.port = port
        self.target = target
        self.targetPort = targetPort
    }

    public var element: FirewallElement {
        let value: [FirewallElement.Field] = [.address(target), .port(targetPort)]
        let isV4 = target.family == .v4
        guard let address else {
            return FirewallElement(isV4 ? .ports4 : .ports6, .transport(transport), .port(port), value: value)
        }
        return FirewallElement(
            isV4 ? .ports4At : .ports6At, .address(address), .transport(transport), .port(port), value: value)
    }
}
