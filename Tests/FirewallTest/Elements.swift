// SPDX-License-Identifier: Apache-2.0
import Linux
import Networks

struct Misunderstood: Error, CustomStringConvertible {
    let description: String
}

/// Reads, with commas between:
///     network,BRIDGE,SUBNET...,[internal|separate|host|metadata|unmasqueraded|host=tcp/PORT]...
///     port,NAME,BRIDGE,MAC,ADDRESS...,[unpinned|separate|metadata|host]...
///     publish,PROTOCOL,[ADDRESS/]PORT,TARGET,PORT
/// and `link` between two words that are ports, with a `+` between.
func elements(_ words: [String]) throws -> [FirewallElement] {
    try words.flatMap { word -> [FirewallElement] in
        let parts = word.split(separator: ",").map(String.init)
        switch parts.first {
        case "network": return try network(parts).elements
        case "port": return try port(parts).elements
        case "publish": return [try publication(parts).element]
        case "link":
            let ends = word.dropFirst("link,".count).split(separator: "+").map(String.init)
            guard ends.count == 2 else { throw Misunderstood(description: word) }
            let ports = try ends.map { try port($0.split(separator: ",").map(String.init)) }
            return FirewalledLink(ports[0], ports[1]).elements
        default: throw Misunderstood(description: word)
        }
    }
}

private func network(_ parts: [String]) throws -> FirewalledNetwork {
    guard parts.count > 1 else { throw Misunderstood(description: "network") }
    var network = FirewalledNetwork(bridge: parts[1], subnets: parts.dropFirst(2).compactMap { AddressPrefix($0) })
    for word in parts.dropFirst(2 + network.subnets.count) {
        switch word {
        case "internal": network.isInternal = true
        case "separate": network.isSeparate = true
        case "host": network.hostAccess = .all
        case "metadata": network.reachesMetadata = true
        case "unmasqueraded": network.isMasqueraded = false
        default:
            let grant = word.split { "=/".contains($0) }.map(String.init)
            guard grant.count == 3, let transport = TransportProtocol(grant[1]), let number = UInt16(grant[2]) else {
                throw Misunderstood(description: word)
            }
            network.hostAccess = .ports([FirewalledNetwork.Port(transport, number)])
        }
    }
    return network
}

private func port(_ parts: [String]) throws -> FirewalledPort {
    guard parts.count > 4, let hardware = HardwareAddress(parts[3]) else { throw Misunderstood(description: "port") }
    var port = FirewalledPort(
        name: parts[1], bridge: parts[2], hardware: hardware,
        addresses: parts.dropFirst(4).compactMap { InternetAddress($0) })
    for word in parts.dropFirst(4 + port.addresses.count) {
        switch word {
        case "unpinned": port.isPinned = false
        case "separate": port.isSeparate = true
        case "metadata": port.reachesMetadata = true
        case "host": port.reachesHost = true
        default: throw Misunderstood(description: word)
        }
    }
    return port
}

private func publication(_ parts: [String]) throws -> FirewalledPublication {
    guard parts.count == 5, let transport = TransportProtocol(parts[1]) else {
        throw Misunderstood(description: "publish")
    }
    let from = parts[2].split(separator: "/").map(String.init)
    guard let port = UInt16(from.last ?? ""), let target = InternetAddress(parts[3]), let targetPort = UInt16(parts[4]),
        let found = FirewalledPublication(
            address: from.count > 1 ? InternetAddress(from[0]) : nil, transport, port: port, target: target,
            targetPort: targetPort)
    else { throw Misunderstood(description: parts.joined(separator: ",")) }
    return found
}
