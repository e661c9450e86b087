// SPDX-License-Identifier: Apache-2.0

/// What a word of EXPOSE says: `80`, `53/udp`, `8000-8010`, and also `[ip:][port:]port`, of which only the container's
/// port means anything.
enum PortSpecification {
    /// The ports as a configuration has them: `80/tcp`.
    static func ports(of word: String) throws(BuildError) -> [String] {
        func wrong(_ reason: String) -> BuildError { BuildError(.syntax, "EXPOSE \(word): \(reason)") }

        let parts = word.split(separator: ":", omittingEmptySubsequences: false)
        let container = parts[parts.count - 1].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard !container[0].isEmpty else { throw wrong("there is no port, write PORT[/PROTOCOL]") }
        var proto = container.count == 2 ? container[1].lowercased() : ""
        if proto.isEmpty { proto = "tcp" }
        guard ["tcp", "udp", "sctp"].contains(proto) else {
            throw wrong("\"\(proto)\" is no protocol, write tcp, udp or sctp")
        }
        guard let range = range(container[0]) else {
            throw wrong("\"\(container[0])\" is no port, write a number up to 65535 or a range such as 8000-8010")
        }
        if parts.count > 1, !parts[parts.count - 2].isEmpty {
            guard let host = self.range(parts[parts.count - 2]) else {
                throw wrong("\"\(parts[parts.count - 2])\" is no port of a host, write a number or a range")
            }
            guard host.count == range.count || range.count == 1 else {
                throw wrong("the two ranges are not equally long")
            }
        }
        if parts.count > 2 {
            let address = parts[..<(parts.count - 2)].joined(separator: ":")
            guard address.isEmpty || isAddress(address) else { throw wrong("\"\(address)\" is no IP address") }
        }
        return range.map { "\($0)/\(proto)" }
    }

    private static func range(_ text: Substring) -> ClosedRange<UInt16>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count <= 2, let start = number(ends[0]) else { return nil }
        guard ends.count == 2 else { return start...start }
        guard let end = number(ends[1]), end >= start else { return nil }
        return start...end
    }

    private static func number(_ text: Substring) -> UInt16? {
        text.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) ? UInt16(text) : nil
    }

    /// Whether it looks like an address; nothing is done with it.
    private static func isAddress(_ text: String) -> Bool {
        let numbers = text.split(separator: ".", omittingEmptySubsequences: false)
        if numbers.count == 4 { return numbers.allSatisfy { number($0) ?? 256 < 256 } }
        let inner = text.hasPrefix("[") && text.hasSuffix("]") ? text.dropFirst().dropLast() : text[...]
        return inner.utf8.contains(UInt8(ascii: ":"))
            && inner.unicodeScalars.allSatisfy { $0.properties.isASCIIHexDigit || $0 == ":" || $0 == "." }
    }
}
