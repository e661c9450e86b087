// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension TerminalView {
    /// How many lines of the output of a step are shown while it runs.
    static let windowHeight = 6

    /// The lines that change: the steps that run with the last of their output, what is being exported, the status.
    func liveLines(exports: [(text: String, since: BuildClock)]) -> [[UInt8]] {
        let running = progress.steps.filter { if case .running = $0.state { true } else { false } }
        // A frame taller than the terminal could not be overwritten.
        let room = max(1, Int(size.rows) - 1)
        let status = painter.paint(DisplayWidth.cut(progress.statusLine.utf8, to: columns), .running)
        let titles = min(running.count + exports.count, room - 1)
        var windows = room - 1 - titles
        var lines: [[UInt8]] = []
        for (place, step) in running.prefix(titles).enumerated() {
            guard case .running(let since) = step.state else { continue }
            lines.append(line(step.label, time: progress.now.tenths(since: since), .running))
            let share = min(Self.windowHeight, windows / (running.count - place))
            let output = window(of: step, height: share)
            windows -= output.count
            lines += output
        }
        for export in exports.prefix(max(0, titles - running.count)) {
            lines.append(line(export.text, time: progress.now.tenths(since: export.since), .running))
        }
        return lines + [status]
    }

    /// The last lines of a step's output, the one that is being written included.
    private func window(of step: BuildProgress.Step, height: Int) -> [[UInt8]] {
        guard height > 0 else { return [] }
        let lines = step.tail.suffix(height) + (step.output.begun.map { [$0] } ?? [])
        return lines.suffix(height).map { line in
            painter.paint(Array(" => => # ".utf8), .running) + DisplayWidth.cut(line, to: max(0, columns - 9))
        }
    }

    /// A line with a time at its right end.
    func line(_ text: String, time: String, _ color: Painter.Color) -> [UInt8] {
        let room = max(0, columns - time.utf8.count - 1)
        var line = DisplayWidth.cut(" => \(text)".utf8, to: room)
        let gap = columns - DisplayWidth.columns(of: line) - time.utf8.count
        if !time.isEmpty, gap > 0 { line += Array(repeating: UInt8(ascii: " "), count: gap) + Array(time.utf8) }
        return painter.paint(line, color)
    }
}

extension BuildProgress {
    /// `[+] Building 2.3s (2/8)`.
    var statusLine: String {
        "[+] Building \(now.tenths())" + (plan == nil ? "" : " (\(ended)/\(steps.count))")
    }
}

/// Colours, where there are any.
struct Painter: Sendable {
    enum Color: Sendable {
        case running, done, failed, warning, note

        /// The parameters of SGR; nil for the terminal's own colour.
        fileprivate var parameters: String? {
            switch self {
            case .running: nil
            case .done: "34"
            case .failed: "31"
            case .warning: "33"
            case .note: "2"
            }
        }
    }

    let hasColors: Bool

    func paint(_ text: [UInt8], _ color: Color) -> [UInt8] {
        guard hasColors, !text.isEmpty, let parameters = color.parameters else { return text }
        return Array("\u{1B}[\(parameters)m".utf8) + text + Array("\u{1B}[m".utf8)
    }
}
