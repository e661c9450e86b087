// SPDX-License-Identifier: Apache-2.0

/// A bridge of this process' network namespace.
public struct Bridge: Hashable, Sendable {
    public var name: String
    /// The host's own on it, with the length of the network's prefix.
    public var addresses: [AddressPrefix]
    public var hardwareAddress: HardwareAddress
    /// The largest packet in bytes; nil for the kernel's choice.
    public var maximumPacket: Int32?

    public init(
        name: String, addresses: [AddressPrefix], hardwareAddress: HardwareAddress, maximumPacket: Int32? = nil
    ) {
        self.name = name
        self.addresses = addresses
        self.hardwareAddress = hardwareAddress
        self.maximumPacket = maximumPacket
    }

    /// Makes it and brings it up; where somebody has made it already, it gets what it lacks.
    ///
    /// It has no spanning tree, and its hardware address is its own and not one of a port's, so that it does not change
    /// with those.
    public func make() throws(SystemError) {
        let socket = try RouteSocket()
        var bridge = RouteMessage.link(16 /* RTM_NEWLINK */, flags: 1, change: 1)
        bridge.add(3 /* IFLA_IFNAME */, name)
        bridge.add(1 /* IFLA_ADDRESS */, hardwareAddress.bytes)
        if let maximumPacket { bridge.add(4 /* IFLA_MTU */, maximumPacket) }
        bridge.add(18 /* IFLA_LINKINFO */) { info in
            info.add(1 /* IFLA_INFO_KIND */, "bridge")
            info.add(2 /* IFLA_INFO_DATA */) { data in
                // BR_BOOLOPT_NO_LL_LEARN: what is sent to a group of the link alone teaches the bridge nothing, for no rule
                // sees it.
                var options: [UInt8] = []
                options.append(littleEndian: UInt32(1))
                options.append(littleEndian: UInt32(1))
                data.add(46 /* IFLA_BR_MULTI_BOOLOPT */, options)
            }
        }
        try socket.change([RouteChange(message: bridge, creates: true, mayExist: true)])
        let index = try NetworkDevice.index(of: name, in: socket)
        var changes = addresses.map { RouteChange(message: $0.request(for: index), creates: true, mayExist: true) }
        changes.append(RouteChange(message: .link(16, index: index, flags: 1, change: 1)))
        try socket.change(changes)
    }

    /// Whether bridges here ask the rules of IP about what they pass on, as they do by themselves once something has loaded
    /// br_netfilter: net.bridge.bridge-nf-call-iptables and its sister.
    public static var askRulesOfIP: Bool {
        ["iptables", "ip6tables"].contains { name in
            (try? Descriptor.contents(of: "/proc/sys/net/bridge/bridge-nf-call-\(name)"))?.first == UInt8(ascii: "1")
        }
    }

    /// Takes it away; its ports stay without one.
    public static func remove(_ name: String) throws(SystemError) {
        let socket = try RouteSocket()
        let index = try NetworkDevice.index(of: name, in: socket)
        try socket.change([RouteChange(message: .link(17 /* RTM_DELLINK */, index: index))])
    }
}
