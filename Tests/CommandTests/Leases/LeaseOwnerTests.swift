// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// What a lease can be tied to.
@Suite(.commands, .box) struct LeaseOwnerTests {
    private func start(_ descriptor: Int32, _ words: [String] = ["-d", "busybox", "sleep", "1000"]) throws -> Outcome {
        let program = try RunningProgram(
            [TestMachine.program, "run", "--lease", "fd:3"] + words, environment: try box().environment,
            descriptors: [descriptor])
        return program.wait()
    }

    private func pipe() throws -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        try #require(Glibc.pipe(&ends) == 0)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// Whichever end the command is given, the pipe is who holds it open for writing.
    @Test(arguments: [true, false]) func aPipeEndsWithItsLastWriter(givesReadingEnd: Bool) throws {
        let box = try box()
        let pipe = try pipe()
        let given = givesReadingEnd ? pipe.reading : pipe.writing
        for _ in 0..<2 {
            let run = try start(given)
            #expect(run.status == 0, "\(run)")
        }
        #expect(Clock.wait { box.keepers().count == 1 })
        // What is written means nothing.
        #expect(write(pipe.writing, "x", 1) == 1)
        usleep(300_000)
        #expect(try box("ps", "-q").lines.count == 2)
        close(pipe.writing)
        #expect(box.isEmptySoon(), "\(box.leasedThings())")
        close(pipe.reading)
    }

    @Test func aNamedPipeThatAShellHolds() throws {
        let box = try box()
        let shell = try RunningProgram(
            [
                "/bin/bash", "-c",
                """
                mkfifo \(box.folder)/lease; exec 3<>\(box.folder)/lease
                "$1" run -d --lease fd:3 busybox sleep 1000 && echo started; exec sleep 1000
                """, "shell", TestMachine.program,
            ], environment: box.environment)
        box.atEnd { shell.stop() }
        #expect(shell.waitForOutput("started"), "\(shell.errorsSoFar)")
        #expect(try box("ps", "-q").lines.count == 1)
        shell.stop()
        #expect(box.isEmptySoon(), "\(box.leasedThings())")
    }

    /// The command has inherited the end that can be written to as well, and stays: it must not keep its own lease.
    @Test func aCommandThatStaysHoldsNothing() throws {
        let box = try box()
        let shell = try box.shell(
            """
            mkfifo \(box.folder)/lease; exec 3<>\(box.folder)/lease
            $MINIBOX run --lease fd:3 --rm busybox sh -c 'echo ready; sleep 1000' >\(box.folder)/out &
            command=$!
            until grep -q ready \(box.folder)/out; do sleep 0.02; done
            exec 3>&-; wait $command; echo "ended $?"
            """)
        #expect(shell.text == "ended 137", "\(shell)")
        #expect(box.isEmptySoon(), "\(box.leasedThings())")
    }

    @Test func whatTellsOfNobodysEndIsRefused() throws {
        let box = try box()
        func expect(_ words: String, _ lease: String, redirection: String = "") throws {
            let outcome = try box.shell(
                "exec 4< <(:); wait $!; $MINIBOX run --rm --lease \(lease) busybox true \(redirection)")
            #expect(outcome.status == 125 && outcome.errors.contains(words), "\(lease): \(outcome)")
        }
        try expect("descriptor 9 is not open in this command", "fd:9", redirection: "9>&-")
        try expect("descriptor 3 is a file", "fd:3", redirection: "3</etc/passwd")
        try expect("descriptor 3 is a directory", "fd:3", redirection: "3</")
        try expect("descriptor 3 is a device", "fd:3", redirection: "3</dev/null")
        try expect("nobody holds the other end of descriptor 4", "fd:4")
        try expect("there is no process 4194304", "4194304")
        try expect("is the number of no process", "0")
        try expect("is nothing that a lease can be tied to", "self")
        try expect("is nothing that a lease can be tied to", "tcp:3")
        try expect("is what the command writes to", "fd:1")
        #expect(box.leasedThings().isEmpty, "\(box.leasedThings())")
    }

    @Test func aProcessThatHasEndedIsRefused() throws {
        let box = try box()
        // A zombie, it may be: it has ended, and still has its number.
        let outcome = try box.shell(
            """
            sh -c 'exit 0' & while grep -q '^State:.[^Z]' /proc/$!/status 2>/dev/null; do sleep 0.02; done
            $MINIBOX run --rm --lease $! busybox true; exit $?
            """)
        #expect(outcome.status == 125, "\(outcome)")
        #expect(
            outcome.errors.contains("has ended") || outcome.errors.contains("there is no process"), "\(outcome)")
    }
}
