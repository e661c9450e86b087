// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// A socket to the kernel's network configuration, of the network namespace that it was opened in: rtnetlink(7).
struct RouteSocket: ~Copyable {
    private let socket: Descriptor

    init() throws(SystemError) {
        socket = Descriptor(
            adopting: try check("socket") {
                Glibc.socket(AF_NETLINK, Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue), NETLINK_ROUTE)
            })
    }

    /// Asks for a change, and waits until it is made.
    borrowing func change(_ request: RouteMessage, creates: Bool = false) throws(SystemError) {
        let flags = NLM_F_REQUEST | NLM_F_ACK | (creates ? NLM_F_CREATE | NLM_F_EXCL : 0)
        _ = try exchange(request, UInt16(flags))
    }

    /// Asks a question, and collects the answers.
    borrowing func ask(_ request: RouteMessage, dump: Bool) throws(SystemError) -> [RouteMessage] {
        try exchange(request, UInt16(NLM_F_REQUEST | (dump ? NLM_F_ROOT | NLM_F_MATCH : NLM_F_ACK)))
    }

    borrowing func send(_ bytes: [UInt8]) throws(SystemError) { try socket.write(bytes) }

    borrowing func receive() throws(SystemError) -> [UInt8] { try socket.read(upTo: 1 << 16) }

    private borrowing func exchange(
        _ request: RouteMessage, _ flags: UInt16
    ) throws(SystemError) -> [RouteMessage] {
        try send(request.bytes(flags: flags))
        var answers: [RouteMessage] = []
        while true {
            var rest = try receive()[...]
            if rest.isEmpty { throw SystemError("netlink", .inputOutput) }
            while rest.count >= 16 {
                let length = Int(rest.number(at: 0, size: 4))
                guard length >= 16, length <= rest.count else { throw SystemError("netlink", .inputOutput) }
                let type = UInt16(rest.number(at: 4, size: 2))
                let body = Array(rest.dropFirst(16).prefix(length - 16))
                switch type {
                case 2:  // NLMSG_ERROR: 0 for done, or a negative error number.
                    let code = Int32(truncatingIfNeeded: body[...].number(at: 0, size: 4))
                    if code != 0 { throw SystemError("netlink", Errno(rawValue: -code)) }
                    return answers
                case 3: return answers  // NLMSG_DONE
                default: answers.append(RouteMessage(type: type, body: body))
                }
                rest = rest.dropFirst((length + 3) & ~3)
            }
        }
    }
}

/// One message of rtnetlink(7): a type, a header of that type's own, and attributes.
struct RouteMessage {
    var type: UInt16
    var body: [UInt8]

    init(type: UInt16, body: [UInt8]) {
        self.type = type
        self.body = body
    }

    /// About the interface with this number: `struct ifinfomsg`. `change` says which of `flags` count.
    static func link(_ type: Int32, index: Int32 = 0, flags: UInt32 = 0, change: UInt32 = 0) -> RouteMessage {
        var body: [UInt8] = [0, 0, 0, 0]
        body.append(littleEndian: index)
        body.append(littleEndian: flags)
        body.append(littleEndian: change)
        return RouteMessage(type: UInt16(type), body: body)
    }

    mutating func add(_ attribute: Int32, _ value: [UInt8]) {
        body.append(littleEndian: UInt16(value.count + 4))
        body.append(littleEndian: UInt16(attribute))
        body += value
        while body.count % 4 != 0 { body.append(0) }
    }

    mutating func add(_ attribute: Int32, _ text: String) { add(attribute, Array(text.utf8) + [0]) }

    mutating func add(_ attribute: Int32, _ number: Int32) {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: number)
        add(attribute, bytes)
    }

    /// The attributes behind a header of `size` bytes.
    func attributes(after size: Int) -> [(type: UInt16, value: [UInt8])] {
        var found: [(type: UInt16, value: [UInt8])] = []
        var rest = body.dropFirst(size)
        while rest.count >= 4 {
            let length = Int(rest.number(at: 0, size: 2))
            guard length >= 4, length <= rest.count else { break }
            found.append((UInt16(rest.number(at: 2, size: 2)) & 0x3fff, Array(rest.dropFirst(4).prefix(length - 4))))
            rest = rest.dropFirst((length + 3) & ~3)
        }
        return found
    }

    /// `struct nlmsghdr`, then the message.
    func bytes(flags: UInt16, sequence: UInt32 = 1) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: UInt32(16 + body.count))
        bytes.append(littleEndian: type)
        bytes.append(littleEndian: flags)
        bytes.append(littleEndian: sequence)
        bytes.append(littleEndian: UInt32(0))  // port
        return bytes + body
    }
}

extension ArraySlice<UInt8> {
    /// The number of `size` bytes at `offset` from the start, least significant byte first; 0 where there are too few.
    func number(at offset: Int, size: Int) -> UInt32 {
        guard count >= offset + size else { return 0 }
        return self[startIndex + offset..<startIndex + offset + size].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
}
