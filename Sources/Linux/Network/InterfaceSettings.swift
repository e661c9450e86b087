// SPDX-License-Identifier: Apache-2.0

/// What an interface of this process' network namespace is to have.
public struct InterfaceSettings: Hashable, Sendable {
    public var name: String
    /// With the length of its network's prefix.
    public var addresses: [AddressPrefix]
    /// Who takes what goes further, one of each family at most.
    public var gateways: [InternetAddress]
    /// What is answered with "no route to host", whatever the gateways would do with it.
    public var refused: [AddressPrefix] = []

    public init(name: String, addresses: [AddressPrefix], gateways: [InternetAddress]) {
        self.name = name
        self.addresses = addresses
        self.gateways = gateways
    }

    /// Gives it the addresses, brings it up and makes the routes: rtnetlink(7), in one request.
    public func apply() throws(SystemError) {
        let socket = try RouteSocket()
        let index = try NetworkDevice.index(of: name, in: socket)
        if !addresses.contains(where: { $0.address.family == .v6 }) {
            // Or it would have an address of fe80::/64, which nobody gave out: IN6_ADDR_GEN_MODE_NONE.
            var quiet = RouteMessage.link(16 /* RTM_NEWLINK */, index: index)
            quiet.add(26 /* IFLA_AF_SPEC */) { families in
                families.add(10 /* AF_INET6 */) { $0.add(8 /* IFLA_INET6_ADDR_GEN_MODE */, [1]) }
            }
            // A kernel without IPv6 has nothing to be told.
            try? socket.change([RouteChange(message: quiet)])
        }
        var changes = addresses.map { RouteChange(message: $0.request(for: index), creates: true) }
        changes.append(RouteChange(message: .link(16 /* RTM_NEWLINK */, index: index, flags: 1, change: 1)))
        changes += gateways.map { RouteChange(message: $0.defaultRoute(through: index), creates: true) }
        changes += refused.map { RouteChange(message: $0.refusal, creates: true, mayExist: true) }
        try socket.change(changes)
    }
}

extension AddressPrefix {
    /// RTM_NEWADDR for an interface. An address of IPv6 is ready at once: nobody else has it, since it was given out here.
    func request(for index: Int32) -> RouteMessage {
        let isV6 = address.family == .v6
        // Family, length, flags (IFA_F_NODAD), scope (global), interface.
        var body: [UInt8] = [address.family.rawValue, UInt8(length), isV6 ? 2 : 0, 0]
        body.append(littleEndian: index)
        var message = RouteMessage(type: 20 /* RTM_NEWADDR */, body: body)
        message.add(2 /* IFA_LOCAL */, address.bytes)
        message.add(1 /* IFA_ADDRESS */, address.bytes)
        if !isV6, length < 31 { message.add(4 /* IFA_BROADCAST */, last.bytes) }
        return message
    }
}

extension AddressPrefix {
    /// RTM_NEWROUTE that leads nowhere.
    fileprivate var refusal: RouteMessage {
        // Family, lengths of destination and source, service, table (main), protocol (boot), scope (all), kind (unreachable).
        var message = RouteMessage(
            type: 24 /* RTM_NEWROUTE */, body: [address.family.rawValue, UInt8(length), 0, 0, 254, 3, 0, 7, 0, 0, 0, 0])
        message.add(1 /* RTA_DST */, first.bytes)
        return message
    }
}

extension InternetAddress {
    /// RTM_NEWROUTE to everywhere by this address.
    fileprivate func defaultRoute(through index: Int32) -> RouteMessage {
        // Family, lengths of destination and source, service, table (main), protocol (boot), scope (all), kind (unicast).
        var message = RouteMessage(
            type: 24 /* RTM_NEWROUTE */, body: [family.rawValue, 0, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0])
        message.add(5 /* RTA_GATEWAY */, bytes)
        message.add(4 /* RTA_OIF */, index)
        return message
    }
}
