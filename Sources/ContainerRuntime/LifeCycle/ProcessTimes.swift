// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// When a process started, which together with its number says which process it is.
public enum ProcessTimes {
    /// In clock ticks since boot; nil where there is no such process: proc(5), `/proc/PID/stat`, field 22.
    public static func start(of process: Int32) -> UInt64? { startAndActivity(of: process)?.start }

    /// The same, and the letter of what the process does, as `D` for an uninterruptible wait and `Z` for one that has
    /// ended: field 3.
    public static func startAndActivity(of process: Int32) -> (start: UInt64, activity: Character)? {
        guard let fields = fields(of: process), fields.count > 19, let start = UInt64(fields[19]),
            let activity = fields[0].first
        else { return nil }
        return (start, activity)
    }

    /// What follows the name, which is in parentheses and may hold anything, parentheses and spaces included.
    private static func fields(of process: Int32) -> [String]? {
        guard let bytes = try? Descriptor.contents(of: "/proc/\(process)/stat"),
            let end = bytes.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        return bytes[(end + 1)...].split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
            .map { String(decoding: $0, as: UTF8.self) }
    }
}
