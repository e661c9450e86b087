// SPDX-License-Identifier: Apache-2.0
internal import CLinux

/// A socket of AF_UNIX that others connect to: unix(7), SOCK_STREAM.
public struct LocalListener: ~Copyable, Sendable {
    private let socket: Descriptor

    /// Makes the socket `name`, which must not be there, in `directory`, and listens on it.
    public init(_ name: FileName, in directory: borrowing Descriptor) throws(SystemError) {
        // An address holds 107 bytes.
        let path = FileName("/proc/self/fd/\(directory.raw)").appending(name)
        socket = Descriptor(
            adopting: try unsafe path.withCString { path throws(SystemError) in
                try check("bind") { unsafe mb_listen_local(path) }
            })
    }

    /// Waits for a connection.
    public borrowing func accept() throws(SystemError) -> Descriptor {
        let number = socket.raw
        return Descriptor(adopting: try check("accept4") { mb_accept(number) })
    }

    /// The socket alone, to be kept in a table.
    public consuming func take() -> Descriptor { socket }
}

extension DescriptorTable {
    /// Takes a connection to the listener in a slot: accept4(2).
    public borrowing func accept(_ slot: Slot) throws(SystemError) -> Descriptor {
        let number = try number(slot)
        return Descriptor(adopting: try check("accept4") { mb_accept(number) })
    }
}
