// SPDX-License-Identifier: Apache-2.0
public import Linux
internal import OCI

/// A network: a bridge of the host's, with the addresses that containers on it have.
public struct Network: Hashable, Sendable {
    /// The addresses of one family.
    public struct Subnet: Hashable, Sendable {
        public var prefix: AddressPrefix
        /// The host's own on it, by which packets leave it.
        public var gateway: InternetAddress
        /// Of which containers get addresses that ask for none; nil for all of it.
        public var range: AddressPrefix?
        /// Whether a person chose it, and not the pools: then containers may ask for an address of it.
        public var isChosen: Bool

        public init(prefix: AddressPrefix, gateway: InternetAddress, range: AddressPrefix? = nil, isChosen: Bool) {
            self.prefix = prefix
            self.gateway = gateway
            self.range = range
            self.isChosen = isChosen
        }
    }

    /// 64 hexadecimal digits.
    public var id: String
    public var name: String
    /// RFC 3339.
    public var created: String
    /// One of each family at most, IPv4 first.
    public var subnets: [Subnet]
    /// Whether nothing leads out of it.
    public var isInternal: Bool
    public var labels: [String: String]
    public var options: NetworkOptions

    public init(
        id: String, name: String, created: String, subnets: [Subnet], isInternal: Bool = false,
        labels: [String: String] = [:], options: NetworkOptions = NetworkOptions()
    ) {
        self.id = id
        self.name = name
        self.created = created
        self.subnets = subnets
        self.isInternal = isInternal
        self.labels = labels
        self.options = options
    }

    public var isBuiltIn: Bool { isBuiltInBridge || standsAlone }
    private var isBuiltInBridge: Bool { name == NetworkName.bridge.description }
    public var hasIPv6: Bool { subnets.contains { $0.prefix.address.family == .v6 } }

    /// What its bridge is called on the host.
    public var bridgeName: String {
        options.bridgeName ?? (isBuiltInBridge ? "minibox0" : "mb-" + id.prefix(12))
    }

    /// The bridge as it has to be.
    public var bridge: Bridge {
        let own = subnets[0]
        return Bridge(
            name: bridgeName,
            addresses: subnets.compactMap { AddressPrefix($0.gateway, length: $0.prefix.length) },
            hardwareAddress: HardwareAddress(of: own.gateway), maximumPacket: options.maximumPacket)
    }
}

extension Network.Subnet {
    init?(_ json: JSON) {
        guard let prefix = json["subnet"]?.string.flatMap({ AddressPrefix($0) }),
            let gateway = json["gateway"]?.string.flatMap({ InternetAddress($0) })
        else { return nil }
        self.init(
            prefix: prefix, gateway: gateway, range: json["range"]?.string.flatMap { AddressPrefix($0) },
            isChosen: json["chosen"]?.bool ?? false)
    }

    var json: JSON {
        var json: JSON = ["subnet": JSON("\(prefix)"), "gateway": JSON("\(gateway)"), "chosen": .bool(isChosen)]
        json["range"] = range.map { JSON("\($0)") }
        return json
    }
}

extension Network {
    /// Reads its record; nil where that is damaged.
    init?(_ json: JSON) {
        guard let id = json["id"]?.string, id.utf8.count == 64, let name = json["name"]?.string,
            let created = json["created"]?.string, let subnets = json["subnets"]?.array,
            let options = NetworkOptions(json["options"] ?? .null)
        else { return nil }
        let read = subnets.compactMap(Subnet.init)
        guard read.count == subnets.count, !read.isEmpty else { return nil }
        var labels: [String: String] = [:]
        for key in json["labels"]?.object?.keys ?? [] { labels[key] = json["labels"]?[key]?.string ?? "" }
        self.init(
            id: id, name: name, created: created, subnets: read, isInternal: json["internal"]?.bool ?? false,
            labels: labels, options: options)
    }

    var json: JSON {
        [
            "id": JSON(id), "name": JSON(name), "created": JSON(created), "internal": .bool(isInternal),
            "subnets": .array(subnets.map(\.json)),
            "labels": .object(JSON.Object(labels.sorted { $0.key < $1.key }.map { ($0.key, JSON($0.value)) })),
            "options": options.json,
        ]
    }
}
