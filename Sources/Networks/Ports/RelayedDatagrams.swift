// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// What is carried between who sends datagrams to a port and a container: each sender has a socket of its own to the
/// container, by which what comes back is known to be for it.
struct RelayedDatagrams: ~Copyable {
    /// A sender, and the socket that stands for it.
    private final class Sender {
        let address: SocketAddress
        /// The place of the port that it sends to.
        let port: Int
        let server: Descriptor
        /// When it was heard of last: nanoseconds of the clock that goes on.
        var heard: UInt64

        init(_ address: SocketAddress, port: Int, _ server: consuming Descriptor) {
            self.address = address
            self.port = port
            self.server = server
            heard = Clock.monotonic
        }
    }

    private struct Name: Hashable {
        let address: SocketAddress
        let port: Int
    }

    private var senders: [Sender?] = []
    private var places: [Name: Int] = [:]
    /// Of more the one that was silent longest is forgotten.
    private static let most = 400
    /// The events of senders have tokens from here on.
    static let firstToken = 1 << 32
    /// Then others have their turn.
    private static let atOnce = 64

    /// Passes on what has come to a port.
    mutating func take(
        from port: HeldPort, at place: Int, to target: InternetAddress, in queue: borrowing EventQueue,
        by buffer: inout [UInt8]
    ) {
        for _ in 0..<Self.atOnce {
            // What cannot be passed on is lost, as datagrams are.
            guard let came = try? port.socket.socket.receive(into: &buffer) else { return }
            guard
                let sender = sender(
                    Name(address: came.sender, port: place), to: target, port.mapping.containerPort, in: queue)
            else { continue }
            sender.heard = Clock.monotonic
            try? sender.server.send(Array(buffer[..<came.count]))
        }
    }

    /// Passes back what a container has sent to the sender of that token.
    mutating func answer(_ token: Int, of ports: [HeldPort], by buffer: inout [UInt8]) {
        let place = token - Self.firstToken
        guard senders.indices.contains(place), let sender = senders[place] else { return }
        for _ in 0..<Self.atOnce {
            // That nobody listens there is no word for who asked: a datagram cannot carry it.
            guard let came = try? sender.server.receive(into: &buffer) else { return }
            sender.heard = Clock.monotonic
            try? ports[sender.port].socket.socket.send(Array(buffer[..<came.count]), to: sender.address)
        }
    }

    private mutating func sender(
        _ name: Name, to target: InternetAddress, _ port: UInt16, in queue: borrowing EventQueue
    ) -> Sender? {
        if let place = places[name] { return senders[place] }
        guard let server = try? InternetSocket.connected(.datagrams, to: target, port: port) else { return nil }
        let place = senders.count < Self.most ? senders.count : oldest
        if place == senders.count { senders.append(nil) }
        if let old = senders[place] { places[Name(address: old.address, port: old.port)] = nil }
        let sender = Sender(name.address, port: name.port, server)
        // The socket of who had the place is closed with it.
        senders[place] = nil
        guard (try? queue.add(sender.server, as: Self.firstToken + place, .reading)) != nil else { return nil }
        senders[place] = sender
        places[name] = place
        return sender
    }

    private var oldest: Int {
        var place = 0
        for other in senders.indices where (senders[other]?.heard ?? 0) < (senders[place]?.heard ?? 0) { place = other }
        return place
    }
}
