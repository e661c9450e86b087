// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// When a process started, which together with its number says which process it is.
public enum ProcessTimes {
    /// In clock ticks since boot; nil where there is no such process: proc(5), `/proc/PID/stat`, field 22.
    public static func start(of process: Int32) -> UInt64? { startAndActivity(of: process)?.start }

    /// The same, and the letter of what the process does, as `D` for an uninterruptible wait and `Z` for one that has
    /// ended: field 3.
    public static func startAndActivity(of process: Int32) -> (start: UInt64, activity: Character)? {
        guard let bytes = try? Descriptor.contents(of: "/proc/\(process)/stat") else { return nil }
        // What follows the name, which is in parentheses and may hold anything, parentheses and spaces included.
        guard let end = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        var field = 2
        var activity: UInt8?
        var start: UInt64?
        for byte in bytes[(end + 1)...] {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\n"):
                if let start { return activity.map { (start, Character(Unicode.Scalar($0))) } }
                field += 1
            case UInt8(ascii: "0")...UInt8(ascii: "9") where field == 22:
                start = (start ?? 0) &* 10 &+ UInt64(byte - UInt8(ascii: "0"))
            default: if field == 3 { activity = activity ?? byte }
            }
        }
        return nil
    }
}
