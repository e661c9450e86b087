// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@Suite struct StoppedThreadTests {
    /// The value of a line of `/proc/PID/status`.
    private func status(_ process: Int32, _ name: String) throws -> String? {
        ProcessStatus(try Descriptor.contents(of: "/proc/\(process)/status")).value(of: name)
    }

    private func hold(_ process: Int32) throws -> (state: String?, filters: Int) {
        guard let thread = try StoppedThread.stop(process) else { return (nil, 0) }
        let count = try status(process, "Seccomp") == "2" ? thread.filters().count : 0
        return (try status(process, "State"), count)
    }

    @Test func `it stands still, and goes on as before`() throws {
        let program = try HostProgram("/bin/sleep", ["1000"], environment: [])
            .start(in: Descriptor.open("/", [.readOnly, .directory]))
        let process = program.process.id
        for _ in 0..<3 {
            #expect(try hold(process).state?.hasPrefix("t") == true)
            #expect(try status(process, "TracerPid") == "0")
            #expect(try status(process, "State")?.hasPrefix("t") == false)
        }
        try program.process.send(.terminate)
        #expect(try program.finish(limit: 100, interruptedBy: SignalQueue(of: [])).status == .signaled(.terminate))
    }

    @Test func `one that was stopped stays stopped`() throws {
        let program = try HostProgram("/bin/sleep", ["1000"], environment: [])
            .start(in: Descriptor.open("/", [.readOnly, .directory]))
        let process = program.process.id
        try program.process.send(.stop)
        while try status(process, "State")?.hasPrefix("T") == false { Clock.sleep(milliseconds: 1) }
        _ = try hold(process)
        // It is let go, and stops by itself again.
        let end = Clock.monotonic + 30_000_000_000
        while try status(process, "State")?.hasPrefix("T") == false, Clock.monotonic < end {
            Clock.sleep(milliseconds: 1)
        }
        #expect(try status(process, "State")?.hasPrefix("T") == true)
        try program.process.send(.kill)
        #expect(try program.finish(limit: 100, interruptedBy: SignalQueue(of: [])).status == .signaled(.kill))
    }

    @Test func `one that has ended is none, and its parent learns of it`() throws {
        #expect(try StoppedThread.stop(Int32.max) == nil)
        // Its children end before, meanwhile and afterwards, and it ends with 7 where it has learned of each how.
        let script = """
            i=0
            while [ $i -lt 100 ]; do /bin/sh -c 'exit 3' & wait $!; [ $? = 3 ] || exit 9; i=$((i + 1)); done
            exit 7
            """
        let program = try HostProgram("/bin/sh", ["-c", script], environment: [])
            .start(in: Descriptor.open("/", [.readOnly, .directory]))
        let parent = program.process.id
        while try !program.process.hasEnded() {
            let list = (try? Descriptor.contents(of: "/proc/\(parent)/task/\(parent)/children")) ?? []
            for word in list.split(separator: UInt8(ascii: " ")) {
                guard let child = Int32(String(decoding: word, as: UTF8.self)) else { continue }
                if let thread = try StoppedThread.stop(child) { _ = thread.id }
            }
        }
        #expect(try program.finish(limit: 100, interruptedBy: SignalQueue(of: [])).status == .exited(7))
    }
}
