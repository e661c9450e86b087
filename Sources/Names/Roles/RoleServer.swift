// SPDX-License-Identifier: Apache-2.0
public import Linux

/// Tells one container the document of its role, at a path that nobody can guess: one thread, one wait, no right to open
/// anything. For each request it asks whoever started it for the operator's file, as that is now.
public struct RoleServer: ~Copyable {
    /// What is where in the table of descriptors.
    public enum Slot {
        public static let listener = 0
        /// To whoever started it.
        public static let starter = 1
        public static let count = 2
    }

    /// The largest document.
    public static let mostBytes = 1 << 16

    /// What a request is called between the two; it is answered with itself and the file, or without.
    public static let requestSize = 4

    private static let firstClient = 16
    private static let mostClients = 32
    /// After which time without a request it ends; the next one starts another.
    private static let patience: UInt64 = 60_000_000_000
    /// How long a client may take for all.
    private static let clientPatience: UInt64 = 10_000_000_000

    /// A connection of a program in the container, for one request.
    private struct Client {
        var serial: UInt32
        var deadline: UInt64
        var incoming: [UInt8] = []
        /// Whether the file was asked for.
        var waits = false
        var outgoing: ArraySlice<UInt8> = []
    }

    private let given: DescriptorTable
    private let path: [UInt8]
    private var queue: EventQueue
    private var clients = [Client?](repeating: nil, count: mostClients)
    private var connections = DescriptorTable()
    private var serial: UInt32 = 0

    /// - Parameter given: as ``Slot`` says. Sockets do not block.
    public init(_ given: consuming DescriptorTable, path: String) throws(SystemError) {
        let queue = try EventQueue()
        for slot in 0..<Slot.count {
            try given.with(slot) { socket throws(SystemError) in try queue.add(socket, as: slot, .reading) }
        }
        self.queue = queue
        self.given = given
        self.path = Array(path.utf8)
    }

    /// Leaves this process without any right but to answer.
    public static func confine(parent: Int32, given: borrowing DescriptorTable) throws(SystemError) {
        let rules = [
            SeccompRule(["accept4"], .allow, where: [try Confinement.isSlot(Slot.listener, of: given)]),
            SeccompRule(["recvmsg"], .allow, where: [try Confinement.isSlot(Slot.starter, of: given)]),
        ]
        try Confinement.enter(parent: parent, given: given, slots: Slot.count, rules: rules)
    }

    /// Answers until whoever started it is gone, or nobody asks any more.
    public mutating func run() throws(SystemError) {
        var last = Clock.monotonic
        while true {
            let now = Clock.monotonic
            let next = clients.lazy.compactMap { $0?.deadline }.min() ?? last + Self.patience
            let count = try queue.wait(
                milliseconds: next <= now ? 0 : Int32(clamping: (next - now) / 1_000_000 + 1))
            for place in 0..<count {
                let event = queue.event(at: place)
                switch event.token {
                case Slot.listener: try takeClients()
                case Slot.starter: guard try takeFile() else { return }
                default: serve(event.token - Self.firstClient)
                }
            }
            let after = Clock.monotonic
            if count > 0 { last = after }
            for place in clients.indices {
                if let client = clients[place], client.deadline <= after { dismiss(place) }
            }
            if after >= last + Self.patience { return }
        }
    }

    private mutating func takeClients() throws(SystemError) {
        for _ in 0..<16 {
            let accepted: Descriptor?
            do throws(SystemError) {
                accepted = try given.with(Slot.listener) { listener throws(SystemError) in
                    try listener.acceptConnection()
                }
            } catch { return }
            guard let connection = accepted else { return }
            // Who has been there longest makes room.
            let place =
                clients.firstIndex { $0 == nil }
                ?? clients.indices.min { clients[$0]?.deadline ?? 0 < clients[$1]?.deadline ?? 0 } ?? 0
            dismiss(place)
            serial &+= 1
            clients[place] = Client(serial: serial, deadline: Clock.monotonic + Self.clientPatience)
            try queue.add(connection, as: Self.firstClient + place, .reading)
            connections.put(connection, in: place)
        }
    }

    private mutating func serve(_ place: Int) {
        guard let client = clients[place] else { return }
        if !client.outgoing.isEmpty { return flush(place) }
        // It has gone, since what it sends is not waited for any more.
        if client.waits { return dismiss(place) }
        do throws(SystemError) {
            let part = try connections.with(place) { connection throws(SystemError) in
                try connection.read(upTo: 1 << 14)
            }
            if part.isEmpty { return dismiss(place) }
            clients[place]?.incoming += part
        } catch {
            if error.errno != .again { dismiss(place) }
            return
        }
        switch RoleRequest(clients[place]?.incoming ?? []) {
        case .unfinished: return
        case .refused(let answer): reply(answer, to: place)
        case .asks(let asked): isOwn(asked) ? askForFile(for: place) : reply(.unknown, to: place)
        }
    }

    /// Takes as long for each that is of the same length: how far a guess is right is not told.
    private borrowing func isOwn(_ asked: String) -> Bool {
        let asked = Array(asked.utf8)
        return asked.count == path.count && zip(asked, path).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private mutating func askForFile(for place: Int) {
        guard let serial = clients[place]?.serial else { return }
        do throws(SystemError) {
            try given.with(Slot.starter) { starter throws(SystemError) in
                try starter.write((0..<4).map { UInt8(truncatingIfNeeded: serial >> (8 * UInt32($0))) })
            }
            try listen(to: place, [])
            clients[place]?.waits = true
        } catch { reply(.missing, to: place) }
    }

    /// Takes the file that it was given for a request. False where nobody gives any more.
    private mutating func takeFile() throws(SystemError) -> Bool {
        var handed = DescriptorTable()
        let bytes = try given.receive(Slot.starter, upTo: Self.requestSize, into: [0], of: &handed)
        guard !bytes.isEmpty else { return false }
        let serial = bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
        guard let place = clients.firstIndex(where: { $0?.serial == serial }), clients[place]?.waits == true else {
            return true
        }
        let document = try? handed.with(0) { file throws(SystemError) in try file.readAll(limit: Self.mostBytes + 1) }
        if let document, document.count <= Self.mostBytes {
            reply(.document(document), to: place)
        } else {
            reply(.missing, to: place)
        }
        return true
    }

    private mutating func reply(_ answer: RoleAnswer, to place: Int) {
        clients[place]?.incoming = []
        clients[place]?.outgoing = answer.bytes[...]
        flush(place)
    }

    private mutating func flush(_ place: Int) {
        guard let client = clients[place] else { return }
        do throws(SystemError) {
            var rest = client.outgoing
            defer { clients[place]?.outgoing = rest }
            while !rest.isEmpty {
                rest = rest.dropFirst(
                    try connections.with(place) { connection throws(SystemError) in try connection.writeSome(rest) })
            }
            dismiss(place)
        } catch {
            guard error.errno == .again, (try? listen(to: place, .writing)) != nil else { return dismiss(place) }
        }
    }

    private borrowing func listen(to place: Int, _ interest: EventQueue.Interest) throws(SystemError) {
        try connections.with(place) { connection throws(SystemError) in
            try queue.change(connection, as: Self.firstClient + place, interest)
        }
    }

    private mutating func dismiss(_ place: Int) {
        clients[place] = nil
        connections.close([place])
    }
}
