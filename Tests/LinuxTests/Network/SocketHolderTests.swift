// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Linux

@Suite("Who has a port") struct SocketHolderTests {
    /// As the kernel writes `net/tcp6`: one that listens, one that is a connection from the same port, one of another port.
    private static let table = Array(
        """
          sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000000000000000 100 0 0 10 0
           1: 00000000000000000000000001000000:0050 00000000000000000000000001000000:D431 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0000000000000000 20 4 30 10 -1
           2: 00000000000000000000000000000000:0051 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0000000000000000 100 0 0 10 0
           3: short:0050

        """.utf8)

    @Test func whoListensHasIt() {
        #expect(SocketHolder.sockets(in: Self.table, at: 80, listening: true) == ["socket:[4711]"])
        #expect(SocketHolder.sockets(in: Self.table, at: 80, listening: false) == ["socket:[4711]", "socket:[4712]"])
        #expect(SocketHolder.sockets(in: Self.table, at: 8, listening: true).isEmpty)
        #expect(SocketHolder.sockets(in: [], at: 80, listening: true).isEmpty)
    }

    @Test(arguments: [PortSocket.Transport.tcp, .udp]) func ofThisProcessItIsFound(_ kind: PortSocket.Transport) throws
    {
        let socket = try PortSocket(kind, #require(InternetAddress("127.0.0.1")), port: 0)
        let holder = try #require(SocketHolder(of: socket.port, kind))
        #expect(!holder.name.isEmpty && holder.description == "\(holder.name) (process \(holder.process))")
        _ = consume socket
    }
}
