// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// One end of a pair over which a parent and its child hand bytes and descriptors to each other, message by message:
/// unix(7), SOCK_SEQPACKET and SCM_RIGHTS.
public struct MessageSocket: ~Copyable, Sendable {
    public let descriptor: Descriptor

    /// The most descriptors that one message carries: SCM_MAX_FD.
    public static let maximumDescriptors = 253

    init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

    /// The socket alone, to be kept with others.
    public consuming func take() -> Descriptor { descriptor }

    /// Both ends of a new pair, closed on `exec`.
    public static func pair() throws(SystemError) -> Pair {
        var ends: [CInt] = [-1, -1]
        try check("socketpair") { unsafe mb_socketpair(&ends) }
        return Pair(
            MessageSocket(Descriptor(adopting: ends[0])), MessageSocket(Descriptor(adopting: ends[1])))
    }

    public struct Pair: ~Copyable {
        var first: MessageSocket?
        var second: MessageSocket?
        init(_ first: consuming MessageSocket, _ second: consuming MessageSocket) {
            self.first = consume first
            self.second = consume second
        }
        /// Keeps one end and closes the other.
        public mutating func takeFirst() -> MessageSocket? {
            second = nil
            return first.take()
        }
        /// Keeps the other end and closes the first.
        public mutating func takeSecond() -> MessageSocket? {
            first = nil
            return second.take()
        }
    }

    /// Sends one message.
    public borrowing func send(
        _ bytes: [UInt8], descriptors numbers: [DescriptorTable.Slot] = [], of table: borrowing DescriptorTable
    ) throws(SystemError) {
        let socket = descriptor.raw
        let raw = numbers.map { table.rawNumber($0) }
        try check("sendmsg") { unsafe mb_send_descriptors(socket, bytes, bytes.count, raw, Int32(raw.count)) }
    }

    /// Sends one message of bytes alone.
    public borrowing func send(_ bytes: [UInt8]) throws(SystemError) {
        let socket = descriptor.raw
        try check("sendmsg") { unsafe mb_send_descriptors(socket, bytes, bytes.count, nil, 0) }
    }

    /// Waits for a message of at most `size` bytes and puts its descriptors into `slots` of the table, in order.
    /// Empty where the other end was closed.
    public borrowing func receive(
        upTo size: Int, into slots: [DescriptorTable.Slot] = [], of table: inout DescriptorTable
    ) throws(SystemError) -> [UInt8] {
        try Self.receive(from: descriptor.raw, upTo: size, into: slots, of: &table)
    }

    fileprivate static func receive(
        from socket: CInt, upTo size: Int, into slots: [DescriptorTable.Slot], of table: inout DescriptorTable
    ) throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: size)
        var received = [CInt](repeating: -1, count: max(slots.count, 1))
        var count: CInt = 0
        let length = try check("recvmsg") {
            unsafe mb_receive_descriptors(socket, &bytes, size, &received, CInt(slots.count), &count)
        }
        for index in 0..<Int(count) { table.put(Descriptor(adopting: received[index]), in: slots[index]) }
        bytes.removeLast(size - length)
        return bytes
    }
}

extension DescriptorTable {
    /// The same by a socket that is kept in a slot.
    public borrowing func receive(
        _ slot: Slot, upTo size: Int, into slots: [Slot], of table: inout DescriptorTable
    ) throws(SystemError) -> [UInt8] {
        try MessageSocket.receive(from: try number(slot), upTo: size, into: slots, of: &table)
    }

    /// Sends one message by a socket that is kept in a slot.
    public borrowing func send(
        _ slot: Slot, _ bytes: [UInt8], descriptors numbers: [Slot] = [], of table: borrowing DescriptorTable
    ) throws(SystemError) {
        let socket = try number(slot)
        let raw = numbers.map { table.rawNumber($0) }
        try check("sendmsg") { unsafe mb_send_descriptors(socket, bytes, bytes.count, raw, Int32(raw.count)) }
    }
}

/// Owned descriptors by slot number, for what one step makes and a later one uses.
public struct DescriptorTable: ~Copyable, Sendable {
    /// A place in the table.
    public typealias Slot = Int
    private var numbers: [CInt] = []
    /// What has no slot any more, and is closed where there is time for it.
    private var retired: [CInt] = []

    public init() {}

    deinit {
        for number in numbers where number >= 0 { _ = Glibc.close(number) }
        for number in retired { _ = Glibc.close(number) }
    }

    /// Puts a descriptor into an empty slot.
    public mutating func put(_ descriptor: consuming Descriptor, in slot: Slot) {
        while numbers.count <= slot { numbers.append(-1) }
        if numbers[slot] >= 0 { _ = Glibc.close(numbers[slot]) }
        numbers[slot] = descriptor.release()
    }

    /// Takes the descriptor out of its slot: EBADF where the slot is empty.
    public mutating func take(_ slot: Slot) throws(SystemError) -> Descriptor {
        guard slot < numbers.count, numbers[slot] >= 0 else { throw SystemError("slot", Errno(rawValue: EBADF)) }
        let number = numbers[slot]
        numbers[slot] = -1
        return Descriptor(adopting: number)
    }

    /// Uses the descriptor in a slot and leaves it there: EBADF where the slot is empty.
    public borrowing func with<R: ~Copyable>(
        _ slot: Slot, _ body: (borrowing Descriptor) throws(SystemError) -> R
    ) throws(SystemError) -> R {
        let borrowed = Descriptor(adopting: try number(slot))
        do throws(SystemError) {
            let result = try body(borrowed)
            _ = borrowed.release()
            return result
        } catch {
            _ = borrowed.release()
            throw error
        }
    }

    /// Whether there is a descriptor in a slot.
    public borrowing func has(_ slot: Slot) -> Bool { slot < numbers.count && numbers[slot] >= 0 }

    /// The number in a slot, for `/proc/self/fd/N`: EBADF where the slot is empty.
    public borrowing func number(_ slot: Slot) throws(SystemError) -> Int32 {
        guard slot < numbers.count, numbers[slot] >= 0 else { throw SystemError("slot", Errno(rawValue: EBADF)) }
        return numbers[slot]
    }

    /// Closes what is in the slots.
    public mutating func close(_ slots: [Slot]) {
        for slot in slots where slot < numbers.count && numbers[slot] >= 0 {
            _ = Glibc.close(numbers[slot])
            numbers[slot] = -1
        }
    }

    /// Empties the slots and leaves the closing to ``closeRetired()``: that of a detached mount waits until every
    /// processor has seen it go, up to half a millisecond.
    public mutating func retire(_ slots: [Slot]) {
        for slot in slots where slot < numbers.count && numbers[slot] >= 0 {
            retired.append(numbers[slot])
            numbers[slot] = -1
        }
    }

    /// Closes what was in the slots of ``retire(_:)``.
    public mutating func closeRetired() {
        for number in retired { _ = Glibc.close(number) }
        retired = []
    }

    borrowing func rawNumber(_ slot: Slot) -> CInt { slot < numbers.count ? numbers[slot] : -1 }
}
