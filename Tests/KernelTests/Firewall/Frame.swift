// SPDX-License-Identifier: Apache-2.0

/// A frame of Ethernet, byte for byte, with something at its end to know it by.
struct Frame {
    let name: String
    /// Whether it is the sender's own to send.
    let isHonest: Bool
    var bytes: [UInt8]

    private static let everybody = [UInt8](repeating: 0xff, count: 6)

    init(_ name: String, honest: Bool = false, from source: [UInt8], to target: [UInt8]? = nil, _ body: [UInt8]) {
        self.name = name
        isHonest = honest
        bytes = (target ?? Self.everybody) + source + body
    }

    /// With its number, behind as many zeros as the shortest frame needs.
    func text(_ number: Int) -> String {
        let filler = [UInt8](repeating: 0, count: max(0, 60 - bytes.count))
        return (bytes + filler).map(Self.pair).joined() + Self.tail(number)
    }

    static func tail(_ number: Int) -> String { "c0ffee" + pair(UInt8(number)) + "decaf0" }
    private static func pair(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }

    /// IPv4 with UDP, behind its type.
    static func udp4(_ source: [UInt8], port: UInt8 = 200) -> [UInt8] {
        // Headers of 20 and 8 bytes, and what it is known by.
        var head: [UInt8] = [0x45, 0, 0, 60, 0, 0, 0, 0, 64, 17, 0, 0] + source + [10, 1, 0, 3]
        var sum = stride(from: 0, to: 20, by: 2).reduce(0) { $0 + Int(head[$1]) << 8 + Int(head[$1 + 1]) }
        while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
        head[10] = UInt8(~sum >> 8 & 0xff)
        head[11] = UInt8(~sum & 0xff)
        return [8, 0] + head + [0, port, 0, 201, 0, 40, 0, 0] + [UInt8](repeating: 0, count: 25)
    }

    /// IPv6 with what is in it, behind its type.
    static func six(_ source: [UInt8], next: UInt8, _ body: [UInt8]) -> [UInt8] {
        let length = UInt8(body.count + 7)
        return [0x86, 0xdd, 0x60, 0, 0, 0, 0, length, next, 255] + source + [0xff, 2] + zeros(13) + [1] + body
    }

    static func udp6(_ source: [UInt8], port: [UInt8] = [0, 200]) -> [UInt8] {
        six(source, next: 17, port + [0, 201, 0, 15, 0, 0])
    }

    /// ICMPv6 of a type, with a target.
    static func icmp6(_ source: [UInt8], type: UInt8, _ target: [UInt8], behindOptions: Bool = false) -> [UInt8] {
        let body = [type, 0, 0, 0, 0, 0, 0, 0] + target
        // Destination options of eight bytes, all padding.
        return behindOptions ? six(source, next: 60, [58, 0, 1, 4, 0, 0, 0, 0] + body) : six(source, next: 58, body)
    }

    /// ARP, behind its type.
    static func arp(
        _ operation: UInt8, _ hardware: [UInt8], _ sender: [UInt8], for target: [UInt8], lengths: [UInt8] = [6, 4]
    ) -> [UInt8] {
        [8, 6, 0, 1, 8, 0] + lengths + [0, operation] + hardware + sender + zeros(6) + target
    }

    static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
}
