// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

extension RouteMessage {
    /// An attribute that has attributes.
    mutating func add(_ attribute: Int32, nested: (inout RouteMessage) -> Void) {
        var inner = RouteMessage(type: 0, body: [])
        nested(&inner)
        add(attribute | Int32(0x8000) /* NLA_F_NESTED */, inner.body)
    }
}

/// A change that is one of several in a request.
struct RouteChange {
    var message: RouteMessage
    /// Whether it makes something, which must not be there yet.
    var creates = false
    /// What it comes to where it is so already.
    var mayExist = false
}

extension RouteSocket {
    /// Asks for several changes at once, in this order, and waits until all are made. The kernel goes on after one that
    /// fails; the first failure is thrown.
    borrowing func change(_ changes: [RouteChange]) throws(SystemError) {
        var bytes: [UInt8] = []
        for (number, change) in changes.enumerated() {
            let flags = NLM_F_REQUEST | NLM_F_ACK | (change.creates ? NLM_F_CREATE | NLM_F_EXCL : 0)
            bytes += change.message.bytes(flags: UInt16(flags), sequence: UInt32(number + 1))
        }
        var failure: SystemError?
        var answered = 0
        try send(bytes)
        while answered < changes.count {
            var rest = try receive()[...]
            if rest.isEmpty { throw SystemError("netlink", .inputOutput) }
            while rest.count >= 20 {
                let length = Int(rest.number(at: 0, size: 4))
                guard length >= 20, length <= rest.count else { throw SystemError("netlink", .inputOutput) }
                // NLMSG_ERROR: 0 for done, or a negative error number.
                if rest.number(at: 4, size: 2) == 2 {
                    let place = Int(rest.number(at: 8, size: 4)) - 1
                    let code = Int32(truncatingIfNeeded: rest.number(at: 16, size: 4))
                    answered += 1
                    let isFine =
                        code == 0 || changes.indices.contains(place) && changes[place].mayExist && -code == EEXIST
                    if !isFine, failure == nil { failure = SystemError("netlink", Errno(rawValue: -code)) }
                }
                rest = rest.dropFirst((length + 3) & ~3)
            }
        }
        if let failure { throw failure }
    }
}
