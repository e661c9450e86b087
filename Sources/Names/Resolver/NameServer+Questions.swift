// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// A question that others are asked.
struct Question {
    /// Who waits for the answer.
    enum Asker {
        case datagram(SocketAddress)
        /// A connection's place, and which one it is there.
        case client(Int, serial: Int)
    }

    let query: NameMessage
    let asker: Asker
    var transport: InternetSocket.Transport
    /// The number under which others are asked.
    var id: UInt16 = 0
    /// How many were asked in vain.
    var attempt = 0
    /// How many there are.
    var servers = 1
    /// The request for a socket that is not answered yet.
    var request: UInt32?
    /// Until when the next step has to have come, by ``Clock/monotonic``.
    var deadline: UInt64 = 0
    /// What was answered, and may not be the last word.
    var kept: NameMessage?
    /// What is still to be written to a stream, and what was read of it.
    var outgoing: [UInt8] = []
    var incoming: [UInt8] = []

    /// Resolvers of C libraries wait 5 seconds, and are told before.
    var attempts: Int { servers == 1 ? 2 : 3 }
    var patience: UInt64 { servers == 1 ? 2_000_000_000 : 1_500_000_000 }
}

extension NameServer {
    /// Asks others.
    mutating func ask(_ query: NameMessage, for asker: Question.Asker) {
        guard let place = questions.firstIndex(where: { $0 == nil }) else {
            return reply(NameAnswer(.failed, isOurs: false).bytes(to: query, limit: NameMessage.usualSize), to: asker)
        }
        var transport = InternetSocket.Transport.datagrams
        // Who asks over a stream has been told that the answer is long.
        if case .client = asker { transport = .stream }
        questions[place] = Question(query: query, asker: asker, transport: transport)
        open += 1
        requestSocket(for: place)
    }

    private mutating func requestSocket(for place: Int) {
        guard var question = questions[place] else { return }
        requests &+= 1
        question.request = requests
        question.deadline = Clock.monotonic + question.patience
        questions[place] = question
        let request = NameRequest(
            number: requests, attempt: UInt8(truncatingIfNeeded: question.attempt), transport: question.transport)
        // Where it cannot be sent it is late, in a while.
        try? given.with(Slot.starter) { starter throws(SystemError) in try starter.send(request.bytes) }
    }

    /// Takes the socket that it was given for a question. False where nobody gives any more.
    mutating func takeSocket() throws(SystemError) -> Bool {
        var handed = DescriptorTable()
        let bytes = try given.receive(Slot.starter, upTo: 16, into: [0], of: &handed)
        guard !bytes.isEmpty else { return false }
        guard let (number, servers) = NameRequest.reading(answer: bytes),
            let place = questions.firstIndex(where: { $0?.request == number })
        else { return true }
        questions[place]?.request = nil
        guard servers > 0 else {
            fail(place)
            return true
        }
        questions[place]?.servers = Int(servers)
        guard handed.has(0) else {
            tryNext(place)
            return true
        }
        upstream.put(try handed.take(0), in: place)
        send(place)
        return true
    }

    /// Sends a question by the socket that it has.
    private mutating func send(_ place: Int) {
        guard var question = questions[place] else { return }
        let random = Randomness.bytes(2)
        question.id = UInt16(random[0]) << 8 | UInt16(random[1])
        let bytes = question.query.bytes(as: question.id)
        if question.transport == .stream {
            question.outgoing =
                [UInt8(truncatingIfNeeded: bytes.count >> 8), UInt8(truncatingIfNeeded: bytes.count)] + bytes
            question.incoming = []
        }
        questions[place] = question
        do throws(SystemError) {
            try upstream.with(place) { socket throws(SystemError) in
                if question.transport == .datagrams { try socket.send(bytes) }
                try queue.add(
                    socket, as: Token.firstQuestion + place, question.transport == .stream ? .writing : .reading)
            }
        } catch { tryNext(place) }
    }

