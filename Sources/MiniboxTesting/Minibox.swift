// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// The installed program, as tests call it.
///
/// What is made through it is removed when the test process ends, whatever way: every command that makes something has
/// `--lease` with the number of this process.
public struct Minibox: Sendable {
    /// The words before a command's name: the program, and flags such as `--root`. With `["sudo", "-n", "minibox"]`
    /// tests can run as a user.
    public var command: [String]
    /// The variables that the program gets.
    public var environment: [String: String]
    /// How long a command may take that waits for nothing.
    public var timeout: Duration

    /// - Parameter command: by default the program that `MINIBOX` names, or `minibox` in `PATH`.
    public init(command: [String]? = nil, timeout: Duration = .seconds(60)) {
        environment = ProcessInfo.processInfo.environment
        self.command = command ?? [environment["MINIBOX"] ?? "minibox"]
        self.timeout = timeout
    }

    /// The program that containers are started by where no other is named. Bind it for a scope with
    /// `Minibox.$current.withValue(...)`.
    @TaskLocal public static var current = Minibox()

    /// The number of this process, as the owner of what it makes.
    var lease: [String] { ["--lease", "\(ProcessInfo.processInfo.processIdentifier)"] }

    /// Runs `minibox` with `words`.
    /// - Returns: how it ended, whatever its exit code.
    public func run(
        _ words: [String], input: [UInt8] = [], timeout: Duration? = nil
    ) async throws(MiniboxError) -> CommandResult {
        try await Program.run(
            command + words, environment: environment, input: input, timeout: timeout ?? self.timeout)
    }

    /// Runs `minibox` with `words`, and throws what it wrote to standard error where it does not end with 0.
    @discardableResult
    public func succeed(
        _ words: [String], input: [UInt8] = [], timeout: Duration? = nil
    ) async throws(MiniboxError) -> CommandResult {
        let result = try await run(words, input: input, timeout: timeout)
        guard result.exitCode == 0 else { throw failure(words, result) }
        return result
    }

    func failure(_ words: [String], _ result: CommandResult) -> MiniboxError {
        MiniboxError(
            .commandFailed, "minibox \(words.first ?? "") ended with \(result.exitCode)", command: command + words,
            exitCode: result.exitCode, standardError: result.standardError)
    }

    /// Builds an image from a folder with a Dockerfile. Its name goes when the test process ends; what was built stays in
    /// the cache, so that the next build is quick.
    /// - Returns: its name, for ``Container/run(image:command:options:on:)``.
    @discardableResult
    public func build(
        context: String, tag: String, dockerfile: String? = nil, arguments: [String: String] = [:],
        timeout: Duration = .seconds(600)
    ) async throws(MiniboxError) -> String {
        var words = ["build", "-q", "-t", tag] + lease
        if let dockerfile { words += ["-f", dockerfile] }
        for (name, value) in arguments.sorted(by: { $0.key < $1.key }) { words += ["--build-arg", "\(name)=\(value)"] }
        try await succeed(words + [context], timeout: timeout)
        return tag
    }
}
