// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// What a supervisor holds while its container runs.
@Suite(.commands, .box) struct IdleMemoryTests {
    /// Of the stack of the supervisor, in kB: how far down it has been, and how much of it the process has.
    private func stack(_ box: Box) throws -> [Int] {
        let program = "/\\[stack\\]$/ { on = 1 } on && /^(Size|Private_Dirty):/ { print $2 }"
        let lines = try box.shell(
            "awk '\(program)' /proc/$(awk '/^PPid:/ { print $2 }' /proc/$($MINIBOX inspect -f '{{.State.Pid}}' idle)/status)/smaps"
        ).lines
        return lines.prefix(2).compactMap { Int($0) }
    }

    @Test func theStackOfAStartIsGivenBack() throws {
        let box = try box()
        box.atEnd { _ = try? box("rm", "-f", "idle") }
        try #require(try box("run", "-d", "--name", "idle", "--network", "none", "busybox", "sleep", "300").status == 0)
        // When nobody waits for the start any more.
        var last: [Int] = []
        let isGivenBack = Clock.wait {
            last = (try? stack(box)) ?? []
            return last.count == 2 && last[1] * 2 < last[0]
        }
        #expect(isGivenBack, "\(last)")
    }
}
