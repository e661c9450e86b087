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

    /// Sends one message.
    public borrowing func send(_ bytes: [UInt8]) throws(SystemError) {
        let number = descriptor.raw
        try check("send") { unsafe Glibc.send(number, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }
    }
}
