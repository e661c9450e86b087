// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@Suite struct HostProgramTests {
    private func run(_ script: String, environment: [String] = [], limit: Int = 1 << 20) throws -> RunningProgram.Result
    {
        let program = HostProgram("/bin/sh", ["-c", script], environment: environment)
        return try program.start(in: Descriptor.open("/usr", [.readOnly, .directory]))
            .finish(limit: limit, interruptedBy: SignalQueue(of: []))
    }

    @Test func `what a program writes and how it ends is known`() throws {
        let result = try run("echo out; echo err >&2; exit 7")
        #expect(result.status == .exited(7))
        #expect(result.output == Array("out\n".utf8))
        #expect(result.error == Array("err\n".utf8))
        #expect(try run("kill -9 $$").status == .signaled(.kill))
    }

    @Test func `it starts in the directory, with these variables, and with nothing to read`() throws {
        #expect(try run("pwd; cat", environment: ["A=b"]).output == Array("/usr\n".utf8))
        let variables = try run("env", environment: ["A=b", "PATH=/usr/bin:/bin"]).output
        #expect(String(decoding: variables, as: UTF8.self).split(separator: "\n").contains("A=b"))
        #expect(!String(decoding: variables, as: UTF8.self).contains("HOME="))
    }

    @Test func `much output does not stop it, and is cut`() throws {
        let result = try run("PATH=/usr/bin:/bin; head -c 3000000 /dev/zero; head -c 300000 /dev/zero >&2", limit: 1000)
        #expect(result.status == .exited(0))
        #expect(result.output.count == 1000)
        #expect(result.error.count == 1000)
    }

    @Test func `it is over when the program is`() throws {
        let result = try run("PATH=/usr/bin:/bin; sleep 3 & echo started")
        #expect(result.output == Array("started\n".utf8))
    }

    @Test func `it is found in PATH`() {
        #expect(HostProgram.find("sh")?.hasSuffix("/sh") == true)
        #expect(HostProgram.find("no-such-program-here") == nil)
    }

    @Test func `a program that is not there is an error`() throws {
        let program = HostProgram("/nowhere/program", [], environment: [])
        let error = #expect(throws: SystemError.self) {
            _ = try program.start(in: Descriptor.open("/", [.readOnly, .directory]))
        }
        #expect(error?.errno == .noEntry)
    }

    @Test func `it reads what it is given, however much that is`() throws {
        let program = HostProgram("/bin/sh", ["-c", "PATH=/usr/bin:/bin; wc -c"], environment: [])
        let given = [UInt8](repeating: 65, count: 3_000_000)
        let result = try program.start(in: Descriptor.open("/", [.readOnly, .directory]), input: given)
            .finish(limit: 100, within: -1)
        #expect(result?.output == Array("3000000\n".utf8))
        // One that reads nothing is no error.
        let other = HostProgram("/bin/sh", ["-c", "exit 3"], environment: [])
        let code = try other.start(in: Descriptor.open("/", [.readOnly, .directory]), input: given)
            .finish(limit: 100, within: -1)
        #expect(code?.status == .exited(3))
    }

    @Test func `one that takes too long is killed`() throws {
        let program = HostProgram("/bin/sh", ["-c", "PATH=/usr/bin:/bin; exec sleep 10000"], environment: [])
        let result = try program.start(in: Descriptor.open("/", [.readOnly, .directory]))
            .finish(limit: 100, within: 200)
        #expect(result == nil)
    }
}
