// SPDX-License-Identifier: Apache-2.0
internal import CLinux

/// How far a clock of a time namespace is ahead of the host's: time_namespaces(7).
public struct TimeOffset: Hashable, Sendable {
    /// The clocks that can have an offset, by name as in `/proc/PID/timens_offsets`.
    public enum Clock: String, Hashable, Sendable, CaseIterable {
        case monotonic
        case boottime
    }
    public var clock: Clock
    /// May be less than 0, as long as the clock is not.
    public var seconds: Int64
    /// Less than 1,000,000,000.
    public var nanoseconds: UInt32

    public init(_ clock: Clock, seconds: Int64, nanoseconds: UInt32 = 0) {
        self.clock = clock
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// A line of `timens_offsets`.
    var line: String { "\(clock.rawValue) \(seconds) \(nanoseconds)\n" }
}

/// The time namespace that children are made in: it is made first, then set, then used; the kernel lets nobody set it
/// once a process is in it (timens_offsets, EACCES).
public enum TimeNamespace {
    /// Makes a time namespace for the children of this process: unshare(2), CLONE_NEWTIME, and sets its clocks.
    public static func makeForChildren(_ offsets: [TimeOffset]) throws(SystemError) {
        try CurrentProcess.unshare(.time)
        if offsets.isEmpty { return }
        let proc = try ProcDirectory.open()
        try ProcDirectory.write(offsets.map(\.line).joined(), to: "timens_offsets", of: proc)
    }

    /// Has children of this process made in its own time namespace again.
    public static func leaveForChildren() throws(SystemError) {
        try NamespaceFile(ofThisProcess: .time).join()
    }
}
