// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import Engine

@Suite struct ControlMessageTests {
    @Test(
        arguments: [
            .attach(input: true), .attach(input: false), .input([1, 2, 3]), .inputEnd,
            .resize(TerminalSize(rows: 24, columns: 300)), .stop(.terminate, milliseconds: -1),
            .restart(.kill, milliseconds: 10_000), .signal(Signal(rawValue: 64)), .amend, .wait,
            .remove(volumes: true), .remove(volumes: false),
            .started(id: "abc"), .failed(code: 127, "why"), .warning("mind"), .output([0, 255]), .errors([]),
            .ended(code: -1), .done,
        ] as [ControlMessage]) func isReadAsItWasWritten(message: ControlMessage)
    {
        #expect(ControlMessage(message.bytes[...]) == message)
    }

    @Test(
        arguments: [
            [], [0], [255], [1], [4, 1, 2, 3], [5, 15, 0, 0, 0], [5, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0],
            [7, 65, 0, 0, 0],
            [33, 1], [36 + 0, 1, 2],
        ] as [[UInt8]]) func whatIsNoneIsRefused(packet: [UInt8])
    {
        let message = ControlMessage(packet[...])
        if packet.first == 36 { return #expect(message == .errors([1, 2])) }
        #expect(message == nil)
    }

    @Test func aLongTextIsCut() {
        let message = ControlMessage.failed(code: 125, String(repeating: "x", count: 100_000))
        #expect(message.bytes.count <= ControlMessage.maximumSize)
    }
}

@Suite struct DetachKeysTests {
    @Test(
        arguments: [
            ("ctrl-p,ctrl-q", [16, 17]), ("a,ctrl-]", [97, 29]), ("ctrl-@", [0]), ("CTRL-A", [1]),
            ("ctrl-^,z", [30, 122]),
        ] as [(String, [UInt8])]) func areRead(text: String, bytes: [UInt8]) throws
    {
        let keys = try DetachKeys(parsing: text)
        #expect(keys.bytes == bytes)
        #expect(try DetachKeys(parsing: keys.description) == keys)
    }

    @Test(arguments: ["", "ctrl-", "ctrl-1", "ab", "a,,b", "ü", "ctrl-p,"]) func areRefused(text: String) {
        #expect(throws: SyntaxError.self) { try DetachKeys(parsing: text) }
    }

    @Test func areFoundInPieces() {
        var matcher = DetachMatcher(.standard)
        let taken1 = matcher.take([97, 16])
        #expect(taken1 == [97])
        let taken2 = matcher.take([98])
        #expect(taken2 == [16, 98])
        let taken3 = matcher.take([16, 16])
        #expect(taken3 == [16])
        let taken4 = matcher.take([17])
        #expect(taken4 == nil)
    }

    @Test func whatWasKeptBackMayBeTheStartAgain() {
        var matcher = DetachMatcher(DetachKeys(bytes: [1, 1, 2]))
        let taken5 = matcher.take([1, 1, 1])
        #expect(taken5 == [1])
        let taken6 = matcher.take([2])
        #expect(taken6 == nil)
    }

    @Test func withoutKeysAllIsPassedOn() {
        var matcher = DetachMatcher(DetachKeys(bytes: []))
        let taken7 = matcher.take([16, 17])
        #expect(taken7 == [16, 17])
    }
}

@Suite struct RestartPolicyTests {
    @Test(arguments: ["no", "always", "unless-stopped", "on-failure", "on-failure:5"]) func isReadBack(text: String)
        throws
    {
        #expect("\(try RestartPolicy(parsing: text))" == text)
    }

    @Test func noNumberIsNoLimit() throws {
        #expect(try RestartPolicy(parsing: "on-failure:0") == .onFailure(atMost: nil))
        #expect(try RestartPolicy(parsing: "") == .no)
    }

    @Test(arguments: ["sometimes", "on-failure:", "on-failure:-1", "always:3", "on-failure:99999999999"])
    func isRefused(text: String) {
        #expect(throws: SyntaxError.self) { try RestartPolicy(parsing: text) }
    }
}
