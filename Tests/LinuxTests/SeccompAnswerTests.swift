// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

/// Every instruction that `seccomp_check_filter` of the kernel lets pass, by what a program with it answers.
@Suite struct SeccompAnswerTests {
    private static func word(_ code: UInt64, _ operand: UInt32 = 0, _ ifTrue: UInt64 = 0, _ ifFalse: UInt64 = 0)
        -> UInt64
    { code | ifTrue << 16 | ifFalse << 24 | UInt64(operand) << 32 }

    private static let answerA = word(0x16)

    private func answer(_ program: [UInt64], _ call: SystemCall = SystemCall(7, [0x1_0000_0002, 3])) -> UInt32? {
        SeccompFilter(instructions: program).answer(to: call)?.action.rawValue
    }

    @Test(
        arguments: [
            // code, left, right, what comes of it.
            (0x04, 7, 5, 12), (0x04, .max, 1, 0), (0x14, 5, 7, .max - 1), (0x24, 0x8000_0001, 2, 2), (0x34, 17, 5, 3),
            (0x44, 0b0101, 0b0011, 0b0111), (0x54, 0b0101, 0b0011, 0b0001), (0xa4, 0b0101, 0b0011, 0b0110),
            (0x64, 3, 31, 0x8000_0000), (0x74, 0x8000_0000, 31, 1),
        ] as [(UInt64, UInt32, UInt32, UInt32)])
    func arithmetic(_ code: UInt64, _ left: UInt32, _ right: UInt32, _ expected: UInt32) {
        #expect(answer([Self.word(0x00, left), Self.word(code, right), Self.answerA]) == expected)
        // The same with the index register.
        #expect(
            answer([Self.word(0x01, right), Self.word(0x00, left), Self.word(code | 8), Self.answerA]) == expected)
    }

    @Test func negationAndShiftsByMoreThanTheWordHas() {
        #expect(answer([Self.word(0x00, 1), Self.word(0x84), Self.answerA]) == .max)
        #expect(answer([Self.word(0x01, 33), Self.word(0x00, 1), Self.word(0x6c), Self.answerA]) == 2)
        #expect(answer([Self.word(0x01, 33), Self.word(0x00, 4), Self.word(0x7c), Self.answerA]) == 2)
        #expect(answer([Self.word(0x64, 32), Self.answerA]) == nil)
    }

    @Test func divisionByZero() {
        // A program that divides by the index answers with 0, which kills the thread.
        #expect(answer([Self.word(0x00, 9), Self.word(0x3c), Self.word(0x06, 0x7fff_0000)]) == 0)
        #expect(answer([Self.word(0x00, 9), Self.word(0x34, 0), Self.answerA]) == nil)
    }

    @Test(
        arguments: [
            (0x15, 5, 5, true), (0x15, 5, 6, false), (0x25, 6, 5, true), (0x25, 5, 5, false), (0x35, 5, 5, true),
            (0x35, 4, 5, false), (0x45, 6, 2, true), (0x45, 6, 1, false), (0x25, 0x8000_0000, 1, true),
        ] as [(UInt64, UInt32, UInt32, Bool)])
    func jumps(_ code: UInt64, _ left: UInt32, _ right: UInt32, _ isTaken: Bool) {
        let ends = [Self.word(0x06, 1), Self.word(0x06, 2)]
        #expect(answer([Self.word(0x00, left), Self.word(code, right, 1, 0)] + ends) == (isTaken ? 2 : 1))
        #expect(
            answer([Self.word(0x01, right), Self.word(0x00, left), Self.word(code | 8, 0, 0, 1)] + ends)
                == (isTaken ? 1 : 2))
    }

    @Test func loadsAndStores() {
        let call = SystemCall(7, [0x1_0000_0002, 3], on: .x86)
        for (offset, expected) in [(0, 7), (4, 0x4000_0003), (8, 0), (16, 2), (20, 1), (24, 3), (60, 0)] {
            #expect(answer([Self.word(0x20, UInt32(offset)), Self.answerA], call) == UInt32(expected), "\(offset)")
        }
        #expect(answer([Self.word(0x20, 64), Self.answerA]) == nil)
        #expect(answer([Self.word(0x20, 2), Self.answerA]) == nil)
        // BPF_LEN is the size of what is looked at.
        #expect(answer([Self.word(0x80), Self.answerA]) == 64)
        #expect(answer([Self.word(0x81), Self.word(0x87), Self.answerA]) == 64)
        // Memory, by either register.
        #expect(
            answer([
                Self.word(0x00, 9), Self.word(0x02, 15), Self.word(0x00, 1), Self.word(0x60, 15), Self.answerA,
            ]) == 9)
        #expect(
            answer([
                Self.word(0x01, 9), Self.word(0x03, 2), Self.word(0x01, 1), Self.word(0x61, 2), Self.word(0x87),
                Self.answerA,
            ]) == 9)
        #expect(answer([Self.word(0x00, 9), Self.word(0x07), Self.word(0x00, 1), Self.word(0x87), Self.answerA]) == 9)
        #expect(answer([Self.word(0x60, 3), Self.answerA]) == nil)
        #expect(answer([Self.word(0x02, 16), Self.answerA]) == nil)
    }

    @Test func whatTheKernelTakesFromNobody() {
        // A modulo, half words, an answer of the index, a jump behind the end, no end at all.
        for code: UInt64 in [0x94, 0x9c, 0x28, 0x30, 0x40, 0x0e, 0x26, 0x55, 0xff, 0x104] {
            #expect(answer([Self.word(code, 1), Self.word(0x06, 1)]) == nil, "\(code)")
        }
        #expect(answer([Self.word(0x05, 9), Self.word(0x06, 1)]) == nil)
        #expect(answer([Self.word(0x05, 1), Self.word(0x06, 1), Self.word(0x06, 2)]) == 2)
        #expect(answer([Self.word(0x00)]) == nil)
        #expect(answer([]) == nil)
    }

    @Test func answersThatHangOnArguments() throws {
        let rules = SeccompRules(
            defaultAction: .errno(38), foreignAction: .killProcess, architectures: [.amd64, .x86],
            rules: [
                SeccompRule(["read"], .allow),
                SeccompRule(["socket"], .allow, where: [.init(0, .equal, 1)]),
                SeccompRule(["socket"], .errno(1)),
            ])
        let filter = try SeccompRanges.compile(rules)
        #expect(filter.answers(toNumber: 0, on: .amd64) == [.allow])
        #expect(filter.answers(toNumber: 41, on: .amd64) == [.allow, .errno(1)])
        #expect(filter.answers(toNumber: 1, on: .amd64) == [.errno(38)])
        #expect(filter.answers(toNumber: 359, on: .x86) == [.allow, .errno(1)])
        #expect(filter.answers(toNumber: 0, on: .arm64) == [.killProcess])
        // A division by an argument, and an answer made of one.
        let odd = SeccompFilter(instructions: [
            Self.word(0x20, 16), Self.word(0x07), Self.word(0x00, 9), Self.word(0x3c), Self.word(0x06, 0x7fff_0000),
        ])
        #expect(odd.answers(toNumber: 1) == [.killThread, .allow])
        #expect(
            SeccompFilter(instructions: [Self.word(0x20, 16), Self.answerA]).answers(toNumber: 1) == [.killProcess])
        #expect(SeccompFilter(instructions: [Self.word(0x20, 99), Self.answerA]).answers(toNumber: 1) == nil)
    }

    /// The order of seccomp(2): kill process, kill thread, trap, errno, notify, trace, log, allow.
    @Test func theMostRestrictiveOfSeveralWins() {
        let order: [SeccompAction] = [
            .killProcess, .killThread, .trap, .errno(1), .notify, .trace(0), .log, .allow,
        ]
        func filter(_ action: SeccompAction) -> SeccompFilter {
            SeccompFilter(instructions: [Self.word(0x06, action.rawValue)])
        }
        for (index, first) in order.enumerated() {
            for second in order[index...] {
                for pair in [[filter(first), filter(second)], [filter(second), filter(first)]] {
                    #expect(pair.answer(to: SystemCall(1)) == first)
                    #expect(pair.answers(toNumber: 1) == [first])
                }
            }
        }
        // Of equal ones the newest.
        #expect([filter(.errno(1)), filter(.errno(2))].answer(to: SystemCall(1)) == .errno(2))
        #expect([SeccompFilter]().answer(to: SystemCall(1)) == .allow)
        #expect([filter(.allow), SeccompFilter(instructions: [])].answer(to: SystemCall(1)) == nil)
        #expect(order.map(\.isAllowing) == [false, false, false, false, true, true, true, true])
        #expect(order.map(\.isKilling) == [true, true, false, false, false, false, false, false])
        #expect(SeccompAction(rawValue: 0x0001_0000).isKilling)
    }
}
