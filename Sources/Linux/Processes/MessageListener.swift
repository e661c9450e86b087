// SPDX-License-Identifier: Apache-2.0
internal import CLinux

/// A socket of AF_UNIX that others connect to, to send and receive messages: unix(7), SOCK_SEQPACKET.
public struct MessageListener: ~Copyable, Sendable {
    public let descriptor: Descriptor

    /// Makes the socket `name`, which must not be there, in `directory`, and listens on it. Who may connect is who may
    /// reach it.
    public init(_ name: String, in directory: borrowing Descriptor) throws(SystemError) {
        // An address holds 107 bytes.
        let path = "/proc/self/fd/\(directory.raw)/\(name)"
        descriptor = Descriptor(adopting: try check("bind") { unsafe mb_listen_messages(path) })
    }

    /// The next connection, made not to block; nil where none waits.
    public borrowing func accept() throws(SystemError) -> Descriptor? {
        let number = descriptor.raw
        do throws(SystemError) {
            let connection = Descriptor(adopting: try check("accept4") { mb_accept(number) })
            try connection.setNonBlocking(true)
            return connection
        } catch {
            if error.errno == .again { return nil }
            throw error
        }
    }
}

extension MessageSocket {
    /// Connects to the socket `name` in `directory`: connect(2). ECONNREFUSED where nobody listens any more.
    public init(to name: String, in directory: borrowing Descriptor) throws(SystemError) {
        let path = "/proc/self/fd/\(directory.raw)/\(name)"
        self.init(Descriptor(adopting: try check("connect") { unsafe mb_connect_messages(path) }))
    }
}
