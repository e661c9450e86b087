// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// What a process does to itself that is a copy of another, for a task.
extension CurrentProcess {
    /// Gets less of the processor than others that want it: nice(2). Where that cannot be, nothing changes.
    public static func standBack(by increment: Int32) { _ = nice(increment) }

    /// Whether it has no thread but this one, and may clone: proc(5), `/proc/self/task`. False where that cannot be seen.
    public static var hasOneThread: Bool {
        (try? Descriptor.open("/proc/self/task", [.readOnly, .directory]).names().count) == 1
    }

    /// Closes all descriptors but the standard streams and two more: close_range(2).
    ///
    /// What is closed still belongs to values of this program. So it is for a process that ends by
    /// ``exitImmediately(_:)`` and leaves no scope before that in which there was one.
    public static func closeDescriptors(
        except first: borrowing Descriptor, _ second: borrowing Descriptor
    ) throws(SystemError) {
        var start: UInt32 = 3
        for kept in [UInt32(first.raw), UInt32(second.raw)].sorted() where kept >= start {
            if kept > start { try check("close_range") { mb_close_range(start, kept - 1, 0) } }
            start = kept + 1
        }
        try check("close_range") { mb_close_range(start, .max, 0) }
    }

    /// Closes all descriptors but the standard streams and one more, as ``closeDescriptors(except:_:)``.
    public static func closeDescriptors(except kept: borrowing Descriptor) throws(SystemError) {
        try closeDescriptors(except: kept, kept)
    }

    /// What others see as this process's command line from now on, as far as there is room for it: proc(5),
    /// `/proc/PID/cmdline`. What was there may be somebody's secret.
    public static func setCommandLine(_ text: String) { _ = unsafe mb_set_command_line(text) }

    /// Lets go of what whoever started this process waits for: the standard streams are nothing from now on, and no
    /// directory is held.
    public static func letGoOfCaller() throws(SystemError) {
        let nothing = try Descriptor.open("/dev/null", .readWrite)
        for stream: Int32 in 0...2 { try setStandardStream(stream, to: nothing) }
        try changeDirectory(to: "/")
    }
}
