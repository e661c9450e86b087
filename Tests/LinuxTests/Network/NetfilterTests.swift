// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Linux

@Suite("Messages of netfilter")
struct NetfilterTests {
    private let table = NetfilterTable(.inet, "t")

    @Test func aBatchHasABeginningAndAnEnd() throws {
        var batch = NetfilterBatch()
        batch.make(table)
        batch.add(NetfilterElement(key: [1, 0, 0, 0], value: [2]), to: "s", in: table)
        let messages = try #require(NetlinkAnswer.messages(in: batch.bytes(generation: 7)))
        #expect(messages.map(\.type) == [16, 10 << 8, 10 << 8 | 12, 17])
        #expect(messages.map(\.sequence) == [0, 1, 2, 3])
        // NLM_F_ACK is on the last change alone.
        #expect(messages.map { $0.flags & 4 } == [0, 0, 4, 0])
        #expect(messages[0].attributes(after: 4).number(1) == 7)
        #expect(messages[2].attributes(after: 4).text(1) == "t")
        #expect(messages[2].attributes(after: 4).text(2) == "s")
        #expect(NetfilterElement.reading(messages[2]) == [NetfilterElement(key: [1, 0, 0, 0], value: [2])])
    }

    @Test func anEmptyBatchIsNotSent() throws { #expect(NetfilterBatch().isEmpty) }

    private func verdict(_ sequence: UInt32, _ code: Int32) -> NetlinkAnswer {
        var writer = NetlinkWriter()
        writer.append(host: code)
        return NetlinkAnswer(type: 2, flags: 0, sequence: sequence, body: writer.bytes[...])
    }

    @Test func aFailureNamesTheMessage() {
        let subjects: [NetfilterBatch.Subject] = [.table(table), .element(of: "ports4", table), .chain("c", table)]
        let failed = #expect(throws: NetfilterError.self) {
            try NetfilterSocket.judge([verdict(2, -16), verdict(3, -2)], of: subjects)
        }
        #expect(failed?.failures.map(\.index) == [1, 2])
        #expect(failed?.failures.map(\.errno) == [.busy, .noEntry])
        #expect(failed.map { "\($0)" } == "an element of set ports4 of inet t: \(Errno.busy)")
        let stale = #expect(throws: NetfilterError.self) {
            try NetfilterSocket.judge([verdict(0, -85)], of: subjects)
        }
        #expect(stale?.isOfAnotherGeneration == true)
        #expect(stale?.failures.isEmpty == true)
    }

    @Test func onlyTheLastAcknowledgementIsSuccess() throws {
        let subjects: [NetfilterBatch.Subject] = [.table(table), .chain("c", table)]
        try NetfilterSocket.judge([verdict(2, 0)], of: subjects)
        #expect(throws: NetfilterError.self) { try NetfilterSocket.judge([], of: subjects) }
        #expect(throws: NetfilterError.self) { try NetfilterSocket.judge([verdict(1, 0)], of: subjects) }
    }

    @Test func aLengthThatLeadsElsewhereIsNoMessage() {
        #expect(NetlinkAnswer.messages(in: []) == [])
        #expect(NetlinkAnswer.messages(in: [16, 0, 0, 0]) == nil)
        #expect(NetlinkAnswer.messages(in: [17] + [UInt8](repeating: 0, count: 15)) == nil)
        #expect(NetlinkAnswer.messages(in: [16] + [UInt8](repeating: 0, count: 15))?.count == 1)
    }

    @Test func anAttributeThatLeadsElsewhereEndsThem() {
        // One of four bytes, then one of length 2 and one of more than there is.
        for rest in [[2, 0, 9, 0], [60, 0, 9, 0, 1]] as [[UInt8]] {
            let bytes: [UInt8] = [6, 0, 1, 0x80, 7, 8, 0, 0] + rest
            #expect(Array(NetlinkAttributes(bytes[...]).map(\.type)) == [1])
            #expect(NetlinkAttributes(bytes[...]).first(1).map(Array.init) == [7, 8])
        }
    }
}
