// SPDX-License-Identifier: Apache-2.0

/// What is believed of a server, and who we are to it in TLS.
public struct Trust: Hashable, Sendable {
    /// Whether a certificate that cannot be proven is taken.
    public var isInsecure = false
    /// In PEM.
    public var authorities: String?
    public var certificate: String?
    public var key: String?

    /// Of a server of which nothing is known.
    public init() {}

    /// Of a registry.
    public init(_ endpoint: RegistryEndpoint) {
        isInsecure = endpoint.isInsecure
        authorities = endpoint.authorities
        certificate = endpoint.certificate
        key = endpoint.key
    }

    /// For a server that `home`, whom this was meant for, has named: it learns nothing of who we are, and has to prove
    /// itself, unless it is the same host or insecure in its own right.
    public func elsewhere(_ address: WebAddress, from home: WebAddress, _ insecure: InsecureServers) -> Trust {
        var result = self
        result.isInsecure = isInsecure && address.host == home.host || insecure.contains(address)
        result.certificate = nil
        result.key = nil
        return result
    }
}
