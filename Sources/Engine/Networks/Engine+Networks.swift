// SPDX-License-Identifier: Apache-2.0
internal import Linux
public import Networks
public import OCI

extension Engine {
    /// Makes a network; its bridge comes with its first container.
    public func createNetwork(_ wish: NetworkStore.Wish) throws(EngineError) -> Network {
        recover()
        do throws(NetworkError) {
            let network = try networks.create(wish)
            record(event: .network(network, "create"), as: "network create")
            return network
        } catch { throw EngineError(error) }
    }

    /// The networks that pass, by name. The built-in ones are among them whether they were used or not.
    public func networks(_ filters: [NetworkFilter]) throws(EngineError) -> [Network] {
        recover()
        do throws(NetworkError) {
            _ = try networks.find(NetworkName.bridge.description)
            var result: [Network] = []
            for network in try networks.all() {
                let isUsed = try !networks.containers(on: network).isEmpty
                if filters.pass({ $0.holds(of: network, isUsed: isUsed) }) { result.append(network) }
            }
            // They are there for who means them, and cannot be given up.
            result += Network.standingAlone.filter { network in
                filters.pass { $0.holds(of: network, isUsed: true) }
            }
            return result.sorted { $0.name < $1.name }
        } catch { throw EngineError(error) }
    }

    /// The network of that name or id.
    public func network(_ text: String) throws(EngineError) -> Network {
        let alone = Network.standingAlone.first { $0.name == text || text.utf8.count > 11 && $0.id.hasPrefix(text) }
        if let alone { return alone }
        recover()
        do throws(NetworkError) { return try networks.find(text) } catch { throw EngineError(error) }
    }

    /// Removes a network on which no container is.
    public func removeNetwork(_ text: String) throws(EngineError) {
        do throws(NetworkError) { try networks.settle() } catch { throw EngineError(error) }
        let network = try network(text)
        do throws(NetworkError) {
            try networks.remove(network)
            record(event: .network(network, "destroy"), as: "network rm")
        } catch { throw EngineError(error) }
    }

    /// Removes the networks that pass and on which no container is, running or not.
    /// - Returns: their names.
    public func pruneNetworks(_ filters: [NetworkFilter]) throws(EngineError) -> [String] {
        recover()
        do throws(NetworkError) { try networks.settle() } catch { throw EngineError(error) }
        let named = Set(try containers.all().flatMap { $0.networkNames })
        var removed: [String] = []
        do throws(NetworkError) {
            for network in try networks.all() where !network.isBuiltIn && !named.contains(network.name) {
                guard filters.pass({ $0.holds(of: network, isUsed: false) }) else { continue }
                do throws(NetworkError) { try networks.remove(network) } catch {
                    // A container came meanwhile.
                    if error.code == .inUse { continue }
                    throw error
                }
                record(event: .network(network, "destroy"), as: "network rm")
                removed.append(network.name)
            }
        } catch { throw EngineError(error) }
        return removed
    }

    /// Makes the rules that keep containers apart anew, for a machine whose own were loaded over them.
    public func reloadNetworks() throws(EngineError) {
        recover()
        do throws(NetworkError) {
            try networks.settle()
            try networks.reloadWalls()
        } catch { throw EngineError(error) }
        record(Action("network reload", .network))
    }

    /// As docker's `network inspect` shows it.
    public func inspection(of network: Network) throws(EngineError) -> JSON {
        let records = try containers.all()
        let members = records.compactMap { record -> (String, JSON)? in
            let end = record.endpoints.first { $0.networkID == network.id }
            guard record.isLive, end != nil || network.standsAlone && record.networkName == network.name else {
                return nil
            }
            return (
                record.id,
                [
                    "Name": .string(record.name), "EndpointID": .string(end?.hostInterface ?? ""),
                    "MacAddress": .string(end.map { "\($0.hardwareAddress)" } ?? ""),
                    "IPv4Address": .string(end?.address(.v4).map { "\($0)" } ?? ""),
                    "IPv6Address": .string(end?.address(.v6).map { "\($0)" } ?? ""),
                ]
            )
        }
        let subnets = network.subnets.map { subnet -> JSON in
            var json: JSON = ["Subnet": .string("\(subnet.prefix)"), "Gateway": .string("\(subnet.gateway)")]
            if let range = subnet.range { json["IPRange"] = .string("\(range)") }
            return json
        }
        let addresses: JSON = ["Driver": "default", "Options": [:], "Config": .array(subnets)]
        return .object(
            JSON.Object(
                [
                    ("Name", .string(network.name)), ("Id", .string(network.id)), ("Created", .string(network.created)),
                    ("Scope", "local"), ("Driver", .string(network.driver.rawValue)), ("EnableIPv4", .bool(true)),
                    ("EnableIPv6", .bool(network.hasIPv6)),
                    ("IPAM", addresses),
                    ("Internal", .bool(network.isInternal)), ("Attachable", .bool(false)), ("Ingress", .bool(false)),
                    ("Containers", .object(JSON.Object(members))),
                    ("Options", .object(JSON.Object(network.options.all.map { ($0.key, JSON.string($0.value)) }))),
                    ("Labels", JSON(network.labels)),
                ]
                    + (network.standsAlone
                        ? []
                        : [
                            network.options.parent.map { ("Parent", .string($0)) } ?? (
                                "Bridge", .string(network.bridgeName)
                            )
                        ])))
    }
}

extension ContainerRecord {
    /// The networks that it is on, or is to be on once it runs.
    var networkNames: [String] {
        (request["Networks"]?.strings ?? []).compactMap { try? NetworkArgument(parsing: $0).name } + [networkName]
            + endpoints.map(\.network)
    }
}
