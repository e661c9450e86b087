// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// A wait for any of many descriptors that makes nothing on the heap: epoll(7), level-triggered.
public struct EventQueue: ~Copyable, Sendable {
    /// What is waited for; nothing still tells that the other end is gone.
    public struct Interest: OptionSet, Hashable, Sendable {
        public let rawValue: Int32
        public init(rawValue: Int32) { self.rawValue = rawValue }
        public static let reading = Interest(rawValue: 1)
        public static let writing = Interest(rawValue: 2)
    }

    /// What happened on a descriptor.
    public struct Event: Sendable {
        /// What the descriptor was added as.
        public let token: Int
        /// Whether there is something to read, the end included.
        public let isReadable: Bool
        public let isWritable: Bool
        /// Whether the other end is gone.
        public let isClosed: Bool
    }

    /// Something to read where there is an event, so that one queue can be waited for in another, or by poll(2).
    public let descriptor: Descriptor
    private var events: [mb_event]

    public init() throws(SystemError) {
        descriptor = Descriptor(adopting: try check("epoll_create1") { mb_epoll_create() })
        events = [mb_event](repeating: mb_event(), count: Int(MB_EVENTS))
    }

    /// Waits for `added` as well. Closing its last copy takes it out again.
    public borrowing func add(_ added: borrowing Descriptor, as token: Int, _ interest: Interest) throws(SystemError) {
        try control(0, added, token, interest)
    }

    /// Waits for something else on a descriptor that was added.
    public borrowing func change(
        _ added: borrowing Descriptor, as token: Int, _ interest: Interest
    ) throws(SystemError) {
        try control(1, added, token, interest)
    }

    /// No longer waits for it.
    public borrowing func remove(_ added: borrowing Descriptor) throws(SystemError) {
        try control(2, added, 0, [])
    }

    private borrowing func control(
        _ operation: Int32, _ added: borrowing Descriptor, _ token: Int, _ interest: Interest
    ) throws(SystemError) {
        let (queue, number) = (descriptor.raw, added.raw)
        try check("epoll_ctl") { mb_epoll_control(queue, operation, number, UInt64(token), interest.rawValue) }
    }

    /// Waits until something happens, or for `milliseconds` (-1: for ever), and says how many events there are.
    public mutating func wait(milliseconds: Int32) throws(SystemError) -> Int {
        let number = descriptor.raw
        let count = unsafe events.withUnsafeMutableBufferPointer {
            unsafe mb_epoll_wait(number, $0.baseAddress, milliseconds)
        }
        guard count < 0 else { return Int(count) }
        let code = Glibc.errno
        if code == EINTR { return 0 }
        throw SystemError("epoll_wait", Errno(rawValue: code))
    }

    /// The event at a place below the number that ``wait(milliseconds:)`` gave.
    public borrowing func event(at place: Int) -> Event {
        let event = events[place]
        return Event(
            token: Int(event.token), isReadable: event.what & 1 != 0, isWritable: event.what & 2 != 0,
            isClosed: event.what & 4 != 0)
    }
}
