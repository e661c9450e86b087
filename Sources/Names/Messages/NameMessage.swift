// SPDX-License-Identifier: Apache-2.0

/// What is asked of a name: RFC 1035, 4.1.2.
public struct NameQuestion: Hashable, Sendable {
    public var name: DomainName
    public var type: NameType
    /// 1 for that of the internet.
    public var kind: UInt16

    public init(_ name: DomainName, _ type: NameType, kind: UInt16 = 1) {
        self.name = name
        self.type = type
        self.kind = kind
    }
}

/// A type of records.
public struct NameType: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let a = NameType(rawValue: 1)
    public static let ptr = NameType(rawValue: 12)
    public static let aaaa = NameType(rawValue: 28)
    /// What the one side says of itself: RFC 6891.
    public static let opt = NameType(rawValue: 41)
    public static let any = NameType(rawValue: 255)
}

/// One record of an answer.
public struct NameRecord: Hashable, Sendable {
    public var name: DomainName
    public var type: NameType
    public var kind: UInt16
    /// In seconds.
    public var lifetime: UInt32
    public var data: ArraySlice<UInt8>
}

/// How a question was answered: RFC 1035, 4.1.1, and RFC 6891.
public struct NameCode: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let fine = NameCode(rawValue: 0)
    public static let malformed = NameCode(rawValue: 1)
    public static let failed = NameCode(rawValue: 2)
    public static let noSuchName = NameCode(rawValue: 3)
    public static let notImplemented = NameCode(rawValue: 4)
    public static let refused = NameCode(rawValue: 5)
    public static let badVersion = NameCode(rawValue: 16)
}

/// Why something is no message, or none with a question.
public enum NameFault: Error, Hashable, Sendable {
    /// It has not even a header.
    case noHeader
    /// It ends too early, or says of itself what is not so.
    case malformed
}

/// A message of the domain name system: RFC 1035, 4.1.
public struct NameMessage: Hashable, Sendable {
    /// What is said beside the question: RFC 6891, 6.1.
    public struct Extension: Hashable, Sendable {
        /// Of the largest datagram that is taken, in bytes.
        public var size: UInt16
        public var version: UInt8
    }

    public static let headerSize = 12
    /// What a datagram has at most where nobody said more.
    public static let usualSize = 512

    public let bytes: [UInt8]
    public let id: UInt16
    public let flags: UInt16
    public let question: NameQuestion
    /// Where what follows the question begins.
    public let questionEnd: Int
    public let answers: [NameRecord]
    public let further: Extension?

    public var isAnswer: Bool { flags & 0x8000 != 0 }
    public var operation: UInt16 { flags >> 11 & 15 }
    public var isTruncated: Bool { flags & 0x0200 != 0 }
    public var code: NameCode { NameCode(rawValue: flags & 15) }

    /// Reads a whole message with one question. What follows its last record is nobody's, and left alone.
    public init(_ bytes: [UInt8]) throws(NameFault) {
        var reader = NameReader(bytes)
        guard let id = reader.number16(), let flags = reader.number16(), let questions = reader.number16(),
            let answers = reader.number16(), let authorities = reader.number16(), let others = reader.number16()
        else { throw .noHeader }
        guard questions == 1, let name = reader.name(), let type = reader.number16(), let kind = reader.number16()
        else {
            throw .malformed
        }
        self.bytes = bytes
        self.id = id
        self.flags = flags
        question = NameQuestion(name, NameType(rawValue: type), kind: kind)
        questionEnd = reader.place
        var records: [NameRecord] = []
        var further: Extension?
        for section in [answers, authorities, others] {
            for _ in 0..<section {
                guard let record = reader.record() else { throw .malformed }
                if record.type == .opt, record.name == .root {
                    // One at most: RFC 6891, 6.1.1.
                    guard further == nil else { throw .malformed }
                    further = Extension(
                        size: record.kind, version: UInt8(truncatingIfNeeded: record.lifetime >> 16))
                }
                records.append(record)
            }
        }
        self.answers = Array(records.prefix(Int(answers)))
        self.further = further
    }

    /// The size of the largest datagram that whoever asked takes.
    public var datagramSize: Int { max(Self.usualSize, Int(further?.size ?? 0)) }

    /// The same message under another number.
    public func bytes(as id: UInt16) -> [UInt8] {
        var result = bytes
        result[0] = UInt8(id >> 8)
        result[1] = UInt8(truncatingIfNeeded: id)
        return result
    }

    /// A message that asks, as a stub resolver does.
    public static func query(
        _ question: NameQuestion, id: UInt16, datagramSize: UInt16? = nil
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(network: id)
        bytes.append(network: 0x0100)  // Whoever is asked asks others.
        for count: UInt16 in [1, 0, 0, datagramSize == nil ? 0 : 1] { bytes.append(network: count) }
        bytes.append(question)
        if let datagramSize { bytes.appendExtension(size: datagramSize, code: .fine) }
        return bytes
    }
}

extension NameReader {
    mutating func record() -> NameRecord? {
        guard let name = name(), let type = number16(), let kind = number16(), let lifetime = number32(),
            let size = number16(), let data = slice(Int(size))
        else { return nil }
        return NameRecord(name: name, type: NameType(rawValue: type), kind: kind, lifetime: lifetime, data: data)
    }
}

extension [UInt8] {
    mutating func append(network number: UInt16) {
        append(UInt8(number >> 8))
        append(UInt8(truncatingIfNeeded: number))
    }

    mutating func append(_ question: NameQuestion) {
        self += question.name.bytes
        append(network: question.type.rawValue)
        append(network: question.kind)
    }

    /// A record of type OPT; the high bits of the code are in its lifetime.
    mutating func appendExtension(size: UInt16, code: NameCode) {
        append(0)
        append(network: NameType.opt.rawValue)
        append(network: size)
        append(network: (code.rawValue >> 4) << 8)
        append(network: 0)
        append(network: 0)
    }
}
