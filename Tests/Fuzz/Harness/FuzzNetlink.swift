// SPDX-License-Identifier: Apache-2.0
@testable import Linux

/// What the kernel says over netlink is read without leaving it: messages and attributes are parts of it, and an element is one
/// of what was listed.
@Sendable func fuzzNetlink(_ bytes: [UInt8]) {
    guard let answers = NetlinkAnswer.messages(in: bytes) else { return }
    expect(answers.reduce(0) { $0 + $1.body.count + 16 } <= bytes.count, "messages are longer than what was read")
    for answer in answers {
        for size in [0, 4, 16] {
            var length = 0
            for attribute in answer.attributes(after: size) { length += attribute.value.count + 4 }
            expect(length <= answer.body.count, "attributes are longer than their message")
        }
        for element in NetfilterElement.reading(answer) {
            expect(element.key.count < answer.body.count, "a key is longer than its message")
        }
        _ = answer.attributes(after: 4).text(1)
        _ = answer.attributes(after: 4).number(1)
        if answer.isVerdict, let errno = answer.error { expect(errno.rawValue != 0, "an error is none") }
    }
    let subject = NetfilterBatch.Subject.table(NetfilterTable(.inet, "t"))
    do {
        try NetfilterSocket.judge(answers.filter(\.isVerdict), of: [subject, subject])
        expect(answers.contains { $0.sequence == 2 && $0.error == nil }, "nothing was acknowledged")
    } catch {
        expect(error.failures.allSatisfy { (0..<2).contains($0.index) }, "a failure of no message")
    }
}
