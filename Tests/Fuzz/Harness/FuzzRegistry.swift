// SPDX-License-Identifier: Apache-2.0
import OCI
import Registry

/// What a registry may send: the first byte says what the rest is read as.
@Sendable func fuzzRegistry(_ bytes: [UInt8]) {
    guard let kind = bytes.first else { return }
    let rest = Array(bytes.dropFirst())
    let text = String(decoding: rest, as: UTF8.self)
    switch kind {
    case UInt8(ascii: "c"): fuzzChallenge(text)
    case UInt8(ascii: "t"): _ = try? TokenAnswer(parsing: rest)
    case UInt8(ascii: "l"): _ = LinkHeader.next(in: text)
    case UInt8(ascii: "e"):
        let words = ErrorDocument(rest).words
        expect(words.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }, "words would move a cursor")
    case UInt8(ascii: "a"): fuzzAddress(text)
    case UInt8(ascii: "r"):
        _ = ContentRange.received(text)
        if let range = ContentRange(text) {
            expect(0 <= range.first && range.first <= range.last, "a range runs backwards")
        }
    case UInt8(ascii: "w"):
        _ = try? FetchSession(line: rest)
        if let request = try? FetchRequest(line: rest) {
            expect((try? FetchRequest(line: request.json.bytes())) == request, "a request is another after writing")
        }
        if let event = try? FetchEvent(line: rest) {
            expect((try? FetchEvent(line: event.json.bytes())) == event, "an event is another after writing")
        }
    case UInt8(ascii: "p"):
        var tags = TagList()
        _ = try? tags.add(page: rest)
        var referrers = ReferrersIndex()
        _ = try? referrers.add(page: rest, artifactType: nil)
    default: return
    }
}

/// Whatever a server says, who asks ends, and shows its password to nobody else.
private func fuzzChallenge(_ text: String) {
    var endpoint = RegistryEndpoint("https://r.example")
    endpoint.credential = .password(user: "me", password: "p")
    guard let address = try? WebAddress(endpoint.address) else { return }
    var authorizer = Authorizer(endpoint, at: address)
    for count in 1...Authorizer.patience {
        guard let step = try? authorizer.refused([text], for: [], shown: nil, count: count, now: 0) else { return }
        if case .ask(let question) = step {
            expect(question.address.scheme == .https, "a password would be sent without TLS")
        }
    }
    expect(false, "a loop of 401 does not end")
}

/// What is followed is http or https, and no way to a forbidden place.
private func fuzzAddress(_ text: String) {
    guard let base = try? WebAddress("https://a.example/b/c?d") else { return }
    if let address = try? WebAddress(text) {
        expect((try? WebAddress("\(address)")) == address, "an address is another after writing")
    }
    var trail = RedirectTrail(base, isInsecure: false, isLocal: false)
    guard (try? trail.follow(text)) != nil else { return }
    expect(trail.address.scheme == .https, "http is followed from https")
    expect((trail.address.literal?.reach ?? .other) == .other, "a forbidden place is followed")
    expect(!trail.hasCredentials || trail.address.hasSameOrigin(as: base), "credentials follow")
    expect((try? WebAddress("\(trail.address)")) == trail.address, "what is followed is another after writing")
}
