// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// Sockets of the network namespace that they are made in, which never block: ip(7), udp(7), tcp(7).
public enum InternetSocket {
    public enum Transport: Hashable, Sendable {
        /// Datagrams: UDP.
        case datagrams
        /// A stream: TCP.
        case stream

        fileprivate var kind: Int32 { Int32((self == .datagrams ? SOCK_DGRAM : SOCK_STREAM).rawValue) }
    }

    /// One that others find at `address`, by the interface of that name alone where one is given. Of a stream it is a listener.
    public static func bound(
        _ transport: Transport, to address: InternetAddress, port: UInt16, by interface: String? = nil
    ) throws(SystemError) -> Descriptor {
        let socket = try make(transport, address.family)
        if let interface {
            let number = socket.raw
            _ = try check("setsockopt") {
                unsafe setsockopt(number, SOL_SOCKET, SO_BINDTODEVICE, interface, socklen_t(interface.utf8.count))
            }
        }
        // Connections that have ended do not keep the next one from it.
        if transport == .stream { try set(socket, SOL_SOCKET, SO_REUSEADDR) }
        try unsafe name(socket, SocketAddress(address, port: port), "bind", bind)
        if transport == .stream {
            let number = socket.raw
            _ = try check("listen") { listen(number, 64) }
        }
        return socket
    }

    /// One that speaks with `address` alone, from a port that the kernel chooses at random. A stream may not be connected yet:
    /// it can be written to when it is.
    public static func connected(
        _ transport: Transport, to address: InternetAddress, port: UInt16
    ) throws(SystemError) -> Descriptor {
        let socket = try make(transport, address.family)
        do throws(SystemError) {
            try unsafe name(socket, SocketAddress(address, port: port), "connect", connect)
        } catch {
            guard error.errno.rawValue == EINPROGRESS else { throw error }
        }
        return socket
    }

    /// Does something in the network namespace of `file`, and comes back.
    public static func within<R: ~Copyable>(
        _ file: borrowing Descriptor, _ body: () throws(SystemError) -> R
    ) throws(SystemError) -> R {
        let own = try NamespaceFile(ofThisProcess: .network)
        try NamespaceFile.join(file, as: .network)
        do throws(SystemError) {
            let result = try body()
            try own.join()
            return result
        } catch {
            try own.join()
            throw error
        }
    }

    private static func make(
        _ transport: Transport, _ family: InternetAddress.Family
    ) throws(SystemError) -> Descriptor {
        let flags = Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        return Descriptor(
            adopting: try check("socket") { socket(Int32(family.rawValue), transport.kind | flags, 0) })
    }

    private static func set(_ socket: borrowing Descriptor, _ level: Int32, _ option: Int32) throws(SystemError) {
        var one: Int32 = 1
        let number = socket.raw
        _ = try check("setsockopt") {
            unsafe setsockopt(number, level, option, &one, socklen_t(MemoryLayout<Int32>.size))
        }
    }

    private static func name(
        _ socket: borrowing Descriptor, _ address: SocketAddress, _ call: StaticString,
        _ perform: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32
    ) throws(SystemError) {
        let number = socket.raw
        _ = try check(call) {
            unsafe address.bytes.withUnsafeBytes { buffer in
                unsafe perform(
                    number, buffer.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(buffer.count))
            }
        }
    }
}

extension Descriptor {
    /// Receives one datagram into `buffer`: recvfrom(2). Nil where none waits.
    public borrowing func receive(
        into buffer: inout [UInt8]
    ) throws(SystemError) -> (count: Int, sender: SocketAddress)? {
        let number = raw
        var name = [UInt8](repeating: 0, count: MemoryLayout<sockaddr_in6>.size)
        var size = socklen_t(name.count)
        do throws(SystemError) {
            let count = try check("recvfrom") {
                unsafe buffer.withUnsafeMutableBytes { target in
                    unsafe name.withUnsafeMutableBytes { sender in
                        unsafe recvfrom(
                            number, target.baseAddress, target.count, 0,
                            sender.baseAddress?.assumingMemoryBound(to: sockaddr.self), &size)
                    }
                }
            }
            name.removeLast(name.count - min(name.count, Int(size)))
            return (count, SocketAddress(bytes: name))
        } catch {
            if error.errno == .again { return nil }
            throw error
        }
    }

    /// Sends one datagram to `receiver`, or where it is connected to whom that is: sendto(2). EAGAIN where there is no room.
    public borrowing func send(_ bytes: [UInt8], to receiver: SocketAddress? = nil) throws(SystemError) {
        let number = raw
        _ = try check("sendto") {
            unsafe (receiver?.bytes ?? []).withUnsafeBytes { name in
                unsafe sendto(
                    number, bytes, bytes.count, Int32(MSG_NOSIGNAL),
                    receiver == nil ? nil : name.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                    receiver == nil ? 0 : socklen_t(name.count))
            }
        }
    }

    /// The next connection of a listener, made not to block: accept4(2). Nil where none waits.
    public borrowing func acceptConnection() throws(SystemError) -> Descriptor? {
        let number = raw
        do throws(SystemError) {
            let connection = Descriptor(adopting: try check("accept4") { mb_accept(number) })
            try connection.setNonBlocking(true)
            return connection
        } catch {
            if error.errno == .again || error.errno == .connectionReset { return nil }
            throw error
        }
    }
}
