// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// What is done about a message, as a value: no socket, no clock.
public struct NameResolver: Sendable {
    public var table = NameTable()
    /// Whether others are asked for what is no container's.
    public var asksOthers: Bool
    private var turn = 0

    public init(asksOthers: Bool) { self.asksOthers = asksOthers }

    public enum Decision: Hashable, Sendable {
        /// It is no question.
        case ignore
        case answer([UInt8])
        /// Others are asked.
        case ask(NameMessage)
    }

    /// - Parameter limit: how long an answer may be, in bytes; nil for what the message says of itself, in a datagram.
    public mutating func decide(_ bytes: [UInt8], limit: Int? = nil) -> Decision {
        let query: NameMessage
        do throws(NameFault) { query = try NameMessage(bytes) } catch {
            // An answer is not answered, or two would do so for ever.
            guard error == .malformed, bytes[2] & 0x80 == 0 else { return .ignore }
            return .answer(NameAnswer.bytes(toMalformed: bytes))
        }
        guard !query.isAnswer else { return .ignore }
        let limit = limit ?? min(query.datagramSize, Int(NameAnswer.datagramSize))
        func answer(_ answer: NameAnswer) -> Decision { .answer(answer.bytes(to: query, limit: limit)) }
        if query.operation != 0 { return answer(NameAnswer(.notImplemented, isOurs: false)) }
        if let further = query.further, further.version > 0 { return answer(NameAnswer(.badVersion, isOurs: false)) }
        if let own = ownAnswer(to: query.question) { return answer(own) }
        return asksOthers ? .ask(query) : answer(NameAnswer(.failed, isOurs: false))
    }

    /// Nil where it is not for this to say.
    private mutating func ownAnswer(to question: NameQuestion) -> NameAnswer? {
        guard question.kind == 1 else { return nil }
        if let addresses = table.addresses(of: question.name) {
            var answer = NameAnswer(.fine)
            let wanted: [(InternetAddress.Family, NameType)] =
                switch question.type {
                case .a: [(.v4, .a)]
                case .aaaa: [(.v6, .aaaa)]
                case .any: [(.v4, .a), (.v6, .aaaa)]
                default: []
                }
            for (family, type) in wanted {
                let fitting = addresses.filter { $0.family == family }
                guard !fitting.isEmpty else { continue }
                // Each is the first once.
                let start = turn % fitting.count
                answer.records += (fitting[start...] + fitting[..<start]).map { (type, $0.bytes) }
            }
            turn &+= 1
            if turn < 0 { turn = 0 }
            return answer
        }
        guard let address = question.name.reversedAddress else { return nil }
        if let name = table.name(of: address) {
            var answer = NameAnswer(.fine)
            if question.type == .ptr || question.type == .any { answer.records = [(.ptr, name.bytes)] }
            return answer
        }
        return table.isOwn(address) ? NameAnswer(.noSuchName) : nil
    }
}
