// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What a process does, by the letter of proc_pid_status(5).
public enum ProcessState: Character {
    case running = "R"
    case sleeping = "S"
    case waitingForDisk = "D"
    case stopped = "T"
    /// By who traces it.
    case held = "t"
    /// It has ended, and its parent or who traces it has not asked for it yet.
    case zombie = "Z"

    /// That of a process; nil where there is none of the number.
    public init?(of process: pid_t) {
        guard let letter = Self.field("State", of: process)?.first else { return nil }
        self.init(rawValue: letter)
    }

    /// Whether a process has ended.
    public static func hasEnded(_ process: pid_t) -> Bool {
        let state = Self(of: process)
        return state == .zombie || state == nil && kill(process, 0) != 0
    }

    /// Who traces a process; nil where nobody does.
    public static func tracer(of process: pid_t) -> pid_t? {
        field("TracerPid", of: process).flatMap { pid_t($0) }.flatMap { $0 > 1 ? $0 : nil }
    }

    private static func field(_ name: String, of process: pid_t) -> String? {
        let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        return status?.split(separator: "\n").first { $0.hasPrefix(name + ":\t") }
            .map { String($0.dropFirst(name.count + 2)) }
    }
}
