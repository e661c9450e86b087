// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Linux

/// What is left to the kernel to end.
@Suite struct ReleaseTests {
    @Test(
        .enabled(
            if: (try? Descriptor.contents(of: "/proc/sys/kernel/io_uring_disabled")) == Array("0\n".utf8),
            "needs io_uring: kernel.io_uring_disabled is not 0"))
    func whatIsReleasedLaterEnds() throws {
        let pipe = try Pipe()
        let isLater = pipe.writer.releaseLater()
        let reader = pipe.takeReader()
        // Its end comes, with nobody left who has it open here.
        let end = try reader.read(upTo: 1)
        #expect(isLater && end.isEmpty)
    }
}
