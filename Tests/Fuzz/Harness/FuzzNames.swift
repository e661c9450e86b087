// SPDX-License-Identifier: Apache-2.0
@testable import Linux
@testable import Names

/// What a container's programs and strangers send to port 53 is read without leaving it, and what is answered is what the
/// question was, no longer than it may be, and can be read again.
@Sendable func fuzzNames(_ bytes: [UInt8]) {
    var resolver = NameResolver(asksOthers: bytes.count % 2 == 0)
    let claims = ["10.9.0.2,fd00::2 web a.b 0123456789ab", "10.9.0.3 web"].compactMap { NameClaim($0) }
    let subnets = ["10.9.0.0/24", "fd00::/64"].compactMap { AddressPrefix($0) }
    resolver.table = NameTable(
        [NameTable.Network(name: "lab", subnets: subnets, claims: claims)], links: [("db", "web")])
    let message = try? NameMessage(bytes)
    switch resolver.decide(bytes) {
    case .ignore: expect(message?.isAnswer ?? true, "a question is ignored")
    case .ask(let query): expect(query.bytes == bytes, "another question is asked")
    case .answer(let answer):
        expect(answer.count >= 12 && answer[0] == bytes[0] && answer[1] == bytes[1], "an answer to nobody")
        expect(answer[2] & 0x80 != 0, "an answer that is a question")
        guard let message else { return }
        expect(answer.count <= max(512, Int(message.further?.size ?? 0)), "an answer longer than it may be")
        guard let read = try? NameMessage(answer) else { fatalError("an answer that cannot be read") }
        expect(read.answers(message, as: message.id), "an answer to another question")
    }
    // The same reaches who tells a container its role, whole or in parts.
    if case .asks(let path) = RoleRequest(bytes) {
        expect(path.hasPrefix("/") && path.utf8.allSatisfy { 0x20..<0x7f ~= $0 }, "a path that is none")
        expect(RoleRequest(bytes + bytes) == .asks(path: path), "what comes later changes what was asked")
    }
    guard let message else { return }
    let name = message.question.name
    expect(name.bytes.count <= 255 && name.bytes.last == 0, "a name that is too long")
    if let address = name.reversedAddress { expect(DomainName(reversing: address) == name, "another address") }
    for limit in [12 + name.bytes.count + 4 + 11, 512, 65535] where message.isAnswer {
        guard let relayed = try? NameMessage(message.relayed(to: message, limit: limit)) else {
            fatalError("what is handed on cannot be read")
        }
        expect(relayed.bytes.count <= max(limit, 0) && relayed.question == message.question, "handed on as another")
    }
    if bytes.count == NameRequest.size, let request = NameRequest(bytes) {
        expect(request.bytes == bytes, "another request")
    }
    if let claim = NameClaim(String(decoding: bytes, as: UTF8.self)) {
        expect(NameClaim(claim.text) == claim, "another claim")
    }
}
