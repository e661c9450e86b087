// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// The loopback interface of a network namespace.
public enum Loopback {
    /// Brings `lo` up: rtnetlink(7), RTM_NEWLINK with IFF_UP. It is interface 1 in every network namespace.
    public static func up() throws(SystemError) {
        try RouteSocket().change(.link(16 /* RTM_NEWLINK */, index: 1, flags: 1, change: 1))
    }

    /// Gives it a further address, where it has not got that yet: RTM_NEWADDR.
    public static func add(_ address: InternetAddress) throws(SystemError) {
        guard let alone = AddressPrefix(address, length: address.family == .v4 ? 32 : 128) else { return }
        try RouteSocket().change([RouteChange(message: alone.request(for: 1), creates: true, mayExist: true)])
    }
}
