// SPDX-License-Identifier: Apache-2.0

/// The process that has a port of this network namespace's, for who cannot have it: proc(5), `net/tcp` and its sisters.
public struct SocketHolder: Hashable, Sendable, CustomStringConvertible {
    public let process: Int32
    /// As `ps` calls it.
    public let name: String

    /// `nginx (process 4711)`.
    public var description: String { "\(name) (process \(process))" }

    /// Nil where nobody has it, or who has it cannot be seen from here. Every process is looked into.
    public init?(of port: UInt16, _ transport: PortSocket.Transport) {
        let tables: [String]
        switch transport {
        case .tcp: tables = ["tcp", "tcp6"]
        case .udp: tables = ["udp", "udp6"]
        case .sctp: return nil
        }
        var sockets: Set<String> = []
        for table in tables {
            let text = (try? Descriptor.contents(of: "/proc/self/net/\(table)")) ?? []
            sockets.formUnion(Self.sockets(in: text, at: port, listening: transport == .tcp))
        }
        guard !sockets.isEmpty, let root = try? Descriptor.open("/proc", [.directory]),
            let names = try? root.entries()
        else { return nil }
        for number in names.compactMap({ Int32($0) }) {
            // One that is gone by now has no sockets.
            guard let files = try? root.open("\(number)/fd", [.directory]), let held = try? files.entries(),
                held.contains(where: { file in (try? files.readLink(file)).map(sockets.contains) ?? false })
            else { continue }
            process = number
            let word = (try? root.contents(of: "\(number)/comm")) ?? []
            name = String(decoding: word.filter { $0 > 0x20 && $0 < 0x7f }, as: UTF8.self)
            return
        }
        return nil
    }

    /// What the links in `fd` of those say who has the port at some address: `socket:[4711]`.
    static func sockets(in table: [UInt8], at port: UInt16, listening: Bool) -> [String] {
        let digits = String(port, radix: 16, uppercase: true)
        let end = ":" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
        return String(decoding: table, as: UTF8.self).split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: " ")
            // TCP_LISTEN of tcp_states.h; a connection from that port does not keep others from it.
            guard fields.count > 9, fields[1].hasSuffix(end), !listening || fields[3] == "0A" else { return nil }
            return "socket:[\(fields[9])]"
        }
    }
}
