// SPDX-License-Identifier: Apache-2.0

/// A container's place beside an interface of the host's, on the same link: it has a hardware address of its own there, and
/// no bridge and no rule of the host's stands between it and its neighbours. ip-link(8), "MACVLAN".
public struct MacvlanInterface: Hashable, Sendable {
    /// What the interfaces of one parent may send each other.
    public enum Mode: String, CaseIterable, Sendable {
        /// They reach each other at once.
        case bridge
        /// They do not reach each other.
        case `private`
        /// All goes out, and what is meant for another comes back from the switch.
        case vepa
        /// One has the parent for itself.
        case passthru

        /// `MACVLAN_MODE_*` of linux/if_link.h.
        fileprivate var number: UInt32 {
            switch self {
            case .private: 1
            case .vepa: 2
            case .bridge: 4
            case .passthru: 8
            }
        }
    }

    /// The host's interface, by its name.
    public var parent: String
    /// What it is called in the container: `eth0`.
    public var name: String
    public var hardwareAddress: HardwareAddress
    public var mode: Mode
    /// The largest packet in bytes; nil for the parent's.
    public var maximumPacket: Int32?

    public init(
        parent: String, name: String, hardwareAddress: HardwareAddress, mode: Mode, maximumPacket: Int32? = nil
    ) {
        self.parent = parent
        self.name = name
        self.hardwareAddress = hardwareAddress
        self.mode = mode
        self.maximumPacket = maximumPacket
    }

    /// Makes it in `namespace`, above the parent of this process' network namespace. It ends with the namespace.
    public func make(to namespace: borrowing Descriptor) throws(SystemError) {
        let socket = try RouteSocket()
        let index = try NetworkDevice.index(of: parent, in: socket)
        var link = RouteMessage.link(16 /* RTM_NEWLINK */)
        link.add(3 /* IFLA_IFNAME */, name)
        link.add(5 /* IFLA_LINK */, index)
        // That of a parent which it has for itself is the parent's.
        if mode != .passthru { link.add(1 /* IFLA_ADDRESS */, hardwareAddress.bytes) }
        if let maximumPacket { link.add(4 /* IFLA_MTU */, maximumPacket) }
        link.add(28 /* IFLA_NET_NS_FD */, namespace.raw)
        var choice: [UInt8] = []
        choice.append(littleEndian: mode.number)
        link.add(18 /* IFLA_LINKINFO */) { info in
            info.add(1 /* IFLA_INFO_KIND */, "macvlan")
            info.add(2 /* IFLA_INFO_DATA */) { $0.add(1 /* IFLA_MACVLAN_MODE */, choice) }
        }
        try socket.change([RouteChange(message: link, creates: true)])
    }
}
