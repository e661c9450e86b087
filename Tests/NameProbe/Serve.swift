// SPDX-License-Identifier: Apache-2.0
import Linux
import Names

/// Answers on port 53 of some addresses until it is ended, by the first label of what is asked:
/// `fine` with 192.0.2.7, `none` that there is no such name, `broken` that it failed, `silent` with nothing, `wrong` first with
/// answers that are not to this question, `long` with 100 addresses, of which a datagram says that there are more.
/// A second address answers `broken` and `silent` like `fine`.
func serve(_ addresses: [InternetAddress]) throws {
    var sockets = DescriptorTable()
    for (number, address) in addresses.enumerated() {
        sockets.put(try InternetSocket.bound(.datagrams, to: address, port: 53), in: number * 2)
        sockets.put(try InternetSocket.bound(.stream, to: address, port: 53), in: number * 2 + 1)
    }
    try say("ready")
    while true {
        var set = PollSet()
        var places: [Int] = []
        for slot in 0..<addresses.count * 2 { try sockets.with(slot) { places.append(set.add($0, .reading)) } }
        try set.wait()
        for slot in places.indices where set.isReady(places[slot]) {
            if slot % 2 == 0 {
                try sockets.with(slot) { socket throws(SystemError) in try answerDatagram(socket, isFirst: slot == 0) }
            } else {
                try sockets.with(slot) { socket throws(SystemError) in try answerStream(socket) }
            }
        }
    }
}

private func answerDatagram(_ socket: borrowing Descriptor, isFirst: Bool) throws(SystemError) {
    var buffer = [UInt8](repeating: 0, count: 65536)
    guard let (count, sender) = try socket.receive(into: &buffer),
        let query = try? NameMessage(Array(buffer[..<count]))
    else { return }
    let word = firstLabel(query)
    try say("udp \(isFirst ? 1 : 2) \(query.question.name)")
    switch word {
    case "silent" where isFirst: return
    case "wrong":
        let other = NameQuestion(DomainName("other.example") ?? .root, .a)
        var foreign = (try? NameMessage(NameMessage.query(other, id: query.id))) ?? query
        try socket.send(answer("bad", foreign, limit: 512), to: sender)
        foreign = (try? NameMessage(query.bytes(as: query.id &+ 1))) ?? query
        try socket.send(answer("bad", foreign, limit: 512), to: sender)
        try socket.send([1, 2, 3], to: sender)
        try socket.send(answer("fine", query, limit: 512), to: sender)
    case "broken" where !isFirst: try socket.send(answer("fine", query, limit: 512), to: sender)
    default: try socket.send(answer(word, query, limit: query.datagramSize), to: sender)
    }
}

private func answerStream(_ listener: borrowing Descriptor) throws(SystemError) {
    guard let connection = try listener.acceptConnection() else { return }
    try connection.setNonBlocking(false)
    var all: [UInt8] = []
    while all.count < 2 || all.count < 2 + Int(all[0]) << 8 + Int(all[1]) {
        let part = try connection.read(upTo: 65536)
        if part.isEmpty { return }
        all += part
    }
    guard let query = try? NameMessage(Array(all.dropFirst(2))) else { return }
    try say("tcp \(query.question.name)")
    let bytes = answer(firstLabel(query), query, limit: 65535)
    try connection.write([UInt8(bytes.count >> 8), UInt8(bytes.count & 0xff)] + bytes)
}

private func answer(_ word: String, _ query: NameMessage, limit: Int) -> [UInt8] {
    var answer = NameAnswer(word == "none" ? .noSuchName : word == "broken" ? .failed : .fine, isOurs: false)
    switch word {
    case "long": answer.records = (0..<100).map { (.a, [192, 0, 2, $0]) }
    case "bad": answer.records = [(.a, [203, 0, 113, 66])]
    case "fine", "silent": if query.question.type == .a { answer.records = [(.a, [192, 0, 2, 7])] }
    default: break
    }
    return answer.bytes(to: query, limit: limit)
}

private func firstLabel(_ query: NameMessage) -> String {
    String(query.question.name.description.prefix { $0 != "." })
}

/// A line that is read at once.
private func say(_ line: String) throws(SystemError) {
    try StandardStream.output.duplicate().write(line + "\n")
}
