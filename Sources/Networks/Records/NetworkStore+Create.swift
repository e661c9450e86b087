// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension NetworkStore {
    /// Makes a network; its bridge comes with its first container.
    public func create(_ wish: Wish) throws(NetworkError) -> Network {
        try wish.options.require(wish.driver)
        return try locked { () throws(NetworkError) in
            // One of them may have the name of the bridge that is to be made.
            try finishRemovals()
            let known = try all()
            if let other = known.first(where: { $0.name == wish.name.description }) {
                // Two that are first on the built-in one make it once.
                if other.isBuiltIn { return other }
                throw NetworkError(
                    .nameTaken, other.name,
                    "there is a network \(other.name) already: take another name, or remove it with 'minibox network rm'"
                )
            }
            let id = Randomness.bytes(32).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            let network = Network(
                id: id, name: wish.name.description, created: Clock.wall.rfc3339,
                subnets: try subnets(of: wish, id: id, beside: known), isInternal: wish.isInternal, labels: wish.labels,
                options: wish.options)
            if let other = known.first(where: { $0.driver == .bridge && $0.bridgeName == network.bridgeName }),
                network.driver == .bridge
            {
                throw NetworkError(
                    .invalid, network.bridgeName,
                    "the bridge \(network.bridgeName) is that of the network \(other.name): choose another bridge-name")
            }
            try Self.requireFree(network)
            try write(network)
            return network
        }
    }

    /// A macvlan needs the interface that it is beside. One of the machine's that has a bridge's name already is not ours to change, nor to remove.
    private static func requireFree(_ network: Network) throws(NetworkError) {
        let name = network.options.parent ?? network.bridgeName
        let isTaken: Bool
        do throws(SystemError) { isTaken = try NetworkDevice.exists(name) } catch {
            throw NetworkError(.kernel, name, "cannot look for interfaces of this machine", cause: error)
        }
        if network.driver == .macvlan {
            guard isTaken else {
                throw NetworkError(
                    .invalid, name, "this machine has no interface \(name): 'ip link' lists those that it has")
            }
            return
        }
        // That of the built-in one is there where its record was lost.
        guard !isTaken || network.isBuiltIn && network.options.bridgeName == nil else {
            throw NetworkError(
                .invalid, network.bridgeName,
                "this machine has an interface \(network.bridgeName) already: choose another bridge-name")
        }
    }

    private func subnets(
        of wish: Wish, id: String, beside known: [Network]
    ) throws(NetworkError) -> [Network.Subnet] {
        var prefixes = wish.subnets.map { (prefix: $0.network, isChosen: true) }
        let used = known.flatMap { $0.subnets.map(\.prefix) }
        let routes: [AddressPrefix]
        do throws(SystemError) { routes = try RouteTable.networks() } catch {
            throw NetworkError(.kernel, "routes", "cannot find out which addresses this machine uses", cause: error)
        }
        // The machine reaches what it is beside.
        let others = wish.driver == .macvlan ? [] : routes
        for (prefix, _) in prefixes { try Self.require(prefix, beside: known, others) }
        if !prefixes.contains(where: { $0.prefix.address.family == .v4 }) {
            prefixes.insert((try SubnetPools.free(beside: used + routes), false), at: 0)
        }
        if wish.hasIPv6, !prefixes.contains(where: { $0.prefix.address.family == .v6 }),
            let local = SubnetPools.local(of: id)
        {
            prefixes.append((local, false))
        }
        var result: [Network.Subnet] = []
        for family in [InternetAddress.Family.v4, .v6] {
            let ofFamily = prefixes.filter { $0.prefix.address.family == family }
            guard ofFamily.count <= 1 else {
                throw NetworkError(
                    .invalid, "\(ofFamily[1].prefix)", "a network has one --subnet of IPv4 and one of IPv6 at most")
            }
            guard let (prefix, isChosen) = ofFamily.first else { continue }
            let gateway = wish.gateways.first { prefix.contains($0) } ?? prefix.address(at: 1) ?? prefix.first
            let range = wish.ranges.first { prefix.contains($0.first) && prefix.contains($0.last) }
            result.append(Network.Subnet(prefix: prefix, gateway: gateway, range: range?.network, isChosen: isChosen))
        }
        for gateway in wish.gateways {
            guard let subnet = result.first(where: { $0.gateway == gateway }) else {
                throw NetworkError(.invalid, "\(gateway)", "--gateway \(gateway) is in no --subnet of the network")
            }
            guard gateway != subnet.prefix.first, gateway.family == .v6 || gateway != subnet.prefix.last else {
                throw NetworkError(
                    .invalid, "\(gateway)",
                    "--gateway \(gateway) is the network itself, or all of it: choose one between")
            }
        }
        for range in wish.ranges where !result.contains(where: { $0.range == range.network }) {
            throw NetworkError(.invalid, "\(range)", "--ip-range \(range) is in no --subnet of the network")
        }
        return result
    }

    /// Holds a subnet that a person chose against what its addresses mean, to others here and everywhere.
    private static func require(
        _ prefix: AddressPrefix, beside known: [Network], _ routes: [AddressPrefix]
    ) throws(NetworkError) {
        if let other = known.first(where: { $0.subnets.contains { $0.prefix.overlaps(prefix) } }) {
            throw NetworkError(
                .invalid, "\(prefix)", "the network \(other.name) has addresses of \(prefix) already: choose others")
        }
        let (first, last) = (prefix.first, prefix.last)
        guard prefix.length >= (prefix.address.family == .v4 ? 8 : 16), !first.isAny, !first.isLoopback,
            !first.isLinkLocal, !first.isMulticast, !last.isLoopback, !last.isMulticast
        else {
            throw NetworkError(
                .invalid, "\(prefix)", "\(prefix) has addresses that mean something else everywhere: choose others")
        }
        guard prefix.length <= prefix.address.family.bits - 2 else {
            throw NetworkError(.invalid, "\(prefix)", "\(prefix) has no place for a gateway and a container")
        }
        if let route = routes.first(where: { $0.overlaps(prefix) && !$0.first.isLinkLocal && !$0.first.isMulticast }) {
            throw NetworkError(
                .invalid, "\(prefix)", "this machine reaches \(route) already, which overlaps \(prefix): choose others")
        }
    }
}
