// SPDX-License-Identifier: Apache-2.0
public import Linux

/// What one container is told of names: those of the containers on its networks.
public struct NameTable: Sendable {
    /// A network that it is on.
    public struct Network: Sendable {
        public var name: String
        /// Whose addresses are of nobody else.
        public var subnets: [AddressPrefix]
        public var claims: [NameClaim]

        public init(name: String, subnets: [AddressPrefix], claims: [NameClaim]) {
            self.name = name
            self.subnets = subnets
            self.claims = claims
        }
    }

    private var addresses: [DomainName: [InternetAddress]] = [:]
    private var names: [InternetAddress: DomainName] = [:]
    private var subnets: [AddressPrefix] = []

    public init() {}

    /// - Parameter links: further names of containers that this one alone has for them, and the containers' own.
    public init(_ networks: [Network], links: [(alias: String, name: String)] = []) {
        for network in networks {
            subnets += network.subnets
            for claim in network.claims {
                var own: Set<DomainName> = []
                for text in claim.names {
                    // With the network's name too, where it has to be said which.
                    for name in [text, "\(text).\(network.name)"].compactMap({ DomainName($0) })
                    where own.insert(name).inserted {
                        for address in claim.addresses where addresses[name]?.contains(address) != true {
                            addresses[name, default: []].append(address)
                        }
                    }
                }
                guard let first = claim.names.first, let name = DomainName("\(first).\(network.name)") else { continue }
                for address in claim.addresses { names[address] = name }
            }
        }
        for link in links {
            guard let alias = DomainName(link.alias), let name = DomainName(link.name), let known = addresses[name]
            else { continue }
            addresses[alias] = known
        }
    }

    /// Where that name is; nil where it is no container's.
    public func addresses(of name: DomainName) -> [InternetAddress]? { addresses[name] }

    /// Whose address that is.
    public func name(of address: InternetAddress) -> DomainName? { names[address] }

    /// Whether nobody else can know whose address that is.
    public func isOwn(_ address: InternetAddress) -> Bool { subnets.contains { $0.contains(address) } }
}
