// SPDX-License-Identifier: Apache-2.0

/// The bytes of messages of netlink(7): headers, attributes, and attributes within attributes. Numbers of the header are in
/// the machine's order; those of netfilter's attributes are in the network's.
struct NetlinkWriter: Sendable {
    private(set) var bytes: [UInt8] = []

    init(reserving capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    /// `struct nlmsghdr`, then what `body` writes. Returns where the message begins.
    @discardableResult
    mutating func message(
        type: UInt16, flags: UInt16, sequence: UInt32, _ body: (inout NetlinkWriter) -> Void
    ) -> Int {
        let start = bytes.count
        append(host: UInt32(0))
        append(host: type)
        append(host: flags)
        append(host: sequence)
        append(host: UInt32(0))
        body(&self)
        put(UInt32(bytes.count - start), at: start)
        return start
    }

    /// An attribute: its length without the padding, its type, its value.
    mutating func attribute(_ type: UInt16, _ value: [UInt8]) {
        append(host: UInt16(value.count + 4))
        append(host: type)
        bytes += value
        pad()
    }

    /// A text with the zero behind it that the kernel wants.
    mutating func attribute(_ type: UInt16, _ text: String) {
        append(host: UInt16(text.utf8.count + 5))
        append(host: type)
        bytes += text.utf8
        bytes.append(0)
        pad()
    }

    /// A number in the network's order, as all of netfilter's are.
    mutating func attribute(_ type: UInt16, network number: UInt32) {
        append(host: UInt16(8))
        append(host: type)
        append(network: number)
    }

    /// An attribute of attributes.
    mutating func nest(_ type: UInt16, _ body: (inout NetlinkWriter) -> Void) {
        let start = bytes.count
        append(host: UInt16(0))
        append(host: type | 0x8000 /* NLA_F_NESTED */)
        body(&self)
        let length = bytes.count - start
        bytes[start] = UInt8(truncatingIfNeeded: length)
        bytes[start + 1] = UInt8(truncatingIfNeeded: length >> 8)
    }

    mutating func append(raw more: some Collection<UInt8>) { bytes += more }

    mutating func append<Number: FixedWidthInteger>(host number: Number) {
        for shift in stride(from: 0, to: Number.bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    mutating func append<Number: FixedWidthInteger>(network number: Number) {
        for shift in stride(from: Number.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    /// Writes a number of the machine's order over what is there.
    mutating func put(_ number: UInt32, at offset: Int) {
        for byte in 0..<4 { bytes[offset + byte] = UInt8(truncatingIfNeeded: number >> (8 * UInt32(byte))) }
    }

    /// Writes a number of the network's order over what is there.
    mutating func put(network number: UInt32, at offset: Int) { put(number.byteSwapped, at: offset) }

    /// Adds to the flags of the message that begins at `start`.
    mutating func add(flags: UInt16, toMessageAt start: Int) {
        bytes[start + 6] |= UInt8(truncatingIfNeeded: flags)
        bytes[start + 7] |= UInt8(truncatingIfNeeded: flags >> 8)
    }

    private mutating func pad() {
        while bytes.count % 4 != 0 { bytes.append(0) }
    }
}
