// SPDX-License-Identifier: Apache-2.0

/// An address and a port, as the kernel has them: `struct sockaddr_in` or `struct sockaddr_in6`.
public struct SocketAddress: Hashable, Sendable {
    /// The whole structure.
    let bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    public init(_ address: InternetAddress, port: UInt16) {
        let head = [address.family.rawValue, 0, UInt8(port >> 8), UInt8(truncatingIfNeeded: port)]
        bytes =
            address.family == .v4
            ? head + address.bytes + [UInt8](repeating: 0, count: 8)
            : head + [0, 0, 0, 0] + address.bytes + [0, 0, 0, 0]
    }
}
