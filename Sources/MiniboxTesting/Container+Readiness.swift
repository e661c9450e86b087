// SPDX-License-Identifier: Apache-2.0
internal import Foundation

extension Container {
    /// How it is at this moment.
    public struct State: Hashable, Sendable {
        /// `running`, `exited`, `created`, `paused` or `restarting`.
        public let status: String
        /// Of a container that has ended.
        public let exitCode: Int32
        /// `starting`, `healthy` or `unhealthy`; nil for one that nobody asks.
        public let health: String?
        public var isRunning: Bool { status == "running" }
    }

    /// Asks how it is.
    public func state() async throws(MiniboxError) -> State {
        let words = ["inspect", "--format", "{{json .State}}", id]
        let result = try await minibox.succeed(words)
        guard let state = try? JSONDecoder().decode(Inspection.self, from: Data(result.text.utf8)) else {
            throw minibox.failure(words, result)
        }
        return State(status: state.status, exitCode: state.exitCode ?? 0, health: state.health?.status)
    }

    /// The names are docker's.
    private struct Inspection: Decodable {
        struct Health: Decodable {
            let status: String
            enum CodingKeys: String, CodingKey { case status = "Status" }
        }
        let status: String
        let exitCode: Int32?
        let health: Health?
        enum CodingKeys: String, CodingKey {
            case status = "Status"
            case exitCode = "ExitCode"
            case health = "Health"
        }
    }

    /// Waits until it is ready.
    /// - Throws: `exitedEarly` where it ends before, `timedOut`, each with the end of its log.
    public func becomeReady(_ readiness: Readiness, timeout: Duration = .seconds(60)) async throws(MiniboxError) {
        if readiness == .started { return }
        let end = ContinuousClock.now + timeout
        var pause = Duration.milliseconds(10)
        while true {
            // Before it is asked, which has the last word.
            let isLast = ContinuousClock.now >= end
            // Asked first: what it wrote before its end is in its log then.
            let state = try await state()
            if try await isReady(readiness, state) { return }
            if case .exited(let code) = readiness.kind, state.status == "exited" {
                throw await unready(.exitedEarly, "the container ended with \(state.exitCode), and not with \(code)")
            }
            if state.status == "exited" {
                throw await unready(
                    .exitedEarly, "the container ended with \(state.exitCode) before it was ready: \(readiness.words)")
            }
            guard !isLast else {
                throw await unready(.timedOut, "the container was not ready after \(timeout): \(readiness.words)")
            }
            do { try await Task.sleep(for: pause) } catch {
                throw MiniboxError(.timedOut, "the task was cancelled before the container was ready")
            }
            pause = min(pause * 2, .milliseconds(200))
        }
    }

    private func isReady(_ readiness: Readiness, _ state: State) async throws(MiniboxError) -> Bool {
        switch readiness.kind {
        case .started: return true
        case .healthy:
            guard state.health != nil || !state.isRunning else {
                throw await unready(
                    .commandFailed, "the container has no health check: give it one, or wait for a line of its log")
            }
            return state.health == "healthy"
        case .logLine(let text, let count):
            let logs = try await logs()
            let lines = (logs.standardOutput + "\n" + logs.standardError).split(separator: "\n")
            return lines.count { $0.contains(text) } >= count
        case .command(let words): return state.isRunning ? try await exec(words).exitCode == 0 : false
        case .exited(let code): return state.status == "exited" && state.exitCode == code
        }
    }

    private func unready(_ code: MiniboxError.Code, _ message: String) async -> MiniboxError {
        let logs = try? await logs(tail: 20)
        return MiniboxError(
            code, message, standardError: (logs?.standardOutput ?? "") + (logs?.standardError ?? ""))
    }
}

extension Readiness {
    fileprivate var words: String {
        switch kind {
        case .started: "its program did not run"
        case .healthy: "its health check did not pass"
        case .logLine(let text, let count): "it did not write '\(text)'" + (count > 1 ? " \(count) times" : "")
        case .command(let words): "'\(words.joined(separator: " "))' did not end with 0"
        case .exited(let code): "it did not end with \(code)"
        }
    }
}
