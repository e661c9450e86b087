// SPDX-License-Identifier: Apache-2.0
public import Linux
internal import Networks
internal import OCI

/// What a container that runs has of a network.
public struct NetworkEndpoint: Hashable, Sendable {
    public var network: String
    public var networkID: String
    /// What the interface is called inside.
    public var interface: String
    /// Its other end on the host; empty where it has none.
    public var hostInterface: String
    public var hardwareAddress: HardwareAddress
    /// With the length of the network's prefix, IPv4 first.
    public var addresses: [AddressPrefix]
    public var gateways: [InternetAddress]
    public var aliases: [String]

    /// The address of one family.
    func address(_ family: InternetAddress.Family) -> AddressPrefix? { addresses.first { $0.address.family == family } }
    func gateway(_ family: InternetAddress.Family) -> InternetAddress? { gateways.first { $0.family == family } }

    /// Whether the host leads packets to it: not where it is beside one of the host's interfaces.
    var isBehindHost: Bool { !hostInterface.isEmpty }

    /// Whether containers on it are called by names there: not on the built-in one, as with docker.
    var hasNames: Bool { network != NetworkName.bridge.description }

    /// As a record keeps it.
    var json: JSON {
        [
            "Network": .string(network), "NetworkID": .string(networkID), "Interface": .string(interface),
            "HostInterface": .string(hostInterface), "MacAddress": .string("\(hardwareAddress)"),
            "Addresses": .array(addresses.map { .string("\($0)") }),
            "Gateways": .array(gateways.map { .string("\($0)") }), "Aliases": .array(aliases.map(JSON.string)),
        ]
    }

    init?(_ json: JSON) {
        guard let network = json["Network"]?.string, let networkID = json["NetworkID"]?.string,
            let interface = json["Interface"]?.string, let hostInterface = json["HostInterface"]?.string,
            let hardwareAddress = json["MacAddress"]?.string.flatMap({ HardwareAddress($0) })
        else { return nil }
        self.init(
            network: network, networkID: networkID, interface: interface, hostInterface: hostInterface,
            hardwareAddress: hardwareAddress,
            addresses: json["Addresses"]?.strings?.compactMap { AddressPrefix($0) } ?? [],
            gateways: json["Gateways"]?.strings?.compactMap { InternetAddress($0) } ?? [],
            aliases: json["Aliases"]?.strings ?? [])
    }

    init(
        network: String, networkID: String, interface: String, hostInterface: String, hardwareAddress: HardwareAddress,
        addresses: [AddressPrefix], gateways: [InternetAddress], aliases: [String]
    ) {
        self.network = network
        self.networkID = networkID
        self.interface = interface
        self.hostInterface = hostInterface
        self.hardwareAddress = hardwareAddress
        self.addresses = addresses
        self.gateways = gateways
        self.aliases = aliases
    }
}
