// SPDX-License-Identifier: Apache-2.0
public import Linux
internal import OCI

/// The networks of a machine, on disk: `networks/ID.json` below the root says what they are, and `networks/ID/` below the
/// run root who is on them.
///
/// A record is written under another name and renamed, so that who finds it finds it whole. Whoever makes or removes one
/// has the lock; readers take none.
public struct NetworkStore: Sendable {
    /// `ROOT/networks`.
    let directory: String
    /// `RUN_ROOT/networks`.
    let runDirectory: String

    public init(root: String, runRoot: String) {
        directory = root + "/networks"
        runDirectory = runRoot + "/networks"
    }

    /// What is asked of a network that is made.
    public struct Wish: Sendable {
        public var name: NetworkName
        /// With the gateway and the range, in the order of the command line; those that are missing are chosen.
        public var subnets: [AddressPrefix] = []
        public var gateways: [InternetAddress] = []
        public var ranges: [AddressPrefix] = []
        public var hasIPv6 = false
        public var isInternal = false
        public var labels: [String: String] = [:]
        public var options = NetworkOptions()
        public init(_ name: NetworkName) { self.name = name }
    }

    /// Every network, by name; the built-in one is among them from its first use on.
    public func all() throws(NetworkError) -> [Network] {
        do throws(SystemError) {
            let place = try Descriptor.open(directory, [.directory])
            return try place.entries().filter { $0.hasSuffix(".json") }.compactMap { name in
                // One that is gone by now was removed.
                guard let bytes = try? place.contents(of: name), let json = try? JSON(parsing: bytes) else {
                    return nil
                }
                return Network(json)
            }.sorted { $0.name < $1.name }
        } catch {
            if error.errno == .noEntry { return [] }
            throw NetworkError(.store, directory, "cannot list the networks in \(directory)", cause: error)
        }
    }

    /// The network of that name, or of an id that begins so; the built-in one is made where it is missing.
    public func find(_ text: String) throws(NetworkError) -> Network {
        let known = try all()
        if let network = known.first(where: { $0.name == text }) { return network }
        if text == NetworkName.bridge.description { return try create(Wish(.bridge)) }
        let meant = known.filter { !text.isEmpty && $0.id.hasPrefix(text) }
        guard let network = meant.first else {
            throw NetworkError(
                .unknownNetwork, text, "there is no network \(text): make it with 'minibox network create \(text)'")
        }
        guard meant.count == 1 else {
            throw NetworkError(.unknownNetwork, text, "several networks begin with \(text): write more of the id")
        }
        return network
    }

    /// Makes a network; its bridge comes with its first container.
    public func create(_ wish: Wish) throws(NetworkError) -> Network {
        try locked { () throws(NetworkError) in
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
            if let other = known.first(where: { $0.bridgeName == network.bridgeName }) {
                throw NetworkError(
                    .invalid, network.bridgeName,
                    "the bridge \(network.bridgeName) is that of the network \(other.name): choose another bridge-name")
            }
            try write(network)
            return network
        }
    }

    private func subnets(
        of wish: Wish, id: String, beside known: [Network]
    ) throws(NetworkError) -> [Network.Subnet] {
        var prefixes = wish.subnets.map { (prefix: $0.network, isChosen: true) }
        let used = known.flatMap { $0.subnets.map(\.prefix) }
        for (prefix, _) in prefixes {
            if let other = known.first(where: { $0.subnets.contains { $0.prefix.overlaps(prefix) } }) {
                throw NetworkError(
                    .invalid, "\(prefix)", "the network \(other.name) has addresses of \(prefix) already: choose others"
                )
            }
            guard prefix.length <= prefix.address.family.bits - 2 else {
                throw NetworkError(.invalid, "\(prefix)", "\(prefix) has no place for a gateway and a container")
            }
        }
        if !prefixes.contains(where: { $0.prefix.address.family == .v4 }) {
            let routes: [AddressPrefix]
            do throws(SystemError) { routes = try RouteTable.networks() } catch {
                throw NetworkError(.kernel, "routes", "cannot find out which addresses this machine uses", cause: error)
            }
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
        for gateway in wish.gateways where !result.contains(where: { $0.gateway == gateway }) {
            throw NetworkError(.invalid, "\(gateway)", "--gateway \(gateway) is in no --subnet of the network")
        }
        for range in wish.ranges where !result.contains(where: { $0.range == range.network }) {
            throw NetworkError(.invalid, "\(range)", "--ip-range \(range) is in no --subnet of the network")
        }
        return result
    }

    /// Takes a network away on which nobody is, with its bridge.
    public func remove(_ network: Network) throws(NetworkError) {
        guard !network.isBuiltIn else {
            throw NetworkError(.inUse, network.name, "\(network.name) is built in and cannot be removed")
        }
        try locked { () throws(NetworkError) in
            let owners = try containers(on: network)
            guard owners.isEmpty else {
                let some = owners.prefix(3).map { String($0.prefix(12)) }.joined(separator: ", ")
                throw NetworkError(
                    .inUse, network.name,
                    "containers are on the network \(network.name): \(some): remove them with 'minibox rm -f' first")
            }
            do throws(SystemError) {
                let place = try Descriptor.open(directory, [.directory])
                try place.remove("\(network.id).json")
                try place.synchronize()
                if let run = try? Descriptor.open(runDirectory, [.directory]) {
                    try? run.removeTree(FileName(network.id))
                }
            } catch {
                throw NetworkError(.store, network.name, "cannot remove the network \(network.name)", cause: error)
            }
            do throws(SystemError) { try Bridge.remove(network.bridgeName) } catch {
                // It never had a container.
                guard error.errno != .noDevice else { return }
                throw NetworkError(
                    .kernel, network.name, "cannot remove the bridge \(network.bridgeName) of \(network.name)",
                    cause: error)
            }
        }
    }

    /// The ids of the containers that have an address of the network.
    public func containers(on network: Network) throws(NetworkError) -> [String] {
        Array(Set(try leases(of: network).taken().values)).sorted()
    }

    /// Which container has which address.
    public func addresses(on network: Network) throws(NetworkError) -> [InternetAddress: String] {
        try leases(of: network).taken()
    }

    func leases(of network: Network) -> AddressLeases {
        AddressLeases(directory: "\(runDirectory)/\(network.id)/addresses")
    }

    private func write(_ network: Network) throws(NetworkError) {
        do throws(SystemError) {
            let place = try Descriptor.makeDirectories(directory, mode: 0o700)
            try place.replace("\(network.id).json", with: network.json.bytes(pretty: true), durable: true)
        } catch {
            throw NetworkError(.store, network.name, "cannot write down the network \(network.name)", cause: error)
        }
    }

    private func opened() throws(NetworkError) -> Descriptor {
        do throws(SystemError) {
            let place = try Descriptor.makeDirectories(directory, mode: 0o700)
            let lock = try place.open("lock", [.readWrite, .create, .noFollow], mode: 0o600)
            _ = try lock.lock(.exclusive)
            return lock
        } catch {
            throw NetworkError(.store, directory, "cannot lock \(directory)", cause: error)
        }
    }

    private func locked<R>(_ body: () throws(NetworkError) -> R) throws(NetworkError) -> R {
        let lock = try opened()
        let result = try body()
        // Closing it is what releases the lock.
        _ = consume lock
        return result
    }
}
