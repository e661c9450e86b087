// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// A container of the runtime under test that goes on after `create` or `run --detach`. Its streams are pipes of ours.
final class Container {
    let id: String
    let runtime: Runtime
    /// The `create` or `run` that made it; it has ended.
    let maker: RunningProgram

    fileprivate init(id: String, runtime: Runtime, maker: RunningProgram) {
        (self.id, self.runtime, self.maker) = (id, runtime, maker)
    }

    /// What the runtime says of it.
    var state: Document {
        get throws { try Document(text: runtime("state", id).output) }
    }

    /// `created`, `running`, `paused`, `stopped`; nil where the runtime knows of none.
    var status: String? { (try? state)?.status.string }

    /// The process id; 0 where it has ended.
    var process: pid_t { get throws { pid_t(try state.pid.integer ?? 0) } }

    /// Waits until it has a status.
    func waits(for status: String, seconds: Double = 10) -> Bool {
        Clock.wait(seconds: seconds) { self.status == status }
    }

    /// Waits until its output has `text`.
    func shows(_ text: String, seconds: Double = 10) -> Bool { maker.waitForOutput(text, seconds: seconds) }

    /// Reads what it writes during some time.
    func listen(seconds: Double) { _ = maker.waitForOutput("\u{0}", seconds: seconds) }

    /// What it has written so far.
    var output: String { maker.outputSoFar }

    /// Starts what was created, which has to work and be silent.
    func start() throws {
        let started = try runtime("start", id)
        try #require(started == Outcome(status: 0, output: "", errors: ""), "\(started)")
    }

    /// Runs a program in it, attached.
    func exec(_ words: String..., flags: [String] = [], input: String? = nil) throws -> Outcome {
        try runtime.run(["exec"] + flags + [id] + words, input: input)
    }

    /// Waits for the end of `process`, which we are the parent of since the runtime went away, and tells its exit code
    /// as a shell does; nil where it does not end.
    func exitCode(of process: pid_t, seconds: Double = 10) -> Int32? {
        var word: Int32 = 0
        guard Clock.wait(seconds: seconds, until: { waitpid(process, &word, WNOHANG) == process }) else { return nil }
        return word & 0x7f == 0 ? (word >> 8) & 0xff : 128 + (word & 0x7f)
    }
}

extension Outcome {
    /// What was said on standard error, also where a log format has quoted it.
    var words: String { errors.replacingOccurrences(of: "\\\"", with: "\"") }
}

extension Runtime {
    /// Creates a container, which has to work and be silent. It is deleted at the end of the test.
    func create(
        _ bundle: Bundle, id: String? = nil, flags: [String] = [], environment: [String: String] = [:],
        directory: String? = nil, descriptors: [Int32] = [], hasInput: Bool = false
    ) throws -> Container {
        let id = id ?? newID()
        let maker = try start(
            ["create", "--bundle", bundle.path] + flags + [id], hasInput: hasInput, environment: environment,
            directory: directory, descriptors: descriptors)
        let outcome = maker.wait(sharesStreams: true)
        try #require(outcome == Outcome(status: 0, output: "", errors: ""), "\(outcome)")
        return Container(id: id, runtime: self, maker: maker)
    }

    /// Creates and starts a container that does as `first` says, prints `ready` and goes on with `script`, and waits
    /// until it is ready.
    func running(
        _ bundle: Bundle? = nil, first: String = "trap 'exit 0' TERM", script: String = "while :; do sleep 0.1; done",
        flags: [String] = [], _ change: (inout Document) throws -> Void = { _ in }
    ) throws -> Container {
        let container = try create(
            try bundle ?? self.bundle(script: "\(first)\necho ready\n\(script)", change), flags: flags)
        try container.start()
        try #require(container.shows("ready"), "\(container.output) \(container.maker.errorsSoFar)")
        return container
    }

    /// Runs a container to its end, as `run` does in the foreground.
    func runs(
        _ bundle: Bundle, id: String? = nil, flags: [String] = [], input: String? = nil,
        environment: [String: String] = [:], descriptors: [Int32] = []
    ) throws -> Outcome {
        try run(
            ["run", "--bundle", bundle.path] + flags + [id ?? newID()], input: input, environment: environment,
            descriptors: descriptors)
    }

    /// Runs `script` in a new container, and tells how that ended.
    func inside(_ script: String, _ change: (inout Document) throws -> Void = { _ in }) throws -> Outcome {
        try runs(bundle(script: script, change))
    }
}
