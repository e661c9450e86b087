// SPDX-License-Identifier: Apache-2.0
public import Linux

extension Network {
    /// Whether its containers reach each other: not on the built-in one, where they have nothing to do with each other.
    public var connectsContainers: Bool {
        if driver == .macvlan { return options.macvlanMode != .private }
        return options.connectsContainers ?? !isBuiltIn
    }

    /// The host's addresses on it.
    public var gateways: [InternetAddress] { subnets.map(\.gateway) }
}

extension NetworkStore {
    /// What a port of a bridge is called on the host: never the same twice, so that what was said of one is true of no other.
    public static func newPortName() -> String {
        "mbv" + Randomness.bytes(6).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Makes the network's bridge where it is missing, and lets packets through this machine.
    public func bringUp(_ network: Network) throws(NetworkError) {
        if network.driver == .macvlan { return }
        let mark = "up"
        let place = "\(runDirectory)/\(network.id)"
        // Written last: a bridge alone may be half of one.
        if (try? Descriptor.open("\(place)/\(mark)", .path)) != nil,
            (try? NetworkDevice.exists(network.bridgeName)) == true
        {
            return
        }
        try locked { () throws(NetworkError) in
            do throws(SystemError) {
                try network.bridge.make()
                let own = "/proc/sys/net/ipv4/conf/\(network.bridgeName)/"
                // A packet of this machine to 127.0.0.1 is led to a container by that bridge; what comes from there with such
                // an address is dropped.
                try Descriptor.open(own + "route_localnet", .writeOnly).write("1")
                try Descriptor.open(own + "send_redirects", .writeOnly).write("0")
                if !network.isInternal { try Self.forwardPackets(ofIPv6: network.hasIPv6) }
                let directory = try Descriptor.makeDirectories(place, mode: 0o700)
                _ = try directory.open(mark, [.writeOnly, .create], mode: 0o600)
            } catch {
                throw NetworkError(
                    .kernel, network.name,
                    "cannot make the bridge \(network.bridgeName) of the network \(network.name)",
                    cause: error)
            }
        }
    }

    /// `ip_forward` and its sister: without them nothing leaves a bridge. Where the machine has them already, nothing is
    /// written, since a container that this runs in may not.
    private static func forwardPackets(ofIPv6 hasIPv6: Bool) throws(SystemError) {
        try set("net/ipv4/ip_forward")
        if hasIPv6 { try set("net/ipv6/conf/all/forwarding") }
    }

    private static func set(_ name: String) throws(SystemError) {
        let path = "/proc/sys/\(name)"
        if try Descriptor.contents(of: path).first == UInt8(ascii: "1") { return }
        try Descriptor.open(path, .writeOnly).write("1")
    }

    /// An address of each family of the network for `container`. What marks them as taken is in `files` from then on, also
    /// where this fails.
    public func lease(
        _ network: Network, wanted: [InternetAddress], for container: String, files: inout [String]
    ) throws(NetworkError) -> [AddressPrefix] {
        let leases = leases(of: network)
        var result: [AddressPrefix] = []
        for subnet in network.subnets {
            let asked = wanted.first { $0.family == subnet.prefix.address.family }
            if let asked, !subnet.isChosen {
                throw NetworkError(
                    .invalid, "\(asked)",
                    "the network \(network.name) chose its own addresses, which may change: make one with --subnet to ask "
                        + "for \(asked)")
            }
            let lease = try leases.take(from: subnet, wanted: asked, for: container)
            files.append(lease.file)
            if let prefix = AddressPrefix(lease.address, length: subnet.prefix.length) { result.append(prefix) }
        }
        // Whoever removes a network looks for addresses once its record is gone.
        guard (try? Descriptor.open("\(directory)/\(network.id).json", .path)) != nil else {
            throw NetworkError(
                .unknownNetwork, network.name, "the network \(network.name) was removed: make it again first")
        }
        for asked in wanted where !network.subnets.contains(where: { $0.prefix.contains(asked) }) {
            throw NetworkError(
                .invalid, "\(asked)",
                "\(asked) is no address of the network \(network.name), which has "
                    + network.subnets.map { "\($0.prefix)" }.joined(separator: " and "))
        }
        return result
    }
}
