// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Glibc
internal import Synchronization

/// A program that is started, read and waited for in a thread of its own: tests run side by side in any number, and a pool of
/// threads that all wait for programs would let none of them be stopped.
///
/// Foundation's `Process` is not used for it: it learns of a program's end from a socket that what the program leaves
/// behind holds as well.
final class Program: Sendable {
    private enum State { case waiting, running(pid_t), ended }
    private let state = Mutex(State.waiting)
    /// Set once: it is to end, for whatever reason.
    private let isCancelled = Mutex(false)

    /// Between the making of pipes and the start of who gets them.
    private static let start = Mutex(())

    private let words: [String]
    private let environment: [String: String]
    private let input: [UInt8]

    private init(_ words: [String], environment: [String: String], input: [UInt8]) {
        self.words = words
        self.environment = environment
        self.input = input
    }

    /// Runs `words` to their end. A task that is cancelled, or has waited for longer than `timeout`, ends the program.
    static func run(
        _ words: [String], environment: [String: String], input: [UInt8] = [], timeout: Duration? = nil
    ) async throws(MiniboxError) -> CommandResult {
        let program = Program(words, environment: environment, input: input)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                Thread.detachNewThread { continuation.resume(returning: program.perform(timeout: timeout)) }
            }
        } onCancel: {
            program.cancel()
        }
        return try result.get()
    }

    private func cancel() {
        isCancelled.withLock { $0 = true }
        state.withLock { if case .running(let process) = $0 { kill(process, SIGTERM) } }
    }

    private func perform(timeout: Duration?) -> Result<CommandResult, MiniboxError> {
        // Who is cancelled before the start starts nothing.
        if isCancelled.withLock({ $0 }) { return .failure(interrupted) }
        var streams = Streams()
        guard let process = Self.start.withLock({ _ in spawn(&streams) }) else {
            streams.close()
            let reason = String(cString: strerror(errno))
            return .failure(
                MiniboxError(
                    .programMissing,
                    "cannot run \(words[0]): \(reason); install minibox, or name the program in MINIBOX",
                    command: words))
        }
        state.withLock { $0 = .running(process) }
        if isCancelled.withLock({ $0 }) { kill(process, SIGTERM) }
        let end = timeout.map { ContinuousClock.now + $0 }
        var hasTimedOut = false
        var status: CInt?
        while status == nil {
            let isOpen = streams.exchange(input, milliseconds: 20)
            if let end, !hasTimedOut, ContinuousClock.now > end {
                hasTimedOut = true
                kill(process, SIGTERM)
            }
            if let end, ContinuousClock.now > end + .seconds(5) { kill(process, SIGKILL) }
            // It has closed its streams, and goes on for a moment.
            if !isOpen { usleep(2000) }
            status = state.withLock { state in
                var word: CInt = 0
                // Its number is not another's before it was waited for, which happens with nobody about to send a signal.
                guard waitpid(process, &word, WNOHANG) == process else { return nil }
                state = .ended
                return word
            }
        }
        streams.drain()
        streams.close()
        if hasTimedOut {
            return .failure(
                MiniboxError(
                    .timedOut, "it took longer than \(timeout.map(\.description) ?? "")", command: words,
                    standardError: streams.text(2)))
        }
        if isCancelled.withLock({ $0 }) { return .failure(interrupted) }
        let word = status ?? 0
        return .success(
            CommandResult(
                exitCode: word & 0x7f == 0 ? (word >> 8) & 0xff : 128 + (word & 0x7f),
                standardOutput: streams.text(1), standardError: streams.text(2)))
    }

    private var interrupted: MiniboxError { MiniboxError(.timedOut, "the task was cancelled", command: words) }

    /// Starts it, with pipes for its standard streams and nothing else of ours.
    private func spawn(_ streams: inout Streams) -> pid_t? {
        guard streams.open() else { return nil }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, end) in streams.theirs.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, end, CInt(number))
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Test runners block and ignore signals that a program is to hear.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var arguments = words.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (arguments + variables).forEach { free($0) } }
        var process: pid_t = 0
        let code = posix_spawnp(&process, words[0], &actions, &attributes, &arguments, &variables)
        streams.closeTheirs()
        errno = code
        return code == 0 ? process : nil
    }
}
