// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux
internal import OCI

extension Engine {
    /// Why the container that `text` names is as it is: how it ended, or what it does, and how it started.
    public func account(of text: String) throws(EngineError) -> ContainerAccount {
        recover()
        let record = settled(try containers.find(text))
        let request = record.request.isNull ? nil : try ContainerRequest(of: record)
        return ContainerAccount(record: record, request: request, facts: facts(about: record))
    }

    private func facts(about record: ContainerRecord) -> ContainerAccount.Facts {
        var facts = ContainerAccount.Facts()
        facts.isPaused = record.isPaused
        if case .running(let process, let start, _) = record.state, ProcessTimes.start(of: process) == start {
            facts.processState = Self.state(of: process)
            if let path = ContainerDetails(record.details)?.cgroup, let cgroup = try? Cgroup(opening: path) {
                let use = cgroup.use()
                (facts.processes, facts.memoryUsed) = (use.processes, use.memory)
                facts.memory = ContainerEnding.Memory(ofCgroup: path)
            }
        }
        if !record.error.isEmpty, !record.isLive { facts.program = diagnose(record) }
        if case .exited(let code, let finished, _) = record.state, code != 0, let process = record.ending?.process {
            (facts.kernel, facts.kernelObstacle) = Self.kernelLines(
                about: process, program: record.command.first ?? "", from: record.started, to: finished)
        }
        return facts
    }

    /// proc_pid_status(5), `State`: `sleeping`.
    private static func state(of process: Int32) -> String {
        for line in String(
            decoding: (try? Descriptor.contents(of: "/proc/\(process)/status")) ?? [], as: UTF8.self
        ).split(separator: "\n") where line.hasPrefix("State:") {
            return String(line.drop { $0 != "(" }.dropFirst().prefix { $0 != ")" })
        }
        return ""
    }

    /// What is to be seen of the program of a container that did not start; nil where nobody can look.
    private func diagnose(_ record: ContainerRecord) -> (path: String, diagnosis: ProgramDiagnosis)? {
        guard let name = record.command.first, !name.isEmpty, let details = ContainerDetails(record.details) else {
            return nil
        }
        let paths: [String]
        if name.utf8.contains(UInt8(ascii: "/")) {
            paths = [name.isRooted ? name : details.workingDirectory + "/" + name]
        } else {
            let search = details.environment.last { $0.hasPrefix("PATH=") }?.dropFirst(5) ?? ""
            paths = search.split(separator: ":").map { "\($0)/\(name)" }
        }
        return try? withFiles(of: record, writing: false) { root in
            for path in paths {
                guard let status = try? root.open(CopyPath(path, isInContainer: true), [.path]).status() else {
                    continue
                }
                guard status.kind == .regular, status.permissions & 0o111 != 0 else {
                    return (path, .notExecutable)
                }
                let file = try root.open(CopyPath(path, isInContainer: true), [.readOnly])
                let bytes = try file.read(upTo: 1 << 16)
                return (
                    path,
                    ProgramDiagnosis(ofFile: bytes) { name in
                        (try? root.open(CopyPath(name, isInContainer: true), [.path])) != nil
                    }
                )
            }
            return (name, .missing)
        }
    }

    /// What the kernel's log has about a process between two moments, and why not where it cannot be known.
    private static func kernelLines(
        about process: Int32, program: String, from started: String, to finished: String
    ) -> (lines: [String], obstacle: String) {
        let now = Clock.wall
        func sinceBoot(_ text: String, _ slack: Int64) -> UInt64? {
            guard let time = try? MomentArgument(parsing: text, now: now).time else { return nil }
            let ago = (now.seconds - time.seconds) * 1_000_000 + (now.nanoseconds - time.nanoseconds) / 1000
            return UInt64(max(0, Int64(clamping: Clock.monotonic / 1000) - ago + slack))
        }
        // The kernel's clock of its log drifts from others, by some seconds in weeks.
        guard let start = sinceBoot(started, -2_000_000), let end = sinceBoot(finished, 2_000_000), start <= end else {
            return ([], "")
        }
        let log: KernelLog
        do throws(SystemError) { log = try KernelLog.read() } catch {
            return ([], "The kernel's log could say more, and cannot be read here: \(error).")
        }
        let name = String(program.split(separator: "/").last ?? "").utf8.prefix(15)
        let shares = KernelLog.sharesNumbers
        var lines = shares ? log.entries(about: process, from: start, to: end).map(\.text) : []
        for refusal in log.refusals(from: start, to: end)
        where shares ? refusal.process == process : Array(refusal.name.utf8) == Array(name) {
            lines.append(refusal.words + (shares ? "" : " (of a program of that name, at that time)"))
        }
        var seen: Set<String> = []
        return (lines.filter { seen.insert($0).inserted }.suffix(10), "")
    }
}

extension SeccompRefusal {
    /// In words: `a seccomp filter stopped getppid of probe, by SIGSYS`.
    var words: String {
        let table = SeccompArchitecture.allCases.first { $0.auditValue == architecture }
        let call = table?.name(of: call) ?? "call \(call)"
        return signal == 0
            ? "A seccomp filter had something to say of the call \(call) of \(name)."
            : "A seccomp filter did not bear the call \(call) of \(name), which got \(Signal(rawValue: signal)) for it."
    }
}
