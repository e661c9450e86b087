// SPDX-License-Identifier: Apache-2.0
/// A container that was started for tests.
public struct Container: Hashable, Sendable, Identifiable {
    /// 64 hexadecimal digits.
    public let id: String
    /// The program that it is known to.
    public let minibox: Minibox

    public static func == (one: Container, other: Container) -> Bool { one.id == other.id }
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }

    /// Starts a container, and waits until it is ready. It is removed with the test process at the latest.
    ///
    ///     let database = try await Container.run(
    ///         image: "postgres", options: ContainerOptions(readiness: .logLine("ready to accept connections", count: 2)))
    ///
    /// - Parameter command: instead of the image's.
    /// - Throws: `commandFailed` with what minibox said, `exitedEarly` or `timedOut` with the end of the container's log.
    public static func run(
        image: String, command: [String] = [], options: ContainerOptions = ContainerOptions(),
        on minibox: Minibox = .current
    ) async throws(MiniboxError) -> Container {
        let started = try await minibox.succeed(
            ["run", "-d"] + minibox.lease + options.words + [image] + command, timeout: options.startTimeout)
        let container = Container(id: started.text, minibox: minibox)
        do throws(MiniboxError) {
            try await container.becomeReady(options.readiness, timeout: options.startTimeout)
        } catch {
            // Also where the task was cancelled.
            try? await Task.detached { try await container.remove() }.value
            throw error
        }
        return container
    }

    /// Runs a command in the container.
    /// - Returns: how it ended, whatever its exit code.
    /// - Throws: `commandFailed` where it could not be run.
    @discardableResult
    public func exec(
        _ words: [String], environment: [String: String] = [:], user: String? = nil, workingDirectory: String? = nil,
        input: String = "", timeout: Duration? = nil
    ) async throws(MiniboxError) -> CommandResult {
        var flags: [String] = []
        if !input.isEmpty { flags.append("-i") }
        for (key, value) in environment.sorted(by: { $0.key < $1.key }) { flags += ["-e", "\(key)=\(value)"] }
        if let user { flags += ["--user", user] }
        if let workingDirectory { flags += ["--workdir", workingDirectory] }
        let line = ["exec"] + flags + [id] + words
        let result = try await minibox.run(line, input: Array(input.utf8), timeout: timeout)
        // What minibox itself has to say begins with its name, and ends with docker's codes.
        guard (125...127).contains(result.exitCode), result.standardError.hasPrefix("minibox: ") else { return result }
        throw minibox.failure(line, result)
    }

    /// Runs a line of the container's shell in it.
    @discardableResult
    public func shell(_ line: String, timeout: Duration? = nil) async throws(MiniboxError) -> CommandResult {
        try await exec(["sh", "-c", line], timeout: timeout)
    }

    /// What it has written so far, to standard output and to standard error.
    /// - Parameter tail: how many lines at the end; nil for all.
    public func logs(tail: Int? = nil) async throws(MiniboxError) -> CommandResult {
        try await minibox.succeed(["logs"] + (tail.map { ["--tail", "\($0)"] } ?? []) + [id])
    }

    /// Waits until its program has ended.
    /// - Returns: the exit code.
    public func wait(timeout: Duration = .seconds(60)) async throws(MiniboxError) -> Int32 {
        let result = try await minibox.succeed(["wait", id], timeout: timeout)
        guard let code = Int32(result.text) else { throw minibox.failure(["wait", id], result) }
        return code
    }

    /// Copies a file or folder of this machine into it.
    public func copy(from hostPath: String, toContainer path: String) async throws(MiniboxError) {
        try await minibox.succeed(["cp", hostPath, "\(id):\(path)"])
    }

    /// Copies a file or folder out of it.
    public func copy(fromContainer path: String, to hostPath: String) async throws(MiniboxError) {
        try await minibox.succeed(["cp", "\(id):\(path)", hostPath])
    }

    /// Ends its program: by its stop signal, and by SIGKILL when the time is over.
    public func stop(timeout: Duration = .seconds(10)) async throws(MiniboxError) {
        let seconds = max(0, timeout.components.seconds)
        try await minibox.succeed(["stop", "-t", "\(seconds)", id], timeout: timeout + .seconds(30))
    }

    /// Starts it again, with its files, and waits until it is ready.
    public func start(
        readiness: Readiness = .started, timeout: Duration = .seconds(60)
    ) async throws(MiniboxError) {
        try await minibox.succeed(["start", id], timeout: timeout)
        try await becomeReady(readiness, timeout: timeout)
    }

    /// Sends its program a signal, by name or number.
    public func kill(signal: String = "KILL") async throws(MiniboxError) {
        try await minibox.succeed(["kill", "--signal", signal, id])
    }

    /// Removes it with the volumes that nobody named, whether it runs or not. One that is no more stays so.
    public func remove() async throws(MiniboxError) {
        let words = ["rm", "-f", "-v", id]
        let result = try await minibox.run(words)
        guard result.exitCode == 0 || result.standardError.hasPrefix("minibox: there is no container") else {
            throw minibox.failure(words, result)
        }
    }
}
