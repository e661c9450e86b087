// SPDX-License-Identifier: Apache-2.0

/// What happens during a build, as it happens: whoever shows a build gets these, in order.
public enum BuildEvent: Sendable {
    /// The Dockerfile's text is known: places in it can be shown. Before ``planned(_:)``, and before its errors.
    case read(DockerfileSource)
    /// The first event of the build itself: how many steps there are, those of base images included.
    case planned(BuildPlan)
    /// Something was looked up that is no step: a base image, a context, a here-document's file.
    case note(String)
    case warning(String)
    /// What the checks found, once; often nothing.
    case found(CheckReport)
    case started(step: Int, after: BuildClock)
    /// The step's layer was there already. `explanation` is there when it was asked for: a line each.
    case cached(step: Int, explanation: [String])
    /// Why the step was not cached, a line each: only when it was asked for.
    case missed(step: Int, explanation: [String])
    /// What the step wrote, as it came: not whole lines.
    case wrote(step: Int, isError: Bool, bytes: [UInt8], after: BuildClock)
    case finished(step: Int, after: BuildClock)
    case failed(step: Int, reason: String, after: BuildClock)
    /// Told to stop while the step ran.
    case canceled(step: Int)
    /// What comes after the steps: `exporting layers`, `writing image sha256:...`, `naming to NAME`.
    case exporting(ExportEvent)
    /// A shell has the terminal from now on, until the build ends: `--debug`.
    case shell(step: Int)
    /// Nothing but time went by: ten a second while the build waits, so that a view that lives can show it.
    case tick(after: BuildClock)

    public enum ExportEvent: Sendable {
        case started(String)
        case finished(String, after: BuildClock)
    }
}

/// How long after the start of the build, in microseconds.
public struct BuildClock: Hashable, Sendable, Comparable {
    public var microseconds: Int64
    public init(microseconds: Int64) { self.microseconds = microseconds }
    public static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }
}
