// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// A socket that takes messages one by one, as those of syslog and of the journal do: unix(7), SOCK_DGRAM.
public struct DatagramSocket: ~Copyable, Sendable {
    private let descriptor: Descriptor

    /// Connects to the socket at `path`, of at most 107 bytes.
    public init(to path: String) throws(SystemError) {
        descriptor = Descriptor(adopting: try check("connect") { unsafe mb_connect_datagrams(path) })
    }

    /// Sends one message. Where the other side takes none for the moment it waits, or, unless `waits`, fails with EAGAIN.
    public borrowing func send(_ bytes: [UInt8], waits: Bool = true) throws(SystemError) {
        let number = descriptor.raw
        let flags = Int32(MSG_NOSIGNAL) | (waits ? 0 : Int32(MSG_DONTWAIT))
        try check("send") { unsafe Glibc.send(number, bytes, bytes.count, flags) }
    }
}
