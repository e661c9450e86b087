// SPDX-License-Identifier: Apache-2.0
public import Linux

/// How a build is shown: events in, bytes out, and nothing else. Who has one writes the bytes where they belong.
public protocol BuildView: Sendable {
    /// What to write for what happened; often nothing.
    mutating func show(_ event: BuildEvent) -> [UInt8]
    /// The last that is written.
    mutating func end(_ ending: BuildEnding) -> [UInt8]
    /// The terminal has this size from now on.
    mutating func resize(to size: TerminalSize)
}

extension BuildView {
    /// Only a view that lives on a terminal minds its size.
    public mutating func resize(to size: TerminalSize) {}
}

/// How a build ended, as far as views show it.
public enum BuildEnding: Sendable {
    /// `image` is the image's id; nil where there is none, as of an output of files.
    case built(image: String?, names: [String], after: BuildClock)
    case failed(BuildError)
}

extension BuildEnding {
    /// Whether what the checks found is worth a word: not beside what a step failed of.
    var showsFindings: Bool {
        guard case .failed(let error) = self else { return true }
        return error.code == .check
    }
}

/// A build that is shown only where it fails: for `--quiet`.
public struct SilentView: BuildView {
    private var progress: BuildProgress

    /// - Parameter keepsColors: whether the colours that steps give their output stay.
    public init(keepsColors: Bool) { progress = BuildProgress(keepsColors: keepsColors) }

    public mutating func show(_ event: BuildEvent) -> [UInt8] {
        _ = progress.take(event)
        return []
    }
    public mutating func end(_ ending: BuildEnding) -> [UInt8] {
        guard case .failed = ending else { return [] }
        let findings = ending.showsFindings ? CheckSummary.lines(of: progress.findings) : []
        return FailureReport.bytes(of: progress) + findings.flatMap { Array($0.utf8) + [UInt8(ascii: "\n")] }
    }
}

/// What stands below the steps of a build in which the checks found something: a line each.
enum CheckSummary {
    static func lines(of findings: [CheckFinding]) -> [String] {
        if findings.isEmpty { return [] }
        let count = findings.count == 1 ? "1 warning" : "\(findings.count) warnings"
        return ["\(count) found (see the places with 'minibox build --check'):"]
            + findings.map { finding in
                " - \(finding.rule.rawValue): \(finding.words)"
                    + (finding.ranges.first.map { " (line \($0.start.line))" } ?? "")
            }
    }
}

/// What stands below the steps of a build that failed: the last lines of the step. The error itself is no part of it: it
/// is said as all errors are.
enum FailureReport {
    static func bytes(of progress: BuildProgress) -> [UInt8] {
        var text: [UInt8] = []
        if let failure = progress.failure, !progress.steps[failure.step].tail.isEmpty {
            text += "------\n > \(progress.steps[failure.step].label):\n".utf8
            for line in progress.steps[failure.step].tail { text += line + [UInt8(ascii: "\n")] }
            text += "------\n".utf8
        }
        return text
    }
}
