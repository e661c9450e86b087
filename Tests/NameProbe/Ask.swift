// SPDX-License-Identifier: Apache-2.0
import Linux
import Names

private let server = InternetAddress(.v4, 0x7f00_000b)
private let types: [String: NameType] = [
    "A": .a, "AAAA": .aaaa, "PTR": .ptr, "ANY": .any, "MX": NameType(rawValue: 15), "TXT": NameType(rawValue: 16),
]

/// Asks once, and prints what came.
func ask(_ words: [String]) throws {
    guard let type = types[words[2]], let name = DomainName(words[1]) else { return print("failed: no such type") }
    try enter(words[0])
    let size = words.dropFirst(3).compactMap { UInt16($0) }.first
    let query = NameMessage.query(NameQuestion(name, type), id: 0x1234, datagramSize: size)
    let bytes = words.contains("tcp") ? try askStream(query) : try askDatagram(query)
    guard let bytes else { return print("silence") }
    let message = try NameMessage(bytes)
    var flags = ""
    if message.flags & 0x0400 != 0 { flags += " aa" }
    if message.isTruncated { flags += " tc" }
    if message.id != 0x1234 || !message.isAnswer || message.question.name.bytes != name.bytes { flags += " odd" }
    print("\(message.code.rawValue)\(flags)")
    for record in message.answers {
        if let address = InternetAddress(bytes: record.data) {
            print("\(address)")
        } else {
            print(text(record))
        }
    }
}

private func text(_ record: NameRecord) -> String {
    var labels: [String] = []
    var rest = record.data
    while let length = rest.first, length > 0 {
        labels.append(String(decoding: rest.dropFirst().prefix(Int(length)), as: UTF8.self))
        rest = rest.dropFirst(1 + Int(length))
    }
    return labels.joined(separator: ".")
}

/// Asks many times, and prints how fast that was.
func rate(_ words: [String]) throws {
    guard let name = DomainName(words[1]), let count = Int(words[2]), count > 0 else {
        return print("failed: no number")
    }
    try enter(words[0])
    let query = NameMessage.query(NameQuestion(name, .a), id: 7)
    _ = try askDatagram(query)
    let socket = try InternetSocket.connected(.datagrams, to: server, port: 53)
    var times: [UInt64] = []
    let start = Clock.monotonic
    for _ in 0..<count {
        let begin = Clock.monotonic
        _ = try exchange(query, socket)
        times.append(Clock.monotonic - begin)
    }
    let all = Clock.monotonic - start
    times.sort()
    print("median \(times[count / 2] / 1000) us, \(UInt64(count) * 1_000_000_000 / all) a second")
}

private func enter(_ process: String) throws {
    try NamespaceFile(at: "/proc/\(process)/ns/net", kind: .network).join()
}

private func askDatagram(_ query: [UInt8]) throws -> [UInt8]? {
    try exchange(query, try InternetSocket.connected(.datagrams, to: server, port: 53))
}

private func exchange(_ query: [UInt8], _ socket: borrowing Descriptor) throws -> [UInt8]? {
    try socket.send(query)
    var set = PollSet()
    let place = set.add(socket, .reading)
    try set.wait(milliseconds: 30_000)
    guard set.isReady(place) else { return nil }
    var buffer = [UInt8](repeating: 0, count: 65536)
    guard let (count, _) = try socket.receive(into: &buffer) else { return nil }
    return Array(buffer[..<count])
}

private func askStream(_ query: [UInt8]) throws -> [UInt8]? {
    let socket = try InternetSocket.connected(.stream, to: server, port: 53)
    try wait(socket, .writing)
    // In two parts, as a stream may come.
    try socket.write([UInt8(query.count >> 8), UInt8(query.count & 0xff)] + query.prefix(5))
    Clock.sleep(milliseconds: 5)
    try socket.write(Array(query.dropFirst(5)))
    var all: [UInt8] = []
    while all.count < 2 || all.count < 2 + Int(all[0]) << 8 + Int(all[1]) {
        try wait(socket, .reading)
        let part = try socket.read(upTo: 65536)
        if part.isEmpty { return nil }
        all += part
    }
    return Array(all.dropFirst(2))
}

private func wait(_ socket: borrowing Descriptor, _ interest: PollSet.Interest) throws {
    var set = PollSet()
    _ = set.add(socket, interest)
    try set.wait(milliseconds: 30_000)
}
