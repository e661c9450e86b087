// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import Names

@Suite struct NameMessageTests {
    private let web = NameQuestion(DomainName("web") ?? .root, .a)

    @Test func aQuestionIsReadAsItWasWritten() throws {
        let message = try NameMessage(NameMessage.query(web, id: 0xabcd, datagramSize: 1232))
        #expect(message.id == 0xabcd && !message.isAnswer && message.operation == 0)
        #expect(message.question == web)
        #expect(message.further == NameMessage.Extension(size: 1232, version: 0))
        #expect(message.datagramSize == 1232)
        #expect(try NameMessage(NameMessage.query(web, id: 1, datagramSize: 100)).datagramSize == 512)
    }

    @Test func everyPrefixOfAMessageIsRefused() throws {
        let bytes = NameMessage.query(web, id: 1, datagramSize: 4096)
        for length in 0..<bytes.count {
            let fault: NameFault = length < 12 ? .noHeader : .malformed
            #expect(throws: fault, "\(length)") { try NameMessage(Array(bytes[..<length])) }
        }
    }

    @Test func namesThatPointInCirclesAreNone() {
        let head: [UInt8] = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        for name: [UInt8] in [
            [0xc0, 12], [0xc0, 13], [1, 0x61, 0xc0, 12], [0xc0, 0xff], [0xc0], [0x40, 1], [0x80], [3, 0x61],
        ] {
            #expect(throws: NameFault.malformed) { try NameMessage(head + name + [0, 1, 0, 1]) }
        }
    }

    @Test func aNameMayEndInAnEarlierOne() {
        let head = [UInt8](repeating: 0, count: NameMessage.headerSize)
        let bytes = head + [3, 0x6c, 0x61, 0x62, 0, 3, 0x77, 0x65, 0x62, 0xc0, 12]
        var reader = NameReader(bytes, from: 17)
        #expect(reader.name()?.description == "web.lab" && reader.place == bytes.count)
        // Two pointers lead to each other.
        var circle = NameReader(head + [0xc0, 14, 0xc0, 12], from: 14)
        #expect(circle.name() == nil)
    }

    /// The header is another one for everybody who hands the message on.
    @Test func noNameLeadsIntoTheHeader() {
        let bytes: [UInt8] = [1, 0x61, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x62, 0xc0, 0]
        var reader = NameReader(bytes, from: 12)
        #expect(reader.name() == nil)
    }

    @Test func anAnswerHasItsQuestionInItsOwnCase() throws {
        let query = try NameMessage(NameMessage.query(NameQuestion(DomainName("WeB") ?? .root, .a), id: 7))
        var answer = NameAnswer(.fine)
        answer.records = [(.a, [10, 0, 0, 1]), (.a, [10, 0, 0, 2])]
        let read = try NameMessage(answer.bytes(to: query, limit: 512))
        #expect(read.answers(query, as: 7) && !read.answers(query, as: 8))
        #expect(read.question.name.bytes == query.question.name.bytes)
        #expect(read.answers.map { Array($0.data) } == [[10, 0, 0, 1], [10, 0, 0, 2]])
        #expect(read.answers.allSatisfy { $0.name == query.question.name && $0.lifetime == 5 })
        #expect(read.flags == 0x8580 | 0x0100)
        let other = try NameMessage(NameMessage.query(web, id: 7))
        #expect(read.answers(other, as: 7), "case is no difference")
        #expect(!read.answers(try NameMessage(NameMessage.query(NameQuestion(web.name, .aaaa), id: 7)), as: 7))
    }

    @Test(arguments: [(512, 30), (4096, 100), (60, 1)]) func whatHasNoRoomIsLeftOutAndSaidToBe(
        _ limit: Int, _ count: Int
    ) throws {
        let query = try NameMessage(NameMessage.query(web, id: 7, datagramSize: 4096))
        var answer = NameAnswer(.fine)
        answer.records = (0..<100).map { (.a, [10, 0, 0, $0]) }
        let bytes = answer.bytes(to: query, limit: limit)
        #expect(bytes.count <= limit)
        let read = try NameMessage(bytes)
        #expect(read.answers.count == count && read.isTruncated == (count < 100))
        #expect(read.further?.size == NameAnswer.datagramSize)
    }

    @Test func whatOthersAnswerIsHandedOnWholeOrAsTooLong() throws {
        let query = try NameMessage(NameMessage.query(web, id: 7))
        let asked = try NameMessage(query.bytes(as: 99))
        var answer = NameAnswer(.fine, isOurs: false)
        answer.records = (0..<100).map { (.a, [10, 0, 0, $0]) }
        let received = try NameMessage(answer.bytes(to: asked, limit: 65535))
        #expect(try NameMessage(received.relayed(to: query, limit: 65535)).answers.count == 100)
        let short = try NameMessage(received.relayed(to: query, limit: 512))
        #expect(short.id == 7 && short.isTruncated && short.answers.isEmpty && short.question == query.question)
    }

    @Test func requestsForSocketsAreRead() {
        let request = NameRequest(number: 0x0102_0304, attempt: 2, transport: .stream)
        #expect(NameRequest(request.bytes) == request)
        #expect(NameRequest([1, 2, 3]) == nil && NameRequest([0, 0, 0, 0, 0, 9]) == nil)
        #expect(NameRequest.reading(answer: request.answer(servers: 3))?.servers == 3)
        #expect(NameRequest.reading(answer: request.answer(servers: 3))?.number == request.number)
    }
}
