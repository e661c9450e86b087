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
        if case .failed = ending { FailureReport.bytes(of: progress) } else { [] }
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
