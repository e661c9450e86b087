// SPDX-License-Identifier: Apache-2.0
public import Linux

/// What a ``NameServer`` asks of whoever started it: a socket that is connected to one of those who know more names.
public struct NameRequest: Hashable, Sendable {
    /// Which one of its requests it is.
    public var number: UInt32
    /// How many it has asked already about this question; the next one is asked in turn.
    public var attempt: UInt8
    public var transport: InternetSocket.Transport

    public static let size = 6

    public init(number: UInt32, attempt: UInt8, transport: InternetSocket.Transport) {
        self.number = number
        self.attempt = attempt
        self.transport = transport
    }

    public var bytes: [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * UInt32($0))) }
            + [attempt, transport == .stream ? 1 : 0]
    }

    public init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.size, bytes[5] < 2 else { return nil }
        number = bytes[..<4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
        attempt = bytes[4]
        transport = bytes[5] == 1 ? .stream : .datagrams
    }

    /// What it is answered, with the socket where there is one: its number, and how many there are to be asked.
    public func answer(servers: UInt8) -> [UInt8] { Array(bytes[..<4]) + [servers] }

    static func reading(answer bytes: [UInt8]) -> (number: UInt32, servers: UInt8)? {
        guard bytes.count == 5 else { return nil }
        return (bytes[..<4].reversed().reduce(0) { $0 << 8 | UInt32($1) }, bytes[4])
    }
}
