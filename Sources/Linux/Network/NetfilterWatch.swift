// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// Tells when somebody takes rules, chains, sets or tables of nf_tables away in the network namespace that it was opened in:
/// netlink(7), NFNLGRP_NFTABLES. It can be read then; what is added, and elements of sets, wake nobody.
public struct NetfilterWatch: ~Copyable, Sendable {
    /// What is waited for.
    public let descriptor: Descriptor

    public init() throws(SystemError) {
        let socket = Descriptor(
            adopting: try check("socket") {
                let kind = Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
                return Glibc.socket(AF_NETLINK, kind, 12 /* NETLINK_NETFILTER */)
            })
        let number = socket.raw
        // Ahead of the group, so that nothing else is ever kept.
        try Self.filter(number)
        // One without a number of its own is passed over (netlink_broadcast), and to bind later would leave the group.
        try check("bind") {
            var address = sockaddr_nl()
            address.nl_family = sa_family_t(AF_NETLINK)
            return unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(number, $0, socklen_t(MemoryLayout<sockaddr_nl>.size))
                }
            }
        }
        var group: CInt = 7 /* NFNLGRP_NFTABLES */
        try check("setsockopt") {
            unsafe setsockopt(
                number, 270 /* SOL_NETLINK */, 1 /* NETLINK_ADD_MEMBERSHIP */, &group,
                socklen_t(MemoryLayout<CInt>.size))
        }
        descriptor = socket
    }

    /// Forgets what was told.
    public borrowing func drain() {
        let number = descriptor.raw
        var byte: UInt8 = 0
        // ENOBUFS says that more was told than could be kept.
        while unsafe recv(number, &byte, 1, 0) > 0 || errno == ENOBUFS || errno == EINTR {}
    }

    /// Lets through what begins with a removal: socket(7), SO_ATTACH_FILTER. One change may be many messages in one piece
    /// (Linux 67cc570edaa0), of which the removals come first where a table is removed with all that it has.
    private static func filter(_ socket: CInt) throws(SystemError) {
        // The kernel loads in the order of a network, and the type is in that of the machine.
        let wanted = [2 /* NFT_MSG_DELTABLE */, 5 /* DELCHAIN */, 8 /* DELRULE */, 11 /* DELSET */].map {
            UInt32(UInt16(10 << 8 | $0).bigEndian)
        }
        var program = [sock_filter(code: UInt16(BPF_LD | BPF_H | BPF_ABS), jt: 0, jf: 0, k: 4)]
        for (place, type) in wanted.enumerated() {
            program.append(
                sock_filter(code: UInt16(BPF_JMP | BPF_JEQ | BPF_K), jt: UInt8(wanted.count - place), jf: 0, k: type))
        }
        program.append(sock_filter(code: UInt16(BPF_RET | BPF_K), jt: 0, jf: 0, k: 0))
        program.append(sock_filter(code: UInt16(BPF_RET | BPF_K), jt: 0, jf: 0, k: UInt32(UInt16.max)))
        let count = UInt16(program.count)
        try unsafe program.withUnsafeMutableBufferPointer { (buffer) throws(SystemError) in
            var value = unsafe sock_fprog(len: count, filter: buffer.baseAddress)
            try check("setsockopt") {
                unsafe setsockopt(
                    socket, SOL_SOCKET, 26 /* SO_ATTACH_FILTER */, &value, socklen_t(MemoryLayout<sock_fprog>.size))
            }
        }
    }
}
