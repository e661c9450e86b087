// SPDX-License-Identifier: Apache-2.0
public import Linux
internal import OCI

/// Keeps what happens during a build: the whole output of every step, and what became of it.
///
///     STORE/builds/ID/   record.jsonl   a JSON object a line: what was asked, the steps, what became of each, the end
///                        step-N.log     what step N wrote, as it came
///
/// Both are only ever added to, so that a build that is killed leaves all that it did until then, a cut last line at most.
/// They are not forced to the disk: a log is no reason to wait. The record is locked for as long as the build runs.
public final class BuildLog {
    /// The build's id: twelve digits.
    public let id: String
    /// Why nothing is kept any more; the build goes on.
    public private(set) var failure: SystemError?

    private let directory: Descriptor
    private let journal: Descriptor
    private var files: [Int: OpenFile] = [:]
    private var starts: [Int: BuildClock] = [:]
    private var explanations: [Int: [String]] = [:]
    private var now = BuildClock(microseconds: 0)

    private final class OpenFile {
        let descriptor: Descriptor
        init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
    }

    /// Begins the log of a build, and removes those of builds that were long ago.
    ///
    /// While it lives, this process asks `logs` nothing: that would open the record, and closing it would unlock it.
    public init(of request: BuildRequest, in logs: BuildLogs) throws(SystemError) {
        logs.prune()
        let root = try Descriptor.makeDirectories(logs.path, mode: 0o700)
        let id = Randomness.bytes(6).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        try root.makeDirectory(id, mode: 0o700)
        let directory = try root.open(id, [.readOnly, .directory])
        journal = try directory.open(BuildLogs.recordName, [.writeOnly, .create, .append, .exclusive], mode: 0o600)
        _ = try journal.lockForProcess()
        self.id = id
        self.directory = directory
        var head = JSON.Object([
            ("id", .string(id)), ("created", .string(Clock.wall.exactText)),
            ("context", .string(request.context.text)),
        ])
        head["dockerfile"] = request.dockerfile.map { .string($0.text) }
        head["tags"] = JSON(request.tags.map(\.familiar))
        head["target"] = request.target.map(JSON.string)
        add(head)
        if let failure { throw failure }
    }

    /// Keeps what an event says.
    public func take(_ event: BuildEvent) {
        switch event {
        case .planned(let plan):
            let steps = plan.steps.map { step -> JSON in
                var object = JSON.Object([("label", .string(step.label))])
                object["line"] = step.range.map { JSON($0.start.line) }
                return .object(object)
            }
            add(JSON.Object([("steps", .array(steps))]))
        case .warning(let text): add(JSON.Object([("warning", .string(text))]))
        case .found(let report):
            for finding in report.findings {
                add(JSON.Object([("warning", .string("\(finding.rule.rawValue): \(finding.words)"))]))
            }
        case .started(let step, let after):
            now = max(now, after)
            starts[step] = after
        case .cached(let step, let explanation): end(step, .cached, explanation: explanation)
        case .missed(let step, let explanation): explanations[step] = explanation
        case .wrote(let step, _, let bytes, let after):
            now = max(now, after)
            write(bytes, of: step)
        case .finished(let step, let after): end(step, .done, at: after)
        case .failed(let step, let reason, let after): end(step, .failed, at: after, reason: reason)
        case .canceled(let step): end(step, .canceled, at: now)
        case .exporting(.finished(_, let after)), .tick(let after): now = max(now, after)
        case .read, .note, .shell, .exporting(.started): break
        }
    }

    /// Keeps how the build ended.
    public func end(_ ending: BuildEnding) {
        var object = JSON.Object()
        switch ending {
        case .built(let image, _, let after):
            now = max(now, after)
            object["result"] = .string(BuildRecord.State.built.rawValue)
            object["image"] = image.map(JSON.string)
        case .failed(let error):
            let state: BuildRecord.State = error.code == .interrupted ? .interrupted : .failed
            object["result"] = .string(state.rawValue)
            object["error"] = .string(error.description)
            if case .step(let exitCode) = error.code { object["exitCode"] = JSON(exitCode) }
        }
        object["seconds"] = .number(now.inSeconds)
        add(object)
    }

    private func end(
        _ step: Int, _ state: BuildRecord.Step.State, at clock: BuildClock? = nil, reason: String? = nil,
        explanation: [String] = []
    ) {
        files[step] = nil
        var object = JSON.Object([("step", JSON(step + 1)), ("state", .string(state.rawValue))])
        if let clock {
            now = max(now, clock)
            object["start"] = .number((starts[step] ?? clock).inSeconds)
            object["end"] = .number(clock.inSeconds)
        }
        object["reason"] = reason.map(JSON.string)
        let explanation = explanation.isEmpty ? explanations[step] ?? [] : explanation
        if !explanation.isEmpty { object["explanation"] = JSON(explanation) }
        add(object)
    }

    private func write(_ bytes: [UInt8], of step: Int) {
        attempt { () throws(SystemError) in
            if let file = files[step] {
                try file.descriptor.write(bytes)
                return
            }
            let name = BuildLogs.logName(of: step + 1)
            let file = OpenFile(try directory.open(name, [.writeOnly, .create, .append], mode: 0o600))
            files[step] = file
            try file.descriptor.write(bytes)
        }
    }

    private func add(_ object: JSON.Object) {
        attempt { () throws(SystemError) in try journal.write(JSON.object(object).bytes() + [UInt8(ascii: "\n")]) }
    }

    /// A disk that is full ends the log and not the build.
    private func attempt(_ work: () throws(SystemError) -> Void) {
        guard failure == nil else { return }
        do throws(SystemError) { try work() } catch { failure = error }
    }
}

extension BuildClock {
    var inSeconds: Double { Double(microseconds) / 1_000_000 }
}
