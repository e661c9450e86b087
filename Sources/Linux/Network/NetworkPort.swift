// SPDX-License-Identifier: Apache-2.0

/// A container's place on a bridge of the host's: a pair of interfaces, one of which is a port of the bridge and the other
/// the container's.
public struct NetworkPort: Hashable, Sendable {
    /// The bridge, by its name.
    public var bridge: String
    /// What the port is called on the host.
    public var hostName: String
    /// What the interface is called in the container: `eth0`.
    public var name: String
    public var hardwareAddress: HardwareAddress
    /// Whether it reaches no other port of that kind: the bridge drops what goes from one to another.
    public var isIsolated: Bool
    /// Whether the bridge sends a frame back by it that came by it.
    public var reflects: Bool
    /// The largest packet in bytes; nil for the bridge's own choice.
    public var maximumPacket: Int32?

    public init(
        bridge: String, hostName: String, name: String, hardwareAddress: HardwareAddress, isIsolated: Bool,
        reflects: Bool = false, maximumPacket: Int32? = nil
    ) {
        self.bridge = bridge
        self.hostName = hostName
        self.name = name
        self.hardwareAddress = hardwareAddress
        self.isIsolated = isIsolated
        self.reflects = reflects
        self.maximumPacket = maximumPacket
    }

    /// Takes a pair away by the name of its end on the host; one that is gone already is no error.
    public static func remove(_ hostName: String) throws(SystemError) {
        let socket = try RouteSocket()
        do throws(SystemError) {
            let index = try NetworkDevice.index(of: hostName, in: socket)
            try socket.change([RouteChange(message: .link(17 /* RTM_DELLINK */, index: index))])
        } catch {
            guard error.errno == .noDevice else { throw error }
        }
    }

    /// Makes it, from this process' network namespace to `namespace`: veth(4). Where that ends, the kernel takes both
    /// interfaces away by itself.
    ///
    /// The container's interface is made where it belongs: moving one there would wait for all processors.
    public func make(to namespace: borrowing Descriptor) throws(SystemError) {
        let socket = try RouteSocket()
        let index = try NetworkDevice.index(of: bridge, in: socket)
        // Up from the start: IFF_UP.
        var pair = RouteMessage.link(16 /* RTM_NEWLINK */, flags: 1, change: 1)
        pair.add(3 /* IFLA_IFNAME */, hostName)
        if let maximumPacket { pair.add(4 /* IFLA_MTU */, maximumPacket) }
        pair.add(10 /* IFLA_MASTER */, index)
        let file = namespace.raw
        pair.add(18 /* IFLA_LINKINFO */) { info in
            info.add(1 /* IFLA_INFO_KIND */, "veth")
            info.add(2 /* IFLA_INFO_DATA */) { data in
                var peer = RouteMessage.link(0)
                peer.add(3, name)
                peer.add(1 /* IFLA_ADDRESS */, hardwareAddress.bytes)
                if let maximumPacket { peer.add(4, maximumPacket) }
                peer.add(28 /* IFLA_NET_NS_FD */, file)
                data.add(1 /* VETH_INFO_PEER */, peer.body)
            }
        }
        try socket.change([RouteChange(message: pair, creates: true)])
        guard isIsolated || reflects else { return }
        try Self.set(hostName, isIsolated: isIsolated, reflects: reflects, in: socket)
    }

    /// Sets what differs where bridges ask the rules of IP of a port that is there already: ``Bridge/askRulesOfIP``.
    public static func set(_ hostName: String, isIsolated: Bool, reflects: Bool) throws(SystemError) {
        try set(hostName, isIsolated: isIsolated, reflects: reflects, in: RouteSocket())
    }

    private static func set(
        _ hostName: String, isIsolated: Bool, reflects: Bool, in socket: borrowing RouteSocket
    ) throws(SystemError) {
        // Of the bridge's own protocol: AF_BRIDGE.
        var port = RouteMessage.link(19 /* RTM_SETLINK */, index: try NetworkDevice.index(of: hostName, in: socket))
        port.body[0] = 7
        port.add(12 /* IFLA_PROTINFO */) { settings in
            settings.add(33 /* IFLA_BRPORT_ISOLATED */, [isIsolated ? 1 : 0])
            settings.add(4 /* IFLA_BRPORT_MODE */, [reflects ? 1 /* BRIDGE_MODE_HAIRPIN */ : 0])
        }
        try socket.change([RouteChange(message: port)])
    }
}
