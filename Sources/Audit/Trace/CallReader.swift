// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// What is behind the pointers of a call, read while the thread stands still.
enum CallReader {
    static func texts(of call: TracedCall) -> [Int: String] {
        guard let signature = CallSignature(of: call.name) else { return [:] }
        var texts: [Int: String] = [:]
        for (place, letter) in signature.letters.enumerated() where place < call.arguments.count {
            let address = call.arguments[place]
            guard address != 0 else { continue }
            if letter == "s" { texts[place] = text(of: call.outside, at: address) }
            if letter == "a", place + 1 < call.arguments.count {
                let count = Int(min(call.arguments[place + 1], 110))
                texts[place] = self.address(Tracer.memory(of: call.outside, at: address, count: count))
            }
        }
        return texts
    }

    /// Up to its end; what lies behind the page may not be there to be read.
    private static func text(of process: Int32, at address: UInt64) -> String? {
        var bytes: [UInt8] = []
        var place = address
        while bytes.count < 4096 {
            let count = Int(4096 - place % 4096)
            let more = Tracer.memory(of: process, at: place, count: min(count, 4096 - bytes.count))
            guard !more.isEmpty else { return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self) }
            if let end = more.firstIndex(of: 0) { return String(decoding: bytes + more[..<end], as: UTF8.self) }
            bytes += more
            place += UInt64(more.count)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// `struct sockaddr` in words: ip(7), ipv6(7), unix(7).
    static func address(_ bytes: [UInt8]) -> String? {
        guard bytes.count >= 2 else { return nil }
        let family = UInt16(bytes[0]) | UInt16(bytes[1]) << 8
        switch family {
        case 1:
            guard bytes.count > 2 else { return "unix" }
            let isAbstract = bytes[2] == 0
            let name = isAbstract ? bytes[3...] : bytes[2...].prefix { $0 != 0 }
            return "unix:" + (isAbstract ? "@" : "") + String(decoding: name, as: UTF8.self)
        case 2 where bytes.count >= 8:
            return "\(bytes[4]).\(bytes[5]).\(bytes[6]).\(bytes[7]):\(UInt16(bytes[2]) << 8 | UInt16(bytes[3]))"
        case 10 where bytes.count >= 24:
            let groups = stride(from: 8, to: 24, by: 2).map {
                String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16)
            }
            return "[\(groups.joined(separator: ":"))]:\(UInt16(bytes[2]) << 8 | UInt16(bytes[3]))"
        default: return "family \(family)"
        }
    }
}
