// SPDX-License-Identifier: Apache-2.0

extension RegistryAccess {
    /// How a registry is reached of which nothing else is known: docker's own defaults. The one of docker.io has another
    /// name, and those of this machine may do without a certificate, and without TLS.
    public init(of registry: String) {
        switch registry {
        case "docker.io", "index.docker.io": self.init(endpoints: [RegistryEndpoint(RegistryEndpoint.dockerImages)])
        default:
            var endpoint = RegistryEndpoint("https://\(registry)")
            if let address = try? WebAddress(endpoint.address) {
                endpoint.isInsecure = address.host == "localhost" || address.literal?.reach == .loopback
            }
            self.init(endpoints: [endpoint])
        }
    }
}

extension FetchSession {
    /// How `registry` is reached.
    public func access(to registry: String) -> RegistryAccess {
        registries[registry] ?? RegistryAccess(of: registry)
    }
}

extension RegistryEndpoint {
    /// Where docker.io's images are, and where they are searched.
    public static let dockerImages = "https://registry-1.docker.io"
    public static let dockerSearch = "https://index.docker.io"

    /// The address of a question of the distribution specification: `v2/` and these parts.
    public func question(_ parts: String...) throws(WebAddressError) -> WebAddress {
        try WebAddress(address + "/v2/" + parts.joined(separator: "/"))
    }
}
