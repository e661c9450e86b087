// SPDX-License-Identifier: Apache-2.0

/// Servers that somebody who may say so has called insecure: a certificate that cannot be proven is taken of them, and http
/// is spoken. It is said of a registry for itself; where that sends us on, to a token server or to where its blobs are,
/// it counts only what is said of that server.
public struct InsecureServers: Hashable, Sendable {
    /// `HOST`, `HOST:PORT`, or a network in CIDR notation.
    public var listed: [String]

    public init(_ listed: [String] = []) { self.listed = listed }

    /// Whether it is in the list, or this machine by its own name or number, as for docker.
    public func contains(_ address: WebAddress) -> Bool {
        let literal = address.literal
        if address.host == "localhost" || literal?.reach == .loopback { return true }
        let host = literal?.isVersion6 == true ? "[\(address.host)]" : address.host
        return listed.contains { entry in
            let entry = entry.lowercased()
            if entry == address.host || entry == host || entry == "\(host):\(address.port)" { return true }
            guard let literal, let slash = entry.firstIndex(of: "/"), let network = IPAddress(String(entry[..<slash])),
                let length = Int(entry[entry.index(after: slash)...]), 0...128 ~= length
            else { return false }
            return literal.isIn(network, length: length)
        }
    }
}
