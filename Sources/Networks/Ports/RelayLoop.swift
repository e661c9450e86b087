// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Carries bytes between who connects or sends to a port and a container: one thread, one wait for all, for each direction of
/// each connection at most one buffer that the other side has not taken.
struct RelayLoop: ~Copyable {
    private let ports: [HeldPort]
    private let target: InternetAddress
    private var queue: EventQueue
    private var datagrams = RelayedDatagrams()
    private var connections: [RelayedConnection?] = []
    /// Places in ``connections`` that are free, and those that will be once all events of a wait are handled.
    private var free: [Int] = []
    private var ended: [Int] = []
    private var isFull = false
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)
    /// More wait for one of them to end.
    private static let most = 400

    init(_ ports: [HeldPort], to target: InternetAddress) throws(SystemError) {
        let queue = try EventQueue()
        try Self.listen(to: ports, in: queue)
        self.ports = ports
        self.target = target
        self.queue = queue
    }

    private static func listen(to ports: [HeldPort], in queue: borrowing EventQueue) throws(SystemError) {
        for (place, port) in ports.enumerated() {
            try port.socket.socket.setNonBlocking(true)
            try queue.add(port.socket.socket, as: place, .reading)
        }
    }

    /// Until it is killed.
    mutating func run() throws(SystemError) {
        while true {
            let count = try queue.wait(milliseconds: -1)
            for place in 0..<count {
                let event = queue.event(at: place)
                try handle(event)
            }
            free += ended
            ended = []
            try setFull(connections.count - free.count >= Self.most)
        }
    }

    private mutating func handle(_ event: EventQueue.Event) throws(SystemError) {
        if event.token >= RelayedDatagrams.firstToken {
            datagrams.answer(event.token, of: ports, by: &buffer)
        } else if event.token >= ports.count {
            try carry(event)
        } else if ports[event.token].mapping.transport == .udp {
            datagrams.take(from: ports[event.token], at: event.token, to: target, in: queue, by: &buffer)
        } else {
            try accept(ports[event.token])
        }
    }

    /// Listens to nobody while there are too many.
    private mutating func setFull(_ full: Bool) throws(SystemError) {
        guard full != isFull else { return }
        isFull = full
        for (place, port) in ports.enumerated() where port.mapping.transport == .tcp {
            try queue.change(port.socket.socket, as: place, full ? [] : .reading)
        }
    }

    private mutating func accept(_ port: HeldPort) throws(SystemError) {
        // One that cannot be answered for want of memory or descriptors is, later or not at all.
        guard let client = try? port.socket.accept(),
            let server = try? PortSocket.connect(to: target, port: port.mapping.containerPort)
        else { return }
        let place: Int
        if let last = free.popLast() {
            place = last
        } else {
            place = connections.count
            connections.append(nil)
        }
        let connection = RelayedConnection(client: client, server: server)
        connections[place] = connection
        do throws(SystemError) {
            try queue.add(connection.client, as: token(place, .client), [])
            try queue.add(connection.server, as: token(place, .server), .writing)
        } catch {
            end(place)
        }
    }

    private borrowing func token(_ place: Int, _ side: RelayedConnection.Side) -> Int {
        ports.count + place * 2 + side.rawValue
    }

    private mutating func carry(_ event: EventQueue.Event) throws(SystemError) {
        let place = (event.token - ports.count) / 2
        // It may have ended by an event of the same wait.
        guard let connection = connections[place],
            let side = RelayedConnection.Side(rawValue: (event.token - ports.count) % 2)
        else { return }
        do throws(SystemError) {
            // Whoever is gone in both directions, and is not waited for, would be told of for ever.
            if event.isClosed, connection.interest(side).isEmpty, side == .client || connection.isConnected {
                return end(place)
            }
            if event.isWritable || event.isClosed { try connection.flush(to: side) }
            if event.isReadable || event.isClosed { try connection.take(from: side, by: &buffer) }
            if connection.isOver { return end(place) }
            for side in [RelayedConnection.Side.client, .server] {
                let interest = connection.interest(side)
                guard connection.asked[side.rawValue] != interest else { continue }
                connection.asked[side.rawValue] = interest
                switch side {
                case .client: try queue.change(connection.client, as: token(place, side), interest)
                case .server: try queue.change(connection.server, as: token(place, side), interest)
                }
            }
        } catch {
            // Broken off on one side, it is on the other.
            end(place)
        }
    }

    /// Closes both sides.
    private mutating func end(_ place: Int) {
        connections[place] = nil
        ended.append(place)
    }
}

/// A connection to a port, and the one to the container that stands for it.
final class RelayedConnection {
    enum Side: Int {
        case client, server
        var other: Side { self == .client ? .server : .client }
    }

    let client: Descriptor
    let server: Descriptor
    private(set) var isConnected = false
    /// By sides: what was read there and the other has not taken; whether there is no more, and whether the other was told.
    private var pending: [ArraySlice<UInt8>] = [[], []]
    private var hasEnded = [false, false]
    private var isToldSo = [false, false]
    /// What the queue waits for.
    var asked: [EventQueue.Interest] = [[], .writing]

    init(client: consuming Descriptor, server: consuming Descriptor) {
        self.client = client
        self.server = server
    }

    var isOver: Bool { isToldSo == [true, true] }

    /// What is to be waited for on a side.
    func interest(_ side: Side) -> EventQueue.Interest {
        guard isConnected else { return side == .server ? .writing : [] }
        var interest: EventQueue.Interest = []
        if pending[side.rawValue].isEmpty, !hasEnded[side.rawValue] { interest.insert(.reading) }
        if !pending[side.other.rawValue].isEmpty { interest.insert(.writing) }
        return interest
    }

    /// Reads what there is, and passes on what the other side takes.
    func take(from side: Side, by buffer: inout [UInt8]) throws(SystemError) {
        guard isConnected, pending[side.rawValue].isEmpty, !hasEnded[side.rawValue] else { return }
        let count: Int
        do throws(SystemError) {
            switch side {
            case .client: count = try client.read(into: &buffer)
            case .server: count = try server.read(into: &buffer)
            }
        } catch {
            if error.errno == .again { return }
            throw error
        }
        if count == 0 {
            hasEnded[side.rawValue] = true
        } else {
            pending[side.rawValue] = buffer[..<count]
        }
        try flush(to: side.other)
        // What is kept is a copy: the buffer is the next one's.
        if !pending[side.rawValue].isEmpty { pending[side.rawValue] = ArraySlice(Array(pending[side.rawValue])) }
    }

    /// Writes to a side what it has not taken yet, and tells it where there is no more.
    func flush(to side: Side) throws(SystemError) {
        // Of a connection that was not made, the first write says why.
        if side == .server { isConnected = true }
        guard isConnected else { return }
        let source = side.other.rawValue
        while !pending[source].isEmpty {
            let count: Int
            do throws(SystemError) {
                switch side {
                case .client: count = try client.writeSome(pending[source])
                case .server: count = try server.writeSome(pending[source])
                }
            } catch {
                if error.errno == .again { return }
                throw error
            }
            pending[source] = pending[source].dropFirst(count)
        }
        // And of the buffer nothing is held.
        pending[source] = []
        guard hasEnded[source], !isToldSo[source] else { return }
        switch side {
        case .client: try PortSocket.endWriting(on: client)
        case .server: try PortSocket.endWriting(on: server)
        }
        isToldSo[source] = true
    }
}
