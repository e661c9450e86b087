// SPDX-License-Identifier: Apache-2.0

/// One message that the kernel sent: netlink(7).
struct NetlinkAnswer: Hashable, Sendable {
    var type: UInt16
    var flags: UInt16
    var sequence: UInt32
    /// What follows `struct nlmsghdr`.
    var body: ArraySlice<UInt8>

    /// NLMSG_ERROR, also as the acknowledgement of what went well, and NLMSG_DONE at the end of a list.
    var isVerdict: Bool { type == 2 || type == 3 }
    /// NLM_F_DUMP_INTR: what was listed changed on the way.
    var isInconsistent: Bool { flags & 0x10 != 0 }
    /// Of a verdict: nil where all is well. A list's end need not say.
    var error: Errno? {
        let code = Int32(bitPattern: body.number(at: 0, size: 4))
        return code == 0 ? nil : Errno(rawValue: code == .min ? .max : -code)
    }

    /// The messages of one datagram; nil where a length leads out of it.
    static func messages(in bytes: [UInt8]) -> [NetlinkAnswer]? {
        var found: [NetlinkAnswer] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let length = Int(rest.number(at: 0, size: 4))
            guard length >= 16, length <= rest.count else { return nil }
            found.append(
                NetlinkAnswer(
                    type: UInt16(rest.number(at: 4, size: 2)), flags: UInt16(rest.number(at: 6, size: 2)),
                    sequence: rest.number(at: 8, size: 4), body: rest.dropFirst(16).prefix(length - 16)))
            rest = rest.dropFirst((length + 3) & ~3)
        }
        return found
    }

    /// The attributes behind a header of `size` bytes.
    func attributes(after size: Int) -> NetlinkAttributes { NetlinkAttributes(body.dropFirst(size)) }
}

/// Attributes one behind the other, as they are read. It ends where a length leads out of what is there.
struct NetlinkAttributes: Sequence, IteratorProtocol {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func next() -> (type: UInt16, value: ArraySlice<UInt8>)? {
        let length = Int(rest.number(at: 0, size: 2))
        guard length >= 4, length <= rest.count else { return nil }
        let found = (UInt16(rest.number(at: 2, size: 2)) & 0x3fff, rest.dropFirst(4).prefix(length - 4))
        rest = rest.dropFirst((length + 3) & ~3)
        return found
    }

    /// The value of the first attribute of that type.
    func first(_ type: UInt16) -> ArraySlice<UInt8>? {
        for attribute in self where attribute.type == type { return attribute.value }
        return nil
    }

    /// A number in the network's order.
    func number(_ type: UInt16) -> UInt32? { first(type).map { $0.number(at: 0, size: 4).byteSwapped } }

    /// A text, without the zero behind it; nil where it is no text.
    func text(_ type: UInt16) -> String? {
        first(type).flatMap { String(validating: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
