// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// The descriptors that a process keeps when it closes all others.
public struct KeptDescriptors: Sendable {
    private var numbers: [UInt32] = [0, 1, 2]

    /// The standard streams.
    public init() {}

    /// One more.
    public mutating func keep(_ descriptor: borrowing Descriptor) { numbers.append(UInt32(descriptor.raw)) }

    /// The ranges between those that are kept.
    fileprivate var others: [(first: UInt32, last: UInt32)] {
        var result: [(first: UInt32, last: UInt32)] = []
        var start: UInt32 = 0
        for number in Set(numbers).sorted() {
            if number > start { result.append((start, number - 1)) }
            start = number + 1
        }
        result.append((start, .max))
        return result
    }
}

/// How a process that is a copy of another gives up what it does not need.
extension CurrentProcess {
    /// Closes all descriptors but those that are kept: close_range(2).
    ///
    /// What is closed still belongs to values of this program. So it is for a process that ends by
    /// ``exitImmediately(_:)`` and leaves no scope before that in which there was one.
    public static func closeDescriptors(except kept: KeptDescriptors) throws(SystemError) {
        for range in kept.others { try check("close_range") { mb_close_range(range.first, range.last, 0) } }
    }

    /// Makes `directory` the root of all paths, and the current directory: chroot(2). It needs `CAP_SYS_CHROOT`.
    public static func changeRoot(to directory: borrowing Descriptor) throws(SystemError) {
        try changeDirectory(to: directory)
        try check("chroot") { unsafe chroot(".") }
    }

    /// Sets the extended attribute `key` of `name` in `directory`, of the link itself if it is one: lsetxattr(2), where
    /// there may be no `/proc`. The current directory is `directory` afterwards.
    public static func setAttribute(
        _ key: FileName, to value: [UInt8], of name: FileName, movingTo directory: borrowing Descriptor
    ) throws(SystemError) {
        try changeDirectory(to: directory)
        try unsafe name.withCString { path throws(SystemError) in
            try unsafe key.withCString { key throws(SystemError) in
                try check("lsetxattr") { unsafe mb_lsetxattr(path, key, value, value.count) }
            }
        }
    }

    /// The process that made this one, or who took it over: getppid(2).
    public static var parent: Int32 { getppid() }

    /// How many threads this process has: proc(5), `/proc/PID/task`.
    public static func threadCount() throws(SystemError) -> Int {
        try Descriptor.open("/proc/self/task", [.readOnly, .directory]).entries().count
    }
}
