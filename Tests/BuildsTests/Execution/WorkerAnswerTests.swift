// SPDX-License-Identifier: Apache-2.0
import OCI
import Testing

@testable import Builds

struct WorkerAnswerTests {
    private static let digest = Digest(sha256: [UInt8](repeating: 7, count: 32))

    @Test(arguments: [WorkerAnswer.carryOut, .stop, .unpack(cache: 3, diffID: digest)])
    func whatTheBuildSaysIsHeard(answer: WorkerAnswer) {
        #expect(answer.line.last == UInt8(ascii: "\n"))
        #expect(WorkerAnswer(line: answer.line.dropLast()) == answer)
    }

    @Test(arguments: ["", "stop now", "unpack", "unpack x \(digest.hex)", "unpack 1 x"])
    func nothingElseIs(line: String) {
        #expect(WorkerAnswer(line: Array(line.utf8)) == nil)
    }
}
