// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux
internal import OCI

/// Why a container is as it is, in sentences: of its record, and of what could be found out when it was asked.
///
/// It asks nobody anything itself: the same facts give the same words.
public struct ContainerAccount: Sendable {
    /// A title and the sentences below it.
    public struct Section: Hashable, Sendable {
        public let title: String
        public let lines: [String]
    }

    /// What is found out beside the record.
    struct Facts: Sendable {
        var isPaused = false
        /// Of the program, where it runs: proc_pid_status(5), `State`.
        var processState = ""
        var processes: UInt64?
        var memoryUsed: UInt64?
        /// Where it runs.
        var memory: ContainerEnding.Memory?
        /// Where its last start failed: its program, and what is to be seen of it.
        var program: (path: String, diagnosis: ProgramDiagnosis)?
        /// What the kernel wrote about it.
        var kernel: [String] = []
        /// Why that could not be looked up; empty where it could.
        var kernelObstacle = ""
    }

    let record: ContainerRecord
    /// nil of a record that has none.
    let request: ContainerRequest?
    let facts: Facts

    /// Who it is, in one line.
    public var headline: String {
        "\(record.name) (\(record.id.prefix(12)), image \(record.image)): \(facts.isPaused ? "paused" : record.state.word)"
    }

    /// What there is to say. Nothing is left out that is known, and nothing is said that is not.
    public var sections: [Section] {
        var all: [Section] = []
        func add(_ title: String, _ lines: [String]) {
            if !lines.isEmpty { all.append(Section(title: title, lines: lines)) }
        }
        switch record.state {
        case .created where record.error.isEmpty:
            add("Not started", ["It was made at \(record.created) and never started: 'minibox start \(record.name)'."])
        case .created: break
        case .running(let process, _, let since): add("Now", running(process, since: since))
        case .exited(let code, let finished, let outOfMemory):
            add("How it ended", ending(code, finished, outOfMemory: outOfMemory))
        case .restarting(let code, let finished):
            add("How it ended", ending(code, finished, outOfMemory: false))
        }
        if !record.error.isEmpty { add("Why it did not start", failure) }
        if case .running = record.state, let former = record.ending {
            add(
                "How it ended the time before",
                ending(former.code, former.finished, outOfMemory: (former.memory?.kills ?? 0) > 0))
        }
        add("What the kernel wrote of it", kernel)
        add("Health", health)
        add("Restarts", restarts)
        add("Its start, phase by phase", phases)
        return all
    }

    private var failure: [String] {
        var lines = [record.error]
        if let program = facts.program { lines += program.diagnosis.words(of: program.path) }
        return lines
    }

    private func running(_ process: Int32, since: String) -> [String] {
        var line = "It runs since \(since). Its program is process \(process) of the host"
        if !facts.processState.isEmpty { line += ", \(facts.processState)" }
        var lines = [line + "."]
        if facts.isPaused { lines.append("All of its processes are held: 'minibox unpause \(record.name)'.") }
        if let count = facts.processes { lines.append("Processes and threads: \(count).") }
        if let memory = facts.memory {
            let used = facts.memoryUsed.map { "It uses \(ExitWords.size($0)) of memory" } ?? "Its memory is counted"
            let limit = memory.limit.map { ", and may use \(ExitWords.size($0))" } ?? ", and has no limit"
            let peak = memory.peak.map { "; the most was \(ExitWords.size($0))" } ?? ""
            lines.append(used + limit + peak + ".")
            if memory.kills > 0 { lines += Self.kills(memory, name: record.name) }
        }
        return lines
    }

    /// What the kernel killed for memory.
    static func kills(_ memory: ContainerEnding.Memory, name: String) -> [String] {
        let count = memory.kills == 1 ? "a process" : "\(memory.kills) processes"
        let peak = memory.peak.map { "; the most that it used was \(ExitWords.size($0))" } ?? ""
        guard memory.shortages > 0, let limit = memory.limit else {
            return [
                "The kernel killed \(count) of it for memory, and not at a limit of its own: at one above it, or as the "
                    + "machine had none left\(peak)."
            ]
        }
        let swap = memory.swapLimit.map { " and \(ExitWords.size($0)) of swap" } ?? ""
        return [
            "The kernel killed \(count) of it for memory: its limit is \(ExitWords.size(limit))\(swap)\(peak).",
            "'minibox update --memory SIZE \(name)' gives it more.",
        ]
    }

    private var kernel: [String] {
        // Only where there is something that the kernel would know.
        guard case .exited(let code, _, _) = record.state, code != 0, record.ending?.process != nil else { return [] }
        if !facts.kernel.isEmpty { return facts.kernel }
        return record.ending?.signal != nil && !facts.kernelObstacle.isEmpty ? [facts.kernelObstacle] : []
    }

    private var health: [String] {
        guard let status = record.health["Status"]?.string else { return [] }
        let streak = record.health["FailingStreak"]?.int64 ?? 0
        var lines = ["It is \(status)" + (streak > 0 ? "; bad answers in a row: \(streak)." : ".")]
        for answer in (record.health["Log"]?.array ?? []).suffix(5) {
            let code = answer["ExitCode"]?.int64 ?? 0
            let output = answer["Output"]?.string ?? ""
            let shown = output.split(whereSeparator: \.isNewline).prefix(3).joined(separator: " / ")
            lines.append("\(answer["End"]?.string ?? "") code \(code)" + (shown.isEmpty ? "" : ": \(shown)"))
        }
        return lines
    }

    private var restarts: [String] {
        guard let policy = request?.restart, policy != .no || record.restarts > 0 else { return [] }
        var lines = ["Its policy is \(policy); it has been started again \(Self.times(record.restarts)) so far."]
        switch record.state {
        case .restarting: lines.append("It is about to be started again.")
        case .exited where record.wasStopped: lines.append("A person ended it, so it is not started again.")
        case .exited(let code, _, _):
            if case .onFailure(let most) = policy {
                if code == 0 { lines.append("It ended with 0, which is no failure.") }
                if code != 0, let most, record.restarts >= most { lines.append("That is as often as it may be.") }
            }
        case .created, .running: break
        }
        return lines
    }

    private static func times(_ count: Int) -> String { count == 1 ? "once" : "\(count) times" }

    private var phases: [String] {
        let known = Phase.allCases.compactMap { phase in record.phases[phase.rawValue].map { (phase, $0) } }
        guard !known.isEmpty else { return [] }
        let lines = known.map { phase, nanoseconds in
            let name = phase.rawValue + String(repeating: " ", count: max(1, 9 - phase.rawValue.count))
            let time = ExitWords.milliseconds(nanoseconds)
            return name + String(repeating: " ", count: max(0, 11 - time.count)) + time + "   " + phase.meaning
        }
        let whole = ExitWords.milliseconds(known.reduce(0) { $0 + $1.1 })
        return lines + ["together " + String(repeating: " ", count: max(0, 11 - whole.count)) + whole]
    }
}

extension Phase {
    /// What is done in it, in a line.
    fileprivate var meaning: String {
        switch self {
        case .prepare: "cgroup and limits, before there is a process"
        case .spawn: "the clone into its namespaces"
        case .beside: "id maps, /dev and layers, while the process makes its namespaces"
        case .build: "its mounts"
        case .pivot: "its root becomes the root"
        case .inside: "host name, user and program, masked paths"
        case .confine: "session, limits, rights"
        case .gate: "waiting to be started"
        case .launch: "filter and execution"
        case .after: "taken away again"
        }
    }
}
