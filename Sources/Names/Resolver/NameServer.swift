// SPDX-License-Identifier: Apache-2.0
public import Linux

/// Answers one container's questions about names: one thread, one wait, no right to open anything. What it has are sockets of
/// the container's network namespace, and directories in which links say who is called what.
///
/// Whom it asks itself it cannot choose: it gets a socket for each question from whoever started it (``NameRequest``).
public struct NameServer: ~Copyable {
    /// A network that the container is on.
    public struct Place: Sendable {
        public var name: String
        public var subnets: [AddressPrefix]

        public init(name: String, subnets: [AddressPrefix]) {
            self.name = name
            self.subnets = subnets
        }
    }

    /// What is where in the table of descriptors.
    public enum Slot {
        public static let datagrams = 0
        public static let listener = 1
        /// To whoever started it.
        public static let starter = 2
        /// And the number of the network: the directory of its names.
        public static let firstPlace = 3
    }

    /// What an event is about.
    enum Token {
        /// And the slot of a question's socket.
        static let firstQuestion = 16
        static let firstClient = firstQuestion + NameServer.mostQuestions
    }

    /// More are refused: none of them makes others wait.
    static let mostQuestions = 256
    static let mostClients = 64
    /// After which time without a question it ends; the next one starts another.
    static let patience: UInt64 = 60_000_000_000

    let given: DescriptorTable
    private let places: [Place]
    private let links: [(alias: String, name: String)]
    private var resolver: NameResolver
    /// What the directories were like when they were read; nil where they have to be read again.
    private var read: [DirectoryMark]?
    var queue: EventQueue
    /// By their numbers, and their sockets.
    var questions = [Question?](repeating: nil, count: mostQuestions)
    var open = 0
    var upstream = DescriptorTable()
    var requests: UInt32 = 0
    var clients = [Client?](repeating: nil, count: mostClients)
    var connections = DescriptorTable()
    var serial = 0
    var buffer = [UInt8](repeating: 0, count: 1 << 16)

    /// - Parameters:
    ///   - given: as ``Slot`` says. Sockets do not block.
    ///   - links: names that this container alone has for others.
    ///   - asksOthers: whether what is no container's is asked of others.
    public init(
        _ given: consuming DescriptorTable, places: [Place], links: [(alias: String, name: String)], asksOthers: Bool
    ) throws(SystemError) {
        let queue = try EventQueue()
        for slot in [Slot.datagrams, Slot.listener, Slot.starter] {
            try given.with(slot) { socket throws(SystemError) in try queue.add(socket, as: slot, .reading) }
        }
        self.queue = queue
        self.given = given
        self.places = places
        self.links = links
        resolver = NameResolver(asksOthers: asksOthers)
    }

    /// Answers until whoever started it is gone, or nobody asks any more.
    public mutating func run() throws(SystemError) {
        var last = Clock.monotonic
        while true {
            let now = Clock.monotonic
            let next = questions.lazy.compactMap { $0?.deadline }.min() ?? .max
            let end = clients.contains { $0 != nil } ? now + Self.patience / 6 : last + Self.patience
            let count = try queue.wait(milliseconds: Self.milliseconds(from: now, to: min(next, end)))
            for place in 0..<count {
                let event = queue.event(at: place)
                switch event.token {
                case Slot.datagrams: try takeDatagrams()
                case Slot.listener: try takeClients()
                case Slot.starter: guard try takeSocket() else { return }
                case Token.firstQuestion..<Token.firstClient: advance(event.token - Token.firstQuestion)
                default: serve(event.token - Token.firstClient)
                }
            }
            if count > 0 { last = Clock.monotonic }
            giveUpWhatIsLate()
            dismissSilent()
            if count == 0, open == 0, Clock.monotonic >= last + Self.patience { return }
        }
    }

    /// Rounded up: a wait that ends too early is another one.
    private static func milliseconds(from now: UInt64, to moment: UInt64) -> Int32 {
        moment <= now ? 0 : Int32(clamping: (moment - now) / 1_000_000 + 1)
    }

    private mutating func takeDatagrams() throws(SystemError) {
        // Others have their turn after some.
        for _ in 0..<64 {
            var buffer: [UInt8] = []
            swap(&buffer, &self.buffer)
            defer { swap(&buffer, &self.buffer) }
            let received = try given.with(Slot.datagrams) { socket throws(SystemError) in
                try socket.receive(into: &buffer)
            }
            guard let (count, sender) = received else { return }
            decide(Array(buffer[..<count]), .datagram(sender))
        }
    }

    /// Does what there is to do about a message.
    mutating func decide(_ bytes: [UInt8], _ asker: Question.Asker) {
        refresh()
        var limit: Int?
        if case .client = asker { limit = 65535 }
        switch resolver.decide(bytes, limit: limit) {
        case .ignore: return
        case .answer(let answer): reply(answer, to: asker)
        case .ask(let query): ask(query, for: asker)
        }
    }

    /// What cannot be sent now is lost, as datagrams are: whoever asked asks again.
    mutating func reply(_ bytes: [UInt8], to asker: Question.Asker) {
        switch asker {
        case .datagram(let sender):
            try? given.with(Slot.datagrams) { socket throws(SystemError) in try socket.send(bytes, to: sender) }
        case .client(let place, let serial): send(bytes, toClient: place, serial)
        }
    }
}

// MARK: - Names

/// What tells that a directory is as it was.
private struct DirectoryMark: Hashable {
    var modified: FileTime
    var changed: FileTime
    var size: Int64
}

extension NameServer {
    /// Within this time a directory may change twice and look as if it had once: the kernel's clock for files ticks so.
    private static let tick: Int64 = 50_000_000

    /// Reads who is called what, where that has changed since.
    private mutating func refresh() {
        let now = Clock.wall
        var marks: [DirectoryMark] = []
        var areOld = true
        for number in places.indices {
            let status = try? given.with(Slot.firstPlace + number) { place throws(SystemError) in try place.status() }
            guard let status else { continue }
            marks.append(DirectoryMark(modified: status.modified, changed: status.changed, size: status.size))
            let age =
                (now.seconds - status.changed.seconds) * 1_000_000_000 + now.nanoseconds - status.changed.nanoseconds
            if age < Self.tick { areOld = false }
        }
        if let read, read == marks { return }
        resolver.table = NameTable(networks(), links: links)
        read = areOld ? marks : nil
    }

    private func networks() -> [NameTable.Network] {
        var listing = DirectoryListing()
        return places.enumerated().map { number, place in
            var network = NameTable.Network(name: place.name, subnets: place.subnets, claims: [])
            try? given.with(Slot.firstPlace + number) { directory throws(SystemError) in
                try directory.seek(to: 0)
                try listing.read(directory)
                for entry in listing.entries {
                    let name = "\(listing.name(of: entry))"
                    // Half-made ones begin with a dot. One that is gone by now has ended.
                    guard !name.hasPrefix("."), let text = try? directory.readLink(name), let claim = NameClaim(text)
                    else { continue }
                    network.claims.append(claim)
                }
            }
            return network
        }
    }
}
