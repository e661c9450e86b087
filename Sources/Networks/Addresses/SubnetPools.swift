// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Where networks get addresses for which none were asked.
public enum SubnetPools {
    /// As docker has them: 172.17.0.0/16 to 172.31.0.0/16, then 192.168.0.0/16 in networks of 20 bits.
    static var candidates: [AddressPrefix] {
        (17...31).compactMap { AddressPrefix("172.\($0).0.0/16") }
            + (0..<16).compactMap { AddressPrefix("192.168.\($0 * 16).0/20") }
    }

    /// The first that overlaps none of `taken`, which are those of other networks and those that the host has routes to.
    static func free(beside taken: [AddressPrefix]) throws(NetworkError) -> AddressPrefix {
        guard let found = candidates.first(where: { candidate in !taken.contains { $0.overlaps(candidate) } }) else {
            throw NetworkError(
                .noAddress, "pool",
                "no addresses are left for another network: remove one with 'minibox network prune', or choose with --subnet"
            )
        }
        return found
    }

    /// A network of unique local addresses (RFC 4193) that the 64 hexadecimal digits of `id` give.
    static func local(of id: String) -> AddressPrefix? {
        let digits = id.prefix(14).utf8.compactMap { UInt8(String(UnicodeScalar($0)), radix: 16) }
        let number = digits.reduce(UInt128(0)) { $0 << 4 | UInt128($1) }
        return AddressPrefix(InternetAddress(.v6, UInt128(0xfd) << 120 | number << 64), length: 64)
    }
}
