// SPDX-License-Identifier: Apache-2.0
public import Linux

/// A build on a terminal, redrawn in place.
///
///      => CACHED [build 1/4] WORKDIR /src                                  0.0s
///      => [build 2/4] COPY . .                                             0.1s
///      => [build 3/4] RUN make                                             2.1s
///      => => # cc -c main.c
///     [+] Building 2.3s (2/8)
///
/// A step that has ended is written once and stays, so that the terminal's own memory has it however long the build is.
/// Below, the steps that run are drawn anew, each with the last lines of its output; they vanish when it has ended. A
/// frame is one write, which overwrites the one before instead of clearing it, and no more than twenty come a second.
public struct TerminalView: BuildView {
    static let frameTime: Int64 = 50_000

    var progress: BuildProgress
    var size: TerminalSize
    let painter: Painter
    /// Lines that are written above the frame and stay.
    private var settled: [[UInt8]] = []
    /// The columns of each line of the frame that is on the screen.
    private var drawn: [Int] = []
    private var lastFrame: BuildClock?
    private var hasReported = false
    private var exports: [(text: String, since: BuildClock)] = []

    /// - Parameter hasColors: whether there are colours, of this view and in what steps write.
    public init(size: TerminalSize, hasColors: Bool) {
        self.size = size
        painter = Painter(hasColors: hasColors)
        progress = BuildProgress(keepsColors: hasColors)
    }

    public mutating func resize(to size: TerminalSize) {
        guard size != self.size, size.columns > 0, size.rows > 0 else { return }
        // Terminals wrap what no longer fits: what was one row may be several now.
        let columns = Int(size.columns)
        drawn = drawn.flatMap { width in
            Array(repeating: columns, count: width / columns)
                + (width % columns > 0 || width == 0 ? [width % columns] : [])
        }
        self.size = size
        lastFrame = nil
    }

    public mutating func show(_ event: BuildEvent) -> [UInt8] {
        _ = progress.take(event)
        switch event {
        case .planned(let plan): for note in plan.notes { settle(oneLine(note), .note) }
        case .note(let text): settle(oneLine(text), .note)
        case .warning(let text):
            for line in text.split(separator: "\n") { settle("WARNING: " + oneLine(String(line)), .warning) }
        case .cached(let step, let explanation):
            settle(step)
            for line in explanation { settle("=> cache: " + oneLine(line), .note) }
        case .missed(_, let explanation): for line in explanation { settle("=> cache: " + oneLine(line), .note) }
        case .finished(let step, _), .failed(let step, _, _), .canceled(let step): settle(step)
        case .exporting(.started(let text)): exports.append((oneLine(text), progress.now))
        case .exporting(.finished(let text, let after)):
            let text = oneLine(text)
            let place = exports.firstIndex { $0.text == text } ?? exports.indices.first
            let since = place.map { exports.remove(at: $0).since } ?? after
            settled.append(line(text, time: after.seconds(since: since), .done))
        case .shell:
            return leave(progress.statusLine, .failed, reports: true)
                + Array(" => \(BuildProgress.shellNotice)\n".utf8)
        case .read, .found, .started, .wrote, .tick: break
        }
        return frame()
    }

    /// The last frame, with nothing in it that moves, and once the report of a failure.
    private mutating func leave(_ status: String, _ color: Painter.Color, reports: Bool) -> [UInt8] {
        var output = draw([painter.paint(DisplayWidth.cut(status.utf8, to: columns), color)]) + [UInt8(ascii: "\n")]
        drawn = []
        if reports, !hasReported {
            output += FailureReport.bytes(of: progress)
            hasReported = true
        }
        return output
    }

    public mutating func end(_ ending: BuildEnding) -> [UInt8] {
        for export in exports { settle(export.text, .note) }
        exports = []
        let lines = ending.showsFindings ? CheckSummary.lines(of: progress.findings) : []
        let findings = lines.flatMap { painter.paint(Array($0.utf8), .warning) + [UInt8(ascii: "\n")] }
        guard case .built(_, _, let after) = ending else {
            if hasReported && settled.isEmpty { return findings }
            return leave(progress.statusLine, .failed, reports: true) + findings
        }
        let status = "[+] Building \(after.seconds()) (\(progress.ended)/\(progress.steps.count)) FINISHED"
        return leave(status, .done, reports: false) + findings
    }

    /// One less than there are: a character in the last column leaves terminals of two minds about where the cursor is.
    var columns: Int { max(1, Int(size.columns) - 1) }

    private mutating func settle(_ text: String, _ color: Painter.Color) {
        settled.append(painter.paint(DisplayWidth.cut(" => \(text)".utf8, to: columns), color))
    }

    private mutating func settle(_ step: Int) {
        guard progress.steps.indices.contains(step) else { return }
        let step = progress.steps[step]
        switch step.state {
        case .cached: settled.append(line("CACHED \(step.label)", time: "0.000s", .done))
        case .done(let from, let to): settled.append(line(step.label, time: to.seconds(since: from), .done))
        case .failed(_, let from, let to):
            settled.append(line("ERROR \(step.label)", time: to.seconds(since: from), .failed))
        case .canceled: settled.append(line("CANCELED \(step.label)", time: "", .warning))
        case .waiting, .running: break
        }
    }

    /// The next frame, if it is time for one.
    private mutating func frame() -> [UInt8] {
        if let lastFrame, progress.now.microseconds - lastFrame.microseconds < Self.frameTime { return [] }
        lastFrame = progress.now
        return draw(liveLines(exports: exports))
    }

    /// Overwrites the last frame with what has settled and the lines of the next one.
    private mutating func draw(_ lines: [[UInt8]]) -> [UInt8] {
        // Held back until all is there, by terminals that can (DEC mode 2026); the others ignore it.
        var output = Array("\u{1B}[?2026h\r".utf8)
        if drawn.count > 1 { output += "\u{1B}[\(drawn.count - 1)A".utf8 }
        for (place, line) in (settled + lines).enumerated() {
            if place > 0 { output += "\r\n".utf8 }
            output += line
            output += "\u{1B}[K".utf8
        }
        // What is left of a frame that was taller.
        output += "\u{1B}[J\u{1B}[?2026l".utf8
        settled = []
        drawn = lines.map(DisplayWidth.columns)
        return output
    }
}
