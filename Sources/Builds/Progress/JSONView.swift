// SPDX-License-Identifier: Apache-2.0
internal import OCI

/// A build as JSON, an object a line, for programs: `--progress json`.
///
/// Each has `event`, and where there is one `step` (its number, from 1) and `time` (seconds since the start). What a step
/// writes is text in whole characters, as it came; bytes that are no UTF-8 are U+FFFD.
public struct JSONView: BuildView {
    private var plan: BuildPlan?
    /// Of each stream of each step, the start of a character whose end has not come.
    private var halves: [Stream: [UInt8]] = [:]
    private var now = BuildClock(microseconds: 0)

    private struct Stream: Hashable {
        var step: Int
        var isError: Bool
    }

    public init() {}

    public mutating func show(_ event: BuildEvent) -> [UInt8] {
        switch event {
        case .planned(let plan):
            self.plan = plan
            return line(
                "planned", [("steps", .array(plan.steps.map { $0.json })), ("notes", JSON(plan.notes))])
        case .note(let text): return line("note", [("text", .string(text))])
        case .warning(let text): return line("warning", [("text", .string(text))])
        case .started(let step, let after): return line("started", step: step, at: after)
        case .cached(let step, let explanation): return line("cached", step: step, explanation: explanation)
        case .missed(let step, let explanation): return line("missed", step: step, explanation: explanation)
        case .wrote(let step, let isError, let bytes, let after):
            return output(bytes, of: Stream(step: step, isError: isError), at: after)
        case .finished(let step, let after): return rest(of: step, at: after) + line("finished", step: step, at: after)
        case .failed(let step, let reason, let after):
            return rest(of: step, at: after) + line("failed", step: step, at: after, [("error", .string(reason))])
        case .canceled(let step): return rest(of: step, at: now) + line("canceled", step: step)
        case .exporting(.started(let text)): return line("exporting", [("text", .string(text))])
        case .exporting(.finished(let text, let after)): return line("exported", at: after, [("text", .string(text))])
        case .found(let report): return report.findings.flatMap { found($0) }
        case .shell(let step): return line("shell", step: step)
        case .read, .tick: return []
        }
    }

    public mutating func end(_ ending: BuildEnding) -> [UInt8] {
        switch ending {
        case .built(let image, let names, let after):
            return line("built", at: after, [("image", image.map(JSON.string)), ("names", JSON(names))])
        case .failed(let error):
            var exitCode: JSON?
            if case .step(let code) = error.code { exitCode = JSON(code) }
            return line(
                "error",
                [
                    ("error", .string(error.description)), ("exitCode", exitCode),
                    ("line", error.range.map { JSON($0.start.line) }),
                ])
        }
    }

    private mutating func found(_ finding: CheckFinding) -> [UInt8] {
        line(
            "finding",
            [
                ("rule", .string(finding.rule.rawValue)), ("text", .string(finding.words)),
                ("line", finding.ranges.first.map { JSON($0.start.line) }),
            ])
    }

    private mutating func output(_ bytes: [UInt8], of stream: Stream, at after: BuildClock) -> [UInt8] {
        var whole = (halves[stream] ?? []) + bytes
        let half = whole.suffix(unfinishedLength(of: whole))
        whole.removeLast(half.count)
        halves[stream] = half.isEmpty ? nil : Array(half)
        return text(whole, of: stream, at: after)
    }

    /// What came of characters that never ended.
    private mutating func rest(of step: Int, at after: BuildClock) -> [UInt8] {
        [false, true].flatMap { isError -> [UInt8] in
            let stream = Stream(step: step, isError: isError)
            return text(halves.removeValue(forKey: stream) ?? [], of: stream, at: after)
        }
    }

    private mutating func text(_ bytes: [UInt8], of stream: Stream, at after: BuildClock) -> [UInt8] {
        if bytes.isEmpty { return [] }
        let name = stream.isError ? "stderr" : "stdout"
        let text = String(decoding: bytes, as: UTF8.self)
        return line("output", step: stream.step, at: after, [("stream", .string(name)), ("text", .string(text))])
    }

    private mutating func line(
        _ event: String, step: Int? = nil, at clock: BuildClock? = nil, explanation: [String] = [],
        _ more: [(String, JSON?)] = []
    ) -> [UInt8] {
        var object = JSON.Object([("event", .string(event))])
        if let step { object["step"] = JSON(step + 1) }
        if let clock {
            now = max(now, clock)
            object["time"] = .number(Double(clock.microseconds) / 1_000_000)
        }
        if !explanation.isEmpty { object["explanation"] = JSON(explanation) }
        for (key, value) in more { object[key] = value }
        return JSON.object(object).bytes() + [UInt8(ascii: "\n")]
    }
}

extension BuildStep {
    fileprivate var json: JSON {
        var object = JSON.Object([
            ("step", JSON(shownNumber)), ("stage", .string(stage)), ("number", JSON(number)), ("count", JSON(count)),
            ("text", .string(text)), ("label", .string(label)),
        ])
        if let range { object["line"] = JSON(range.start.line) }
        return .object(object)
    }
}

/// How many bytes at the end of `bytes` begin a character of UTF-8 that goes on behind them: 0 to 3.
func unfinishedLength(of bytes: [UInt8]) -> Int {
    for (length, byte) in bytes.suffix(3).reversed().enumerated() where byte & 0xC0 != 0x80 {
        let needed = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
        return length + 1 < needed ? length + 1 : 0
    }
    return 0
}
