// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// A port of the host's that is held, so that no other program gets it.
public struct PortSocket: ~Copyable, Sendable {
    public enum Transport: Hashable, Sendable {
        case tcp, udp
        /// Where the kernel has it.
        case sctp
    }

    /// Of TCP, something to read where somebody waits.
    public let socket: Descriptor
    /// Which one it is.
    public let port: UInt16

    /// Takes the port of that address: `addressInUse` where somebody has it. Port 0 stands for any that is free.
    ///
    /// Of TCP it listens, since a port that is only bound could be bound again by a program that asks for it with
    /// SO_REUSEADDR.
    ///
    /// - Parameter waiting: how many may wait for ``accept()``; 0 where what comes is led elsewhere before it gets here.
    public init(
        _ transport: Transport, _ address: InternetAddress, port: UInt16, waiting: Int32 = 0
    ) throws(SystemError) {
        let kind = transport == .udp ? SOCK_DGRAM : SOCK_STREAM
        let network = transport == .sctp ? 132 /* IPPROTO_SCTP */ : 0
        let family = Int32(address.family.rawValue)
        let socket = Descriptor(
            adopting: try check("socket") {
                Glibc.socket(family, Int32(kind.rawValue | SOCK_CLOEXEC.rawValue), Int32(network))
            })
        if address.family == .v6 {
            var one: Int32 = 1
            _ = try check("setsockopt") {
                unsafe setsockopt(
                    socket.raw, Int32(IPPROTO_IPV6), 26 /* IPV6_V6ONLY */, &one, socklen_t(MemoryLayout<Int32>.size))
            }
        }
        if waiting > 0 {
            // Connections that were answered here and have ended keep others from it for a minute. One that listens still does.
            var one: Int32 = 1
            _ = try check("setsockopt") {
                unsafe setsockopt(
                    socket.raw, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
            }
        }
        var bytes = Self.name(address, port)
        _ = try check("bind") {
            unsafe bytes.withUnsafeBytes { buffer in
                unsafe bind(
                    socket.raw, buffer.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(buffer.count))
            }
        }
        if transport == .tcp { _ = try check("listen") { listen(socket.raw, waiting) } }
        var size = socklen_t(bytes.count)
        _ = try check("getsockname") {
            unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe getsockname(socket.raw, buffer.baseAddress?.assumingMemoryBound(to: sockaddr.self), &size)
            }
        }
        self.port = UInt16(bytes[2]) << 8 | UInt16(bytes[3])
        self.socket = socket
    }

    /// The next one who waits, whose reads and writes return at once; nil where nobody does: accept4(2). Somebody may have
    /// gone again before he was answered.
    public borrowing func accept() throws(SystemError) -> Descriptor? {
        let number = socket.raw
        do throws(SystemError) {
            let connection = Descriptor(adopting: try check("accept4") { mb_accept(number) })
            try connection.setNonBlocking(true)
            return connection
        } catch {
            guard error.errno == .again || error.errno.rawValue == ECONNABORTED else { throw error }
            return nil
        }
    }

    /// A connection over TCP that is being made: it can be written once it is there, or has failed.
    public static func connect(to address: InternetAddress, port: UInt16) throws(SystemError) -> Descriptor {
        let socket = Descriptor(
            adopting: try check("socket") {
                Glibc.socket(
                    Int32(address.family.rawValue),
                    Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
            })
        let bytes = name(address, port)
        let number = socket.raw
        do throws(SystemError) {
            _ = try check("connect") {
                unsafe bytes.withUnsafeBytes { buffer in
                    unsafe Glibc.connect(
                        number, buffer.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(buffer.count))
                }
            }
        } catch {
            if error.errno.rawValue != EINPROGRESS { throw error }
        }
        return socket
    }

    /// Tells the other side of a connection that nothing more comes: shutdown(2), SHUT_WR.
    public static func endWriting(on connection: borrowing Descriptor) throws(SystemError) {
        let number = connection.raw
        _ = try check("shutdown") { shutdown(number, Int32(SHUT_WR)) }
    }

    /// `struct sockaddr_in` or `struct sockaddr_in6`.
    private static func name(_ address: InternetAddress, _ port: UInt16) -> [UInt8] {
        let head = [address.family.rawValue, 0, UInt8(port >> 8), UInt8(truncatingIfNeeded: port)]
        return address.family == .v4
            ? head + address.bytes + [UInt8](repeating: 0, count: 8)
            : head + [0, 0, 0, 0] + address.bytes + [0, 0, 0, 0]
    }
}