    /// Goes on with a question of whose socket there is something to hear.
    mutating func advance(_ place: Int) {
        guard let question = questions[place], upstream.has(place) else { return }
        do throws(SystemError) {
            switch question.transport {
            case .datagrams: try hearDatagram(place)
            case .stream: try advanceStream(place)
            }
        } catch {
            if error.errno != .again { tryNext(place) }
        }
    }

    private mutating func hearDatagram(_ place: Int) throws(SystemError) {
        while let question = questions[place], upstream.has(place) {
            var bytes: [UInt8] = []
            swap(&bytes, &buffer)
            defer { swap(&bytes, &buffer) }
            let received = try upstream.with(place) { socket throws(SystemError) in try socket.receive(into: &bytes) }
            guard let received else { return }
            // What is no answer to this question somebody else has sent.
            guard let message = try? NameMessage(Array(bytes[..<received.count])),
                message.answers(question.query, as: question.id)
            else { continue }
            take(message, place)
        }
    }

    private mutating func advanceStream(_ place: Int) throws(SystemError) {
        guard var question = questions[place] else { return }
        if !question.outgoing.isEmpty {
            let sent = try upstream.with(place) { socket throws(SystemError) in
                let sent = try socket.writeSome(question.outgoing[...])
                if sent == question.outgoing.count {
                    try queue.change(socket, as: Token.firstQuestion + place, .reading)
                }
                return sent
            }
            question.outgoing.removeFirst(sent)
            questions[place] = question
            return
        }
        let part = try upstream.with(place) { socket throws(SystemError) in try socket.read(upTo: 1 << 16) }
        if part.isEmpty { throw SystemError("read", .connectionReset) }
        question.incoming += part
        questions[place] = question
        guard question.incoming.count >= 2 else { return }
        let size = Int(question.incoming[0]) << 8 | Int(question.incoming[1])
        guard question.incoming.count >= 2 + size else { return }
        guard let message = try? NameMessage(Array(question.incoming[2..<2 + size])),
            message.answers(question.query, as: question.id)
        else { throw SystemError("read", .inputOutput) }
        take(message, place)
    }

    /// Takes an answer, or asks once more where another one may know better.
    private mutating func take(_ message: NameMessage, _ place: Int) {
        guard let question = questions[place] else { return }
        if message.isTruncated, question.transport == .datagrams {
            questions[place]?.kept = message
            questions[place]?.transport = .stream
            upstream.close([place])
            return requestSocket(for: place)
        }
        if [.failed, .refused, .notImplemented].contains(message.code), question.attempt + 1 < question.servers {
            questions[place]?.kept = message
            return tryNext(place)
        }
        deliver(message, place)
    }

    /// Asks the next one, or gives up.
    private mutating func tryNext(_ place: Int) {
        upstream.close([place])
        guard var question = questions[place] else { return }
        // What was too long for a datagram, and does not come otherwise, says at least that it is.
        if let kept = question.kept, kept.isTruncated { return deliver(kept, place) }
        question.attempt += 1
        questions[place] = question
        if question.attempt < question.attempts { return requestSocket(for: place) }
        if let kept = question.kept { return deliver(kept, place) }
        fail(place)
    }

    mutating func giveUpWhatIsLate() {
        guard open > 0 else { return }
        let now = Clock.monotonic
        for place in questions.indices {
            if let question = questions[place], question.deadline <= now { tryNext(place) }
        }
    }

    private mutating func deliver(_ message: NameMessage, _ place: Int) {
        guard let question = close(place) else { return }
        var limit = 65535
        if case .datagram = question.asker { limit = question.query.datagramSize }
        reply(message.relayed(to: question.query, limit: limit), to: question.asker)
    }

    private mutating func fail(_ place: Int) {
        guard let question = close(place) else { return }
        let answer = NameAnswer(.failed, isOurs: false)
        reply(answer.bytes(to: question.query, limit: NameMessage.usualSize), to: question.asker)
    }

    private mutating func close(_ place: Int) -> Question? {
        upstream.close([place])
        guard let question = questions[place] else { return nil }
        questions[place] = nil
        open -= 1
        return question
    }
}
