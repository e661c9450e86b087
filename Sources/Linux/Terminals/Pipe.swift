// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// A pipe: pipe(7).
public struct Pipe: ~Copyable, Sendable {
    public let reader: Descriptor
    public let writer: Descriptor

    /// A new pipe, closed on `exec`.
    public init() throws(SystemError) {
        var ends: [CInt] = [-1, -1]
        try check("pipe2") { unsafe mb_pipe(&ends) }
        reader = Descriptor(adopting: ends[0])
        writer = Descriptor(adopting: ends[1])
    }

    /// A descriptor of the end to write to that can read as well, so that the pipe always has a reader: proc(5),
    /// `/proc/self/fd`.
    public borrowing func writerThatReads() throws(SystemError) -> Descriptor {
        try Descriptor.open("/proc/self/fd/\(writer.raw)", .readWrite)
    }

    /// Keeps the end to read from, at which the end of the input is.
    public consuming func takeReader() -> Descriptor { reader }

    /// Keeps the end to write to; what is read from the other is over when it is closed.
    public consuming func takeWriter() -> Descriptor { writer }

    /// Both ends as slots of two tables.
    public consuming func put(
        reader readerSlot: DescriptorTable.Slot, in readers: inout DescriptorTable,
        writer writerSlot: DescriptorTable.Slot, in writers: inout DescriptorTable
    ) {
        readers.put(reader, in: readerSlot)
        writers.put(writer, in: writerSlot)
    }
}

/// A wait for any of several descriptors: poll(2).
public struct PollSet: Sendable {
    /// What is waited for on a descriptor.
    public enum Interest: Sendable {
        case reading, writing
        /// That a file of the kernel's says something new since it was read: `POLLPRI`, as cgroup-v2.rst has it of
        /// `cgroup.events`.
        case change
    }
    private var items: [pollfd] = []
    public init() {}

    /// Adds a descriptor; the answer is its place in ``isReady(_:)``.
    public mutating func add(_ descriptor: borrowing Descriptor, _ interest: Interest) -> Int {
        let events =
            switch interest {
            case .reading: POLLIN
            case .writing: POLLOUT
            case .change: POLLPRI
            }
        items.append(pollfd(fd: descriptor.raw, events: Int16(events), revents: 0))
        return items.count - 1
    }

    /// Waits until one is ready, or for `milliseconds`; -1 waits for ever.
    public mutating func wait(milliseconds: Int32 = -1) throws(SystemError) {
        let count = nfds_t(items.count)
        let result = unsafe items.withUnsafeMutableBufferPointer { unsafe poll($0.baseAddress, count, milliseconds) }
        let code = Glibc.errno
        if result < 0 && code != EINTR { throw SystemError("poll", Errno(rawValue: code)) }
    }

    /// Whether the descriptor at `place` is ready, closed at the other end, or broken.
    public func isReady(_ place: Int) -> Bool { items[place].revents != 0 }
}

extension Descriptor {
    /// Sets whether reads and writes return at once: fcntl(2), O_NONBLOCK.
    public borrowing func setNonBlocking(_ on: Bool) throws(SystemError) {
        let number = raw
        let flags = try check("fcntl") { mb_fcntl(number, F_GETFL, 0) }
        try check("fcntl") { mb_fcntl(number, F_SETFL, Int(on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK)) }
    }
}
