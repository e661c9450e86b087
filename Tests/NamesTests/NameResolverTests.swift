// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import Names

@Suite struct NameResolverTests {
    private func resolver(asksOthers: Bool = true, links: [(alias: String, name: String)] = []) throws -> NameResolver {
        func claim(_ text: String) throws -> NameClaim { try #require(NameClaim(text)) }
        var resolver = NameResolver(asksOthers: asksOthers)
        resolver.table = NameTable(
            [
                NameTable.Network(
                    name: "lab",
                    subnets: [try #require(AddressPrefix("10.9.0.0/24")), try #require(AddressPrefix("fd00::/64"))],
                    claims: [
                        try claim("10.9.0.2,fd00::2 web 0123456789ab db"), try claim("10.9.0.3 other db"),
                        try claim("10.9.0.4 four db"),
                    ]),
                NameTable.Network(
                    name: "back", subnets: [try #require(AddressPrefix("10.8.0.0/24"))],
                    claims: [try claim("10.8.0.2 web 0123456789ab")]),
            ], links: links)
        return resolver
    }

    /// The answer's code, whether it is ours, and its data as text.
    private func ask(_ resolver: inout NameResolver, _ name: String, _ type: NameType) throws -> [String] {
        let question = NameQuestion(try #require(DomainName(name)), type)
        switch resolver.decide(NameMessage.query(question, id: 5)) {
        case .ignore: return ["ignored"]
        case .ask: return ["asked"]
        case .answer(let bytes):
            let message = try NameMessage(bytes)
            return ["\(message.code.rawValue)" + (message.flags & 0x0400 != 0 ? " ours" : "")]
                + message.answers.map { record in
                    InternetAddress(bytes: record.data).map { "\($0)" } ?? "\(DomainName(checked: Array(record.data)))"
                }
        }
    }

    @Test func namesAndAddressesAreKnown() throws {
        var resolver = try resolver()
        #expect(try ask(&resolver, "other", .a) == ["0 ours", "10.9.0.3"])
        #expect(try ask(&resolver, "WEB.lab.", .a) == ["0 ours", "10.9.0.2"])
        #expect(try Set(ask(&resolver, "web", .a)) == ["0 ours", "10.9.0.2", "10.8.0.2"])
        #expect(try ask(&resolver, "0123456789ab.back", .a) == ["0 ours", "10.8.0.2"])
        #expect(try ask(&resolver, "web", .aaaa) == ["0 ours", "fd00::2"])
        #expect(try ask(&resolver, "3.0.9.10.in-addr.arpa", .ptr) == ["0 ours", "other.lab"])
        #expect(
            try ask(&resolver, "\(DomainName(reversing: InternetAddress(.v6, 0xfd << 120 | 2)))", .ptr) == [
                "0 ours", "web.lab",
            ])
    }

    @Test func noDataIsNotNoName() throws {
        var resolver = try resolver()
        #expect(try ask(&resolver, "other", .aaaa) == ["0 ours"])
        #expect(try ask(&resolver, "other", NameType(rawValue: 15)) == ["0 ours"])
        #expect(try ask(&resolver, "3.0.9.10.in-addr.arpa", .a) == ["0 ours"])
        #expect(try ask(&resolver, "9.0.9.10.in-addr.arpa", .ptr) == ["3 ours"])
        #expect(try ask(&resolver, "1.0.0.127.in-addr.arpa", .ptr) == ["asked"])
        #expect(try ask(&resolver, "nope", .a) == ["asked"])
        var closed = try self.resolver(asksOthers: false)
        #expect(try ask(&closed, "nope", .a) == ["2"])
        #expect(try ask(&closed, "web.lab", .a) == ["0 ours", "10.9.0.2"])
    }

    @Test func eachOfSeveralIsTheFirstOnce() throws {
        var resolver = try resolver()
        let answers = try (0..<3).map { _ in try ask(&resolver, "db", .a) }
        #expect(Set(answers.map { $0[1] }) == ["10.9.0.2", "10.9.0.3", "10.9.0.4"])
        #expect(answers.allSatisfy { Set($0) == Set(answers[0]) })
    }

    @Test func aLinkIsAnotherName() throws {
        var resolver = try resolver(links: [("database", "other"), ("ghost", "nobody")])
        #expect(try ask(&resolver, "database", .a) == ["0 ours", "10.9.0.3"])
        #expect(try ask(&resolver, "ghost", .a) == ["asked"])
    }

    @Test func whatIsNoQuestionIsNotAnsweredLikeOne() throws {
        var resolver = try resolver()
        let question = NameQuestion(try #require(DomainName("web")), .a)
        var bytes = NameMessage.query(question, id: 5)
        bytes[2] |= 0x80
        #expect(resolver.decide(bytes) == .ignore, "an answer")
        #expect(resolver.decide(Array(bytes[..<14])) == .ignore, "half an answer")
        #expect(resolver.decide([1, 2, 3]) == .ignore)
        bytes[2] = 0x29
        guard case .answer(let answer) = resolver.decide(bytes) else { return #expect(Bool(false)) }
        #expect(try NameMessage(answer).code == .notImplemented)
        var two = NameMessage.query(question, id: 5)
        two[5] = 2
        #expect(resolver.decide(two) == .answer([0, 5, 0x81, 0x81, 0, 0, 0, 0, 0, 0, 0, 0]))
        var newer = NameMessage.query(question, id: 5, datagramSize: 4096)
        newer[newer.count - 5] = 1
        guard case .answer(let refused) = resolver.decide(newer) else { return #expect(Bool(false)) }
        let read = try NameMessage(refused)
        #expect(read.code.rawValue == 0 && read.further?.size == 4096 && read.answers.isEmpty)
        #expect(refused[refused.count - 6] == 1, "the high bits of BADVERS")
        // Of another class others may know something.
        let chaos = NameQuestion(question.name, NameType(rawValue: 16), kind: 3)
        guard case .ask = resolver.decide(NameMessage.query(chaos, id: 5)) else { return #expect(Bool(false)) }
    }

    @Test func claimsAreReadAsTheyWereWritten() throws {
        let claim = NameClaim(
            addresses: [InternetAddress(.v4, 0x0a09_0002), InternetAddress(.v6, 1)], names: ["web", "x.y"])
        #expect(claim.text == "10.9.0.2,::1 web x.y")
        #expect(NameClaim(claim.text) == claim)
        #expect(NameClaim("") == nil && NameClaim("web 10.9.0.2") == nil)
        #expect(NameClaim("10.9.0.2")?.names == [])
    }
}
