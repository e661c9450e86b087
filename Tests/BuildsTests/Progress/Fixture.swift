// SPDX-License-Identifier: Apache-2.0
import Linux
import OCI

@testable import Builds

/// A plan of stages with the instructions given.
func plan(_ stages: (name: String, instructions: [String])...) -> BuildPlan { plan(stages) }

func plan(_ stages: [(name: String, instructions: [String])]) -> BuildPlan {
    var steps: [BuildStep] = []
    var planned: [PlannedStage] = []
    for (index, stage) in stages.enumerated() {
        var places: [Int] = []
        for (number, text) in stage.instructions.enumerated() {
            places.append(steps.count)
            steps.append(
                BuildStep(
                    id: steps.count, stage: stage.name, number: number + 1, count: stage.instructions.count, text: text,
                    range: SourceRange(
                        SourcePosition(line: steps.count + 2, column: 1),
                        SourcePosition(line: steps.count + 3, column: 1)),
                    parent: .empty, operation: .makeDirectory(path: "/", user: "")))
        }
        planned.append(
            PlannedStage(
                name: stage.name, index: index, base: .scratch, files: .empty,
                configuration: ImageConfiguration(platform: .current, diffIDs: []), steps: places))
    }
    return BuildPlan(steps: steps, stages: planned, target: planned.count - 1)
}

/// A moment, in milliseconds after the start.
func at(_ milliseconds: Int64) -> BuildClock { BuildClock(microseconds: milliseconds * 1000) }

extension BuildEvent {
    static func wrote(_ step: Int, _ text: String, _ after: BuildClock) -> BuildEvent {
        .wrote(step: step, isError: false, bytes: Array(text.utf8), after: after)
    }
}

extension BuildView {
    /// All that is written for `events`, and at the end.
    mutating func shown(_ events: [BuildEvent], _ ending: BuildEnding? = nil) -> String {
        var bytes = events.flatMap { show($0) }
        if let ending { bytes += end(ending) }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// A terminal: what its screen shows after all that was written to it. It knows what ``TerminalView`` writes, and fails
/// where something else comes.
struct Screen {
    let columns: Int
    let rows: Int
    /// All lines, those that scrolled away included.
    private(set) var lines: [[Character]] = [[]]
    private var row = 0
    private var column = 0
    private(set) var surprises: [String] = []

    init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }

    var text: [String] {
        lines.map { line in
            var line = line
            while line.last == " " { line.removeLast() }
            return String(line)
        }
    }

    mutating func write(_ text: String) {
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\r": column = 0
            case "\n": down()
            case "\u{1B}": escape(&rest)
            default:
                if scalar.value < 32 { surprises.append("control \(scalar.value)") }
                put(Character(scalar))
            }
        }
    }

    private mutating func down() {
        row += 1
        column = 0
        if row == lines.count { lines.append([]) }
    }

    private mutating func put(_ character: Character) {
        if column >= columns {
            surprises.append("a line of more than \(columns) columns")
            down()
        }
        while lines[row].count <= column { lines[row].append(" ") }
        lines[row][column] = character
        column += 1
    }

    private mutating func escape(_ rest: inout Substring.UnicodeScalarView) {
        guard rest.popFirst() == "[" else {
            surprises.append("an escape that is no control sequence")
            return
        }
        var parameters = ""
        while let scalar = rest.popFirst() {
            if ("@"..."~").contains(scalar) {
                control(parameters, scalar)
                return
            }
            parameters.unicodeScalars.append(scalar)
        }
    }

    private mutating func control(_ parameters: String, _ final: Unicode.Scalar) {
        switch (final, parameters) {
        case ("A", _):
            let count = Int(parameters) ?? 1
            if count > row || lines.count - (row - count) > rows { surprises.append("up \(count) from row \(row)") }
            row = max(0, row - count)
        case ("K", ""): lines[row] = Array(lines[row].prefix(column))
        case ("J", ""):
            lines[row] = Array(lines[row].prefix(column))
            lines.removeSubrange((row + 1)...)
        case ("m", _), ("h", "?2026"), ("l", "?2026"): break
        default: surprises.append("control sequence \(parameters)\(final)")
        }
    }
}
