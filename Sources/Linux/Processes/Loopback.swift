// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// The loopback interface of a network namespace.
public enum Loopback {
    /// Brings `lo` up: rtnetlink(7), RTM_NEWLINK with IFF_UP. It is interface 1 in every network namespace.
    public static func up() throws(SystemError) {
        let socket = Descriptor(
            adopting: try check("socket") {
                Glibc.socket(AF_NETLINK, Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue), NETLINK_ROUTE)
            })
        var message: [UInt8] = []
        message.append(littleEndian: UInt32(32))  // nlmsghdr: length
        message.append(littleEndian: UInt16(RTM_NEWLINK))
        message.append(littleEndian: UInt16(NLM_F_REQUEST | NLM_F_ACK))
        message.append(littleEndian: UInt32(1))  // sequence
        message.append(littleEndian: UInt32(0))  // port
        message.append(littleEndian: UInt32(0))  // ifinfomsg: family, padding, type
        message.append(littleEndian: UInt32(1))  // interface
        message.append(littleEndian: UInt32(1))  // flags: IFF_UP
        message.append(littleEndian: UInt32(1))  // which flags change
        try socket.write(message)
        let answer = try socket.read(upTo: 256)
        // nlmsghdr, then nlmsgerr: a negative error number, 0 for done.
        guard answer.count >= 20 else { throw SystemError("netlink", .inputOutput) }
        let code = (0..<4).reduce(UInt32(0)) { $0 | UInt32(answer[16 + $1]) << UInt32($1 * 8) }
        if code != 0 { throw SystemError("netlink", Errno(rawValue: -Int32(bitPattern: code))) }
    }
}
