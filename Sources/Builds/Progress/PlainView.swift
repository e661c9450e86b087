// SPDX-License-Identifier: Apache-2.0

/// A build as lines that stay, for logs and pipes: as BuildKit's `--progress plain`.
///
///     #5 [build 2/5] RUN make
///     #5 0.312 cc -c main.c
///     #5 DONE 0.4s
///
/// A step has the number of its place in the plan, which is also what `build logs --step` takes; what is done with the
/// image then has the next one, and what belongs to no step has 0.
public struct PlainView: BuildView {
    private var progress: BuildProgress
    private var sections = SectionQueue()
    private var exportStart: BuildClock?
    private var hasReported = false
    private var partStart = BuildClock(microseconds: 0)

    /// - Parameter keepsColors: whether the colours that steps give their output stay.
    public init(keepsColors: Bool) { progress = BuildProgress(keepsColors: keepsColors) }

    public mutating func show(_ event: BuildEvent) -> [UInt8] {
        let lines = progress.take(event)
        switch event {
        case .planned(let plan): for note in plan.notes { sections.writeAlone("#0 \(oneLine(note))") }
        case .shell: return report() + Array("#0 \(BuildProgress.shellNotice)\n".utf8)
        case .note(let text): sections.writeAlone("#0 \(oneLine(text))")
        case .warning(let text):
            for line in text.split(separator: "\n") { sections.writeAlone("WARNING: \(oneLine(String(line)))") }
        case .started(let step, _): begin(step)
        case .cached(let step, let explanation):
            begin(step)
            explain(explanation, step)
            end(step, "CACHED")
        case .missed(let step, let explanation):
            begin(step)
            explain(explanation, step)
        case .wrote(let step, _, _, _): write(lines, of: step)
        case .finished(let step, let after):
            write(lines, of: step)
            end(step, "DONE \(after.seconds(since: progress.start(of: step)))")
        case .failed(let step, let reason, _):
            write(lines, of: step)
            end(step, "ERROR: \(oneLine(reason))")
        case .canceled(let step):
            write(lines, of: step)
            end(step, "CANCELED")
        case .exporting(let part): export(part)
        case .read, .found, .tick: break
        }
        sections.takeTurns(at: progress.now)
        return sections.take()
    }

    public mutating func end(_ ending: BuildEnding) -> [UInt8] {
        if let exportStart {
            if case .built = ending {
                sections.write(
                    "DONE \(progress.now.seconds(since: exportStart))".utf8, to: exportNumber, at: progress.now)
            }
            sections.end(exportNumber)
        }
        sections.finish()
        if ending.showsFindings {
            for line in CheckSummary.lines(of: progress.findings) { sections.writeAlone(line) }
        }
        if case .failed = ending { return report() }
        return sections.take()
    }

    /// All that waits, and once the report of the failure.
    private mutating func report() -> [UInt8] {
        sections.finish()
        defer { hasReported = true }
        return sections.take() + (hasReported ? [] : FailureReport.bytes(of: progress))
    }

    private var exportNumber: Int { progress.steps.count + 1 }

    private mutating func begin(_ step: Int) {
        guard progress.steps.indices.contains(step) else { return }
        sections.begin(step + 1, progress.steps[step].label)
    }

    private mutating func explain(_ lines: [String], _ step: Int) {
        for line in lines { sections.write("cache: \(oneLine(line))".utf8, to: step + 1, at: progress.now) }
    }

    private mutating func write(_ lines: [[UInt8]], of step: Int) {
        if lines.isEmpty { return }
        let prefix = progress.now.milliseconds(since: progress.start(of: step)) + " "
        for line in lines { sections.write(prefix.utf8 + line, to: step + 1, at: progress.now) }
    }

    private mutating func end(_ step: Int, _ word: String) {
        sections.write(word.utf8, to: step + 1, at: progress.now)
        sections.end(step + 1)
    }

    private mutating func export(_ part: BuildEvent.ExportEvent) {
        sections.begin(exportNumber, "exporting")
        switch part {
        case .started(let text):
            if exportStart == nil { exportStart = progress.now }
            partStart = progress.now
            sections.write(oneLine(text).utf8, to: exportNumber, at: progress.now)
        case .finished(let text, let after):
            sections.write(
                "\(oneLine(text)) \(after.seconds(since: partStart)) done".utf8, to: exportNumber, at: progress.now)
        }
    }
}
