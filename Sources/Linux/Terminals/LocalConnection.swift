// SPDX-License-Identifier: Apache-2.0
internal import CLinux

/// A connection to a socket that somebody listens on, over which one message with descriptors is sent: unix(7),
/// SOCK_STREAM and SCM_RIGHTS.
public struct LocalConnection: ~Copyable, Sendable {
    private let socket: Descriptor

    /// Connects to the socket at `path`, which may be longer than the 107 bytes that an address holds: it is then named
    /// by the directory that it is in.
    public init(to path: String) throws(SystemError) {
        if path.utf8.count < 108 {
            socket = try Self.connect(path)
            return
        }
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        let directory = try Descriptor.open(String(path[..<slash]) + "/", [.path, .directory])
        socket = try Self.connect("/proc/self/fd/\(directory.raw)/" + path[slash...].drop { $0 == "/" })
    }

    /// Takes over a connected socket.
    public init(holding socket: consuming Descriptor) { self.socket = socket }

    /// The socket alone, to be kept in a table.
    public consuming func take() -> Descriptor { socket }

    private static func connect(_ path: String) throws(SystemError) -> Descriptor {
        Descriptor(adopting: try check("connect") { unsafe mb_connect_local(path) })
    }

    /// Sends `bytes`, and with the first of them a descriptor.
    public borrowing func send(_ bytes: [UInt8], with descriptor: borrowing Descriptor) throws(SystemError) {
        let (number, channel) = (descriptor.raw, socket.raw)
        let sent = try check("sendmsg") {
            unsafe mb_send_descriptors(channel, bytes, bytes.count, [number], 1)
        }
        if sent < bytes.count { try socket.write(bytes[sent...]) }
    }
}

extension Descriptor {
    /// The descriptor that has this number in another process: pidfd_getfd(2). EBADF where it has none.
    public static func taken(_ number: Int32, from process: borrowing Process) throws(SystemError) -> Descriptor {
        let handle = process.handle.raw
        return Descriptor(adopting: try check("pidfd_getfd") { mb_pidfd_getfd(handle, number) })
    }

    /// Closes a descriptor that the kernel has opened and that nobody owns: the listener of a filter.
    public static func close(number: Int32) { _ = Descriptor(adopting: number) }

    /// The lowest number that is free now, which the next descriptor will get.
    public borrowing func nextNumber() throws(SystemError) -> Int32 {
        try duplicate(atLeast: 0).raw
    }

    private borrowing func duplicate(atLeast lowest: Int) throws(SystemError) -> Descriptor {
        let number = raw
        return Descriptor(adopting: try check("fcntl") { mb_fcntl(number, 1030 /* F_DUPFD_CLOEXEC */, lowest) })
    }
}
