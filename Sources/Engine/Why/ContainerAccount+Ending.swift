// SPDX-License-Identifier: Apache-2.0
internal import Linux
public import OCI

extension ContainerAccount {
    /// How a run ended.
    func ending(_ code: Int32, _ finished: String, outOfMemory: Bool) -> [String] {
        var lines = ["It ended at \(finished), and its exit code is \(code)."]
        guard let ending = record.ending else {
            lines.append("More was not kept of it.")
            return lines
        }
        if let unseen = ending.unseen {
            lines.append(
                unseen == .boot
                    ? "The machine went down while it ran: nobody saw its end, which is told as 137."
                    : "Nobody saw its end: its supervisor was killed, and it with it, or it ended later while nobody watched it. "
                        + "That is told as 137.")
            return lines
        }
        if let number = ending.signal {
            lines += signal(Signal(rawValue: number), ending)
        } else {
            lines.append(ExitWords.meaning(of: code, name: record.name))
            if let sent = ending.sent { lines.append("Before, " + ExitWords.sender(sent)) }
            if let memory = ending.memory, memory.kills > 0 { lines += Self.kills(memory, name: record.name) }
            if code != 0, ending.sent == nil { lines += refusals }
        }
        return lines
    }

    /// What a signal ended.
    private func signal(_ signal: Signal, _ ending: ContainerEnding) -> [String] {
        var lines = [
            "\(signal) ended its program, which is told as \(128 + signal.rawValue) (128 and the signal's number, "
                + "\(signal.rawValue))."
        ]
        if let sent = ending.sent, sent.signal == signal.rawValue {
            return lines + [ExitWords.sender(sent)]
        }
        if let memory = ending.memory, memory.kills > 0, signal == .kill {
            return lines + Self.kills(memory, name: record.name)
        }
        if signal.description == "SIGSYS" {
            lines.append(
                "That is what its seccomp filter has for a call that it does not only refuse: 'minibox run --explain' shows "
                    + "the filter, and --security-opt seccomp=unconfined runs it without.")
        } else if let fault = ExitWords.fault(signal) {
            lines.append("It is the program's own doing: \(fault).")
        } else {
            lines.append("minibox did not send it: a process in the container or on the host did, or the kernel.")
        }
        if signal == .kill, ending.memory == nil {
            lines.append(
                "Whether it was killed for memory cannot be told: this host does not count a container's memory (no memory "
                    + "controller of cgroup v2).")
        }
        if let memory = ending.memory, memory.kills > 0 { lines += Self.kills(memory, name: record.name) }
        return lines
    }

    /// What cannot be known of the filter's work, and what would show it.
    private var refusals: [String] {
        guard let filter = record.details["Seccomp"]?.string, filter != "unconfined" else { return [] }
        return [
            "A call that its seccomp filter refuses is answered with 'operation not permitted', which leaves no trace. If its "
                + "log speaks of that, the same run with --security-opt seccomp=unconfined tells whether it was the filter, "
                + "and with --cap-add whether it was a capability."
        ]
    }

    /// All of it for programs: what is known by name, and the sentences.
    public var json: JSON {
        var object = JSON.Object([
            ("Id", .string(record.id)), ("Name", .string(record.name)), ("Image", .string(record.image)),
            ("Status", .string(facts.isPaused ? "paused" : record.state.word)), ("Created", .string(record.created)),
            ("StartedAt", .string(record.started)),
        ])
        switch record.state {
        case .created: break
        case .running(let process, _, _):
            object["Pid"] = JSON(process)
            object["ProcessState"] = .string(facts.processState)
            if let memory = facts.memory { object["Memory"] = memory.json }
        case .exited(let code, let finished, let outOfMemory):
            object["ExitCode"] = JSON(code)
            object["FinishedAt"] = .string(finished)
            object["OOMKilled"] = .bool(outOfMemory)
        case .restarting(let code, let finished):
            object["ExitCode"] = JSON(code)
            object["FinishedAt"] = .string(finished)
        }
        if let ending = record.ending { object["Ending"] = ending.json }
        object["Error"] = .string(record.error)
        object["KernelLog"] = JSON(facts.kernel)
        object["Health"] = record.health
        object["RestartPolicy"] = .string(request.map { "\($0.restart)" } ?? "")
        object["RestartCount"] = JSON(record.restarts)
        object["PhaseNanoseconds"] = .object(
            JSON.Object(record.phases.sorted { $0.key < $1.key }.map { ($0.key, JSON($0.value)) }))
        object["Account"] = .array(
            sections.map { ["Title": .string($0.title), "Lines": JSON($0.lines)] })
        return .object(object)
    }
}
