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
        public var driver = NetworkDriver.bridge
        public init(_ name: NetworkName) { self.name = name }
    }

    /// Every network, by name; the built-in one is among them from its first use on.
    public func all() throws(NetworkError) -> [Network] {
        var result: [Network] = []
        var damaged: String?
        do throws(SystemError) {
            let place = try Descriptor.open(directory, [.directory])
            for name in try place.entries() where name.hasSuffix(".json") {
                let bytes: [UInt8]
                do throws(SystemError) { bytes = try place.contents(of: name) } catch {
                    // One that is gone by now was removed.
                    if error.errno == .noEntry { continue }
                    throw error
                }
                if let json = try? JSON(parsing: bytes), let network = Network(json) {
                    result.append(network)
                } else {
                    damaged = name
                }
            }
        } catch {
            if error.errno == .noEntry { return [] }
            throw NetworkError(.store, directory, "cannot list the networks in \(directory)", cause: error)
        }
        // One that is left out would be one without walls.
        if let damaged {
            throw NetworkError(
                .store, damaged,
                "the record \(directory)/\(damaged) is damaged: put it right, or remove it and its bridge")
        }
        return result.sorted { $0.name < $1.name }
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

    func write(_ network: Network) throws(NetworkError) {
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

    func locked<R>(_ body: () throws(NetworkError) -> R) throws(NetworkError) -> R {
        let lock = try opened()
        let result = try body()
        // Closing it is what releases the lock.
        _ = consume lock
        return result
    }
}
