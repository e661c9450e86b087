// SPDX-License-Identifier: Apache-2.0
public import Linux

/// A port of a container's and where on the host it is reached: one `-p`, a port at a time.
public struct PortMapping: Hashable, Sendable, CustomStringConvertible {
    public var transport: TransportProtocol
    /// Where the host listens; nil for all of its addresses.
    public var hostAddress: InternetAddress?
    /// Nil for any that is free.
    public var hostPort: UInt16?
    /// The last of several numbers of which the first free one from ``hostPort`` on is taken; nil where there is no choice.
    public var lastHostPort: UInt16?
    public var containerPort: UInt16

    public init(
        _ transport: TransportProtocol, hostAddress: InternetAddress? = nil, hostPort: UInt16? = nil,
        lastHostPort: UInt16? = nil, containerPort: UInt16
    ) {
        self.transport = transport
        self.hostAddress = hostAddress
        self.hostPort = hostPort
        self.lastHostPort = lastHostPort
        self.containerPort = containerPort
    }

    /// As `-p` takes it.
    public var description: String {
        let address = hostAddress.map { $0.family == .v6 ? "[\($0)]:" : "\($0):" } ?? ""
        return "\(address)\(hostPorts):\(containerPort)/\(transport)"
    }

    /// `8080`, or `8080-8090` where one of them is meant; nothing for any that is free.
    public var hostPorts: String {
        (hostPort.map(String.init) ?? "") + (lastHostPort.map { "-\($0)" } ?? "")
    }

    /// Reads `[IP:][HOST[-HOST]:]PORT[-PORT][/tcp|udp|sctp]`; a range gives one of each, and a range for one port of the
    /// container's the first of them that is free.
    public static func parse(_ text: String) throws(NetworkError) -> [PortMapping] {
        let form = "write [IP:][HOST-PORT:]PORT[/tcp|udp|sctp]"
        func failure(_ reason: String) -> NetworkError {
            NetworkError(.invalid, text, "-p \(text): \(reason), \(form)")
        }
        var rest = Substring(text)
        var transport = TransportProtocol.tcp
        if let slash = rest.utf8.lastIndex(of: UInt8(ascii: "/")) {
            let word = String(rest[rest.utf8.index(after: slash)...]).lowercased()
            guard let known = TransportProtocol(word) else { throw failure("\"\(word)\" is no protocol") }
            transport = known
            rest = rest[..<slash]
        }
        var address: InternetAddress?
        if rest.utf8.first == UInt8(ascii: "[") {
            guard let end = rest.utf8.firstIndex(of: UInt8(ascii: "]")),
                let read = InternetAddress(String(rest.dropFirst()[..<end])), read.family == .v6
            else { throw failure("there is no IPv6 address between [ and ]") }
            address = read
            rest = rest[rest.utf8.index(after: end)...]
            guard rest.utf8.first == UInt8(ascii: ":") else { throw failure("a port has to follow the address") }
            rest = rest.dropFirst()
        }
        var parts = rest.split(separator: ":", omittingEmptySubsequences: false)
        if address == nil, parts.count == 3 {
            guard let read = InternetAddress(String(parts[0])) else {
                throw failure("\"\(parts[0])\" is no address of IPv4; one of IPv6 stands in [ ]")
            }
            address = read
            parts.removeFirst()
        }
        guard parts.count <= 2, let inside = parts.last else { throw failure("it has too many parts") }
        // The kernel routes ::1 to no container, and the relay that stands in for it has no SCTP.
        guard transport != .sctp || address != .loopback6 else {
            throw NetworkError(
                .invalid, text,
                "-p \(text): SCTP is not led from [::1], which is relayed for TCP and UDP alone: "
                    + "write 127.0.0.1 or another address of this machine")
        }
        let ports = try range(inside, failure)
        guard parts.count == 2, !parts[0].isEmpty else {
            return ports.map { PortMapping(transport, hostAddress: address, containerPort: $0) }
        }
        let outside = try range(parts[0], failure)
        if ports.count == 1, outside.count > 1 {
            return [
                PortMapping(
                    transport, hostAddress: address, hostPort: outside.lowerBound, lastHostPort: outside.upperBound,
                    containerPort: ports.lowerBound)
            ]
        }
        guard ports.count == outside.count else { throw failure("the two ranges are not of one length") }
        return zip(outside, ports).map { PortMapping(transport, hostAddress: address, hostPort: $0, containerPort: $1) }
    }

    /// `80` or `80-90`.
    static func range(
        _ text: Substring, _ failure: (String) -> NetworkError
    ) throws(NetworkError) -> ClosedRange<UInt16> {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count <= 2 else { throw failure("\"\(text)\" is no range of ports") }
        var numbers: [UInt16] = []
        for end in ends {
            guard (1...5).contains(end.utf8.count), end.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
                let number = UInt16(end), number > 0
            else { throw failure("\"\(end)\" is no port from 1 to 65535") }
            numbers.append(number)
        }
        guard numbers[0] <= numbers[numbers.count - 1] else { throw failure("the range \(text) is backwards") }
        return numbers[0]...numbers[numbers.count - 1]
    }
}
