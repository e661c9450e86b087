// SPDX-License-Identifier: Apache-2.0
import Foundation
import Linux
import Testing

/// How a process ended that somebody else waits for.
@Suite(
    .enabled(
        if: (try? KernelVersion.running()).map { $0 >= Linux.Process.firstToTellOfOthers } == true,
        "needs Linux 6.15"))
struct OtherProcessTests {
    /// Asked all the while, it is told from the moment on that its parent has waited for it, and never an error: the kernel
    /// has one for who asks just then.
    @Test func isToldWheneverItIsAsked() throws {
        for _ in 0..<400 {
            let program = try HostProgram("/bin/sh", ["-c", "exit 4"], environment: [])
                .start(in: Descriptor.open("/", [.readOnly, .directory]))
            let number = program.process.id
            let process = try Linux.Process(opening: number)
            let parent = Thread { waitpid(number, nil, 0) }
            parent.start()
            var status: Linux.ExitStatus?
            while status == nil { status = try process.statusOfOther() }
            #expect(status == .exited(4))
        }
    }
}
