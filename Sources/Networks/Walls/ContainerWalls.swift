// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// What the firewall knows of one container: its places on networks, and the ports of the host that lead to it.
public struct ContainerWalls: Hashable, Sendable {
    public var ports: [FirewalledPort] = []
    public var publications: [FirewalledPublication] = []

    public init() {}

    /// Whether it is at no network that has rules.
    public var isEmpty: Bool { ports.isEmpty && publications.isEmpty }

    var elements: [FirewallElement] { ports.flatMap(\.elements) + publications.map(\.element) }

    var json: JSON {
        [
            "Ports": .array(
                ports.map { port in
                    [
                        "Name": JSON(port.name), "Bridge": JSON(port.bridge), "Hardware": JSON("\(port.hardware)"),
                        "Addresses": .array(port.addresses.map { JSON("\($0)") }), "Pinned": .bool(port.isPinned),
                        "Separate": .bool(port.isSeparate), "Metadata": .bool(port.reachesMetadata),
                        "HostAccess": .bool(port.reachesHost),
                    ]
                }),
            "Published": .array(
                publications.map { publication in
                    [
                        "Address": publication.address.map { JSON("\($0)") } ?? .null,
                        "Transport": JSON("\(publication.transport)"), "Port": JSON(publication.port),
                        "Target": JSON("\(publication.target)"), "TargetPort": JSON(publication.targetPort),
                    ]
                }),
        ]
    }

    /// What was written; what cannot be read of it is left out.
    init(_ json: JSON) {
        ports = (json["Ports"]?.array ?? []).compactMap { json in
            guard let name = json["Name"]?.string, let bridge = json["Bridge"]?.string,
                let hardware = json["Hardware"]?.string.flatMap({ HardwareAddress($0) })
            else { return nil }
            var port = FirewalledPort(
                name: name, bridge: bridge, hardware: hardware,
                addresses: json["Addresses"]?.strings?.compactMap { InternetAddress($0) } ?? [])
            port.isPinned = json["Pinned"]?.bool ?? true
            port.isSeparate = json["Separate"]?.bool ?? false
            port.reachesMetadata = json["Metadata"]?.bool ?? false
            port.reachesHost = json["HostAccess"]?.bool ?? false
            return port
        }
        publications = (json["Published"]?.array ?? []).compactMap { json in
            guard let transport = json["Transport"]?.string.flatMap({ TransportProtocol($0) }),
                let port = json["Port"]?.whole(as: UInt16.self),
                let target = json["Target"]?.string.flatMap({ InternetAddress($0) }),
                let targetPort = json["TargetPort"]?.whole(as: UInt16.self)
            else { return nil }
            return FirewalledPublication(
                address: json["Address"]?.string.flatMap { InternetAddress($0) }, transport, port: port, target: target,
                targetPort: targetPort)
        }
    }
}

extension Network {
    /// What the firewall knows of it.
    var firewalled: FirewalledNetwork {
        var result = FirewalledNetwork(bridge: bridgeName, subnets: subnets.map(\.prefix))
        result.isInternal = isInternal
        result.isMasqueraded = options.masquerades
        result.isSeparate = !connectsContainers
        result.hostAccess = options.reachesHost ? .all : .none
        result.reachesMetadata = options.reachesMetadata
        return result
    }
}
