// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// What is answered to a question here, and not by others.
public struct NameAnswer: Hashable, Sendable {
    /// How long it holds, in seconds: containers come and go.
    static let lifetime: UInt32 = 5
    /// Of the largest datagram that is taken here.
    public static let datagramSize: UInt16 = 4096

    public var code: NameCode
    /// Whether nobody knows better.
    public var isOurs = true
    /// The data of records of one type each, all of the name that was asked for.
    public var records: [(type: NameType, data: [UInt8])] = []

    public init(_ code: NameCode, isOurs: Bool = true) {
        self.code = code
        self.isOurs = isOurs
    }

    public static func == (left: Self, right: Self) -> Bool {
        left.code == right.code && left.isOurs == right.isOurs
            && left.records.elementsEqual(right.records) { $0.type == $1.type && $0.data == $1.data }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(code)
        for record in records { hasher.combine(record.data) }
    }

    /// As it is sent to whoever asked. Records that have no room in `limit` bytes are left out, and it says so: RFC 2181, 9.
    public func bytes(to query: NameMessage, limit: Int) -> [UInt8] {
        // Asked for recursion, and there is; kept are the operation, and that nothing is to be verified.
        var flags: UInt16 = 0x8080 | query.flags & 0x7910 | code.rawValue & 15
        if isOurs { flags |= 0x0400 }
        var result: [UInt8] = []
        result.append(network: query.id)
        result.append(network: flags)
        for count: UInt16 in [1, 0, 0, query.further == nil ? 0 : 1] { result.append(network: count) }
        // As it was asked, in its own case.
        result.append(query.question)
        let room = limit - (query.further == nil ? 0 : 11)
        var count: UInt16 = 0
        for record in records {
            guard result.count + 12 + record.data.count <= room, count < .max else {
                result[2] |= 0x02
                break
            }
            result.append(network: 0xc000 | UInt16(NameMessage.headerSize))
            result.append(network: record.type.rawValue)
            result.append(network: query.question.kind)
            result.append(network: UInt16(truncatingIfNeeded: Self.lifetime >> 16))
            result.append(network: UInt16(truncatingIfNeeded: Self.lifetime))
            result.append(network: UInt16(record.data.count))
            result += record.data
            count += 1
        }
        result[6] = UInt8(count >> 8)
        result[7] = UInt8(truncatingIfNeeded: count)
        if query.further != nil { result.appendExtension(size: Self.datagramSize, code: code) }
        return result
    }

    /// What is answered to what could not be read, of which there is a header: with its number, and nothing else.
    static func bytes(toMalformed bytes: [UInt8]) -> [UInt8] {
        let flags = UInt16(bytes[2]) << 8 | UInt16(bytes[3])
        var result = [bytes[0], bytes[1]]
        result.append(network: 0x8080 | flags & 0x7900 | NameCode.malformed.rawValue)
        return result + [UInt8](repeating: 0, count: 8)
    }
}

extension NameMessage {
    /// This answer of somebody else, for who asked under another number: whole, or where it has no room in `limit` bytes its
    /// question alone, which says that there is more.
    public func relayed(to query: NameMessage, limit: Int) -> [UInt8] {
        guard bytes.count > limit else { return bytes(as: query.id) }
        var result = Array(bytes(as: query.id)[..<questionEnd])
        result[2] |= 0x02
        for place in 4..<Self.headerSize { result[place] = 0 }
        result[5] = 1
        guard query.further != nil else { return result }
        result[11] = 1
        result.appendExtension(size: NameAnswer.datagramSize, code: code)
        return result
    }

    /// Whether this is an answer to that question, asked under that number.
    public func answers(_ query: NameMessage, as id: UInt16) -> Bool {
        isAnswer && self.id == id && operation == query.operation && question == query.question
    }
}
