// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `run`, and what `create` and `run` have in common: pid files, working directories, sockets.
@Suite(.runtimes, .runtime) struct RunTests {
    @Test(arguments: [0, 1, 7, 126, 127, 255] as [Int32]) func theCodeIsThePrograms(_ code: Int32) throws {
        let runtime = try runtime()
        #expect(try runtime.inside("exit \(code)") == Outcome(status: code, output: "", errors: ""))
        #expect(try runtime("list", "-q").output == "")
    }

    @Test func aSignalIsAddedTo128() throws {
        let runtime = try runtime()
        // Process 1 is not killed by its own signals.
        let script = "kill -KILL $$; sleep 5"
        let ended = try runtime.inside(script) { $0.linux.namespaces.removeAll { $0.type == "pid" } }
        #expect(ended == Outcome(status: 137, output: "", errors: ""))
    }

    @Test func streamsAreTheCallers() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle(script: "read line; echo out $line; echo err >&2")
        #expect(
            try runtime.runs(bundle, input: "words\n") == Outcome(status: 0, output: "out words\n", errors: "err\n"))
    }

    @Test func aDetachedContainerGoesOn() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle(script: "echo ready; sleep 100")
        let pidFile = runtime.folder + "/pid"
        let program = try runtime.start(
            ["run", "--detach", "--bundle", bundle.path, "--pid-file", pidFile, "detached"])
        #expect(program.wait(sharesStreams: true).status == 0)
        #expect(program.waitForOutput("ready"))
        let state = try Document(text: runtime("state", "detached").output)
        #expect(state.status == "running")
        #expect(runtime.contents(pidFile) == state.pid.integer.map(String.init))
    }

    @Test func thePidFileIsTheNumberAlone() throws {
        let runtime = try runtime()
        let file = runtime.folder + "/pid"
        let container = try runtime.create(try runtime.bundle(), flags: ["--pid-file", file])
        #expect(runtime.contents(file) == String(try container.process))
        // The temporary file that it was renamed from is gone.
        let names = try FileManager.default.contentsOfDirectory(atPath: runtime.folder)
        #expect(!names.contains { $0.hasPrefix(".") }, "\(names)")
    }

    @Test func pathsAreTheCallersNotTheBundles() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle()
        let place = runtime.folder + "/place"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        let container = try runtime.create(bundle, flags: ["--pid-file", "relative"], directory: place)
        #expect(runtime.contents(place + "/relative") == String(try container.process))
        #expect(runtime.contents(bundle.path + "/relative") == nil)
    }

    @Test func theBundleIsWhereWeAreUnlessSaid() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle(script: "echo here")
        #expect(
            try runtime("run", "here", directory: bundle.path) == Outcome(status: 0, output: "here\n", errors: ""))
        let name = URL(fileURLWithPath: bundle.path).lastPathComponent
        #expect(try runtime("run", "-b", name, "here", directory: runtime.folder).output == "here\n")
    }

    @Test func noPidFileIsWrittenWhereTheCreationFails() throws {
        let runtime = try runtime()
        let file = runtime.folder + "/pid"
        let bundle = try runtime.bundle { $0.process.args = ["/no/such/program"] }
        let refused = try runtime("create", "--bundle", bundle.path, "--pid-file", file, "none")
        #expect(refused.status == 1, "\(refused)")
        #expect(runtime.contents(file) == nil)
    }

    @Test func aKeptContainerStaysAfterItsEnd() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle(script: "exit 3")
        #expect(try runtime("run", "--keep", "--bundle", bundle.path, "kept").status == 3)
        #expect(try Document(text: runtime("state", "kept").output).status == "stopped")
        #expect(try runtime("delete", "kept") == Outcome(status: 0, output: "", errors: ""))
    }

    @Test func signalsArePassedOn() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle(
            script: "trap 'echo got TERM; exit 9' TERM; echo ready; while :; do sleep 0.05; done")
        let program = try runtime.start(["run", "--bundle", bundle.path, "signals"])
        #expect(program.waitForOutput("ready"))
        program.send(SIGTERM)
        #expect(program.wait() == Outcome(status: 9, output: "ready\ngot TERM\n", errors: ""))
    }

    @Test func flagsOfCallersAreKnown() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle(script: "echo fine")
        for flags in [
            ["--no-pivot"], ["--no-new-keyring"], ["--no-subreaper"], ["-no-subreaper"], ["--preserve-fds", "0"],
        ] {
            #expect(
                try runtime.runs(bundle, flags: flags) == Outcome(status: 0, output: "fine\n", errors: ""), "\(flags)")
        }
    }

    @Test func aPidfdIsSentToItsSocket() throws {
        let runtime = try runtime()
        let socket = try DescriptorSocket(runtime.folder + "/pidfd")
        let container = try runtime.create(try runtime.bundle(), flags: ["--pidfd-socket", socket.path])
        let (descriptor, _) = try socket.receive()
        defer { close(descriptor) }
        let told = try #require(runtime.contents("/proc/self/fdinfo/\(descriptor)"))
        #expect(told.contains("Pid:\t\(try container.process)\n"), "\(told)")
    }
}
