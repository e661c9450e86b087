// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// A connection of a program in the container: RFC 7766. Each message is behind its length.
struct Client {
    let serial: Int
    var incoming: [UInt8] = []
    var outgoing: [UInt8] = []
    /// When something came last.
    var heard: UInt64

    /// More of what it does not read is not kept for it.
    static let mostOutgoing = 1 << 18
}

extension NameServer {
    mutating func takeClients() throws(SystemError) {
        for _ in 0..<16 {
            let accepted: Descriptor?
            do throws(SystemError) {
                accepted = try given.with(Slot.listener) { listener throws(SystemError) in
                    try listener.acceptConnection()
                }
            } catch { return }
            guard let connection = accepted else { return }
            let place: Int
            if let free = clients.firstIndex(where: { $0 == nil }) {
                place = free
            } else {
                // Who was silent longest makes room.
                place = clients.indices.min { clients[$0]?.heard ?? 0 < clients[$1]?.heard ?? 0 } ?? 0
                dismiss(place)
            }
            serial += 1
            clients[place] = Client(serial: serial, heard: Clock.monotonic)
            try queue.add(connection, as: Token.firstClient + place, .reading)
            connections.put(connection, in: place)
        }
    }

    /// Hears a client, and sends it what it did not take before.
    mutating func serve(_ place: Int) {
        guard clients[place] != nil else { return }
        do throws(SystemError) {
            try flush(place)
            let part = try connections.with(place) { connection throws(SystemError) in
                try connection.read(upTo: 1 << 14)
            }
            if part.isEmpty { return dismiss(place) }
            clients[place]?.incoming += part
            clients[place]?.heard = Clock.monotonic
        } catch {
            if error.errno != .again { dismiss(place) }
            return
        }
        while let client = clients[place], client.incoming.count >= 2 {
            let size = Int(client.incoming[0]) << 8 | Int(client.incoming[1])
            guard client.incoming.count >= 2 + size else { return }
            clients[place]?.incoming.removeFirst(2 + size)
            decide(Array(client.incoming[2..<2 + size]), .client(place, serial: client.serial))
        }
    }

    mutating func send(_ bytes: [UInt8], toClient place: Int, _ serial: Int) {
        guard let client = clients[place], client.serial == serial, bytes.count <= 65535 else { return }
        guard client.outgoing.count < Client.mostOutgoing else { return dismiss(place) }
        clients[place]?.outgoing +=
            [UInt8(truncatingIfNeeded: bytes.count >> 8), UInt8(truncatingIfNeeded: bytes.count)] + bytes
        do throws(SystemError) { try flush(place) } catch {
            if error.errno != .again { dismiss(place) }
        }
    }

    private mutating func flush(_ place: Int) throws(SystemError) {
        guard let client = clients[place], !client.outgoing.isEmpty else { return }
        var sent = 0
        do throws(SystemError) {
            try connections.with(place) { connection throws(SystemError) in
                while sent < client.outgoing.count { sent += try connection.writeSome(client.outgoing[sent...]) }
            }
        } catch {
            guard error.errno == .again else { throw error }
        }
        clients[place]?.outgoing.removeFirst(sent)
        let isDone = sent == client.outgoing.count
        try connections.with(place) { connection throws(SystemError) in
            try queue.change(
                connection, as: Token.firstClient + place, isDone ? .reading : [.reading, .writing])
        }
    }

    mutating func dismiss(_ place: Int) {
        clients[place] = nil
        connections.close([place])
    }

    /// Lets those go that have said nothing for a while.
    mutating func dismissSilent() {
        let now = Clock.monotonic
        for place in clients.indices {
            if let client = clients[place], client.heard + Self.patience / 6 <= now { dismiss(place) }
        }
    }
}
