// SPDX-License-Identifier: Apache-2.0
import Registry
import Testing

@Suite struct ChallengeTests {
    @Test func dockersIsRead() {
        let challenges = Challenge.parse(
            #"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/a:pull,push""#
        )
        #expect(challenges.count == 1)
        #expect(challenges.first?.scheme == "bearer")
        #expect(
            challenges.first?.parameters == [
                "realm": "https://auth.docker.io/token", "service": "registry.docker.io",
                "scope": "repository:library/a:pull,push",
            ])
    }

    @Test(arguments: [
        (#"Basic realm="a, b=\"c\"", Bearer realm=x"#, ["basic", "bearer"]), ("Basic", ["basic"]), ("", []), (",,", []),
        ("Negotiate, Basic realm=x", ["negotiate", "basic"]),
        ("Negotiate abc==, Basic realm=\"x\"", ["negotiate", "basic"]),
        ("BEARER Realm = \"x\" , SERVICE=y", ["bearer"]), ("Bearer realm=\"unended", ["bearer"]), ("\"x\"", []),
    ])
    func severalAreTold(_ header: String, _ schemes: [String]) {
        #expect(Challenge.parse(header).map(\.scheme) == schemes)
    }

    @Test func quotesAndSpacesAreRead() {
        #expect(
            Challenge.parse(#"Basic realm="a, b=\"c\"", Bearer realm=x"#).map { $0.parameters["realm"] } == [
                #"a, b="c""#, "x",
            ])
        #expect(
            Challenge.parse("BEARER Realm = \"x\" , SERVICE=y").first?.parameters == ["realm": "x", "service": "y"])
        #expect(Challenge.parse("Bearer realm=https://a/b?c,service=s").first?.parameters["service"] == "s")
    }

    @Test func anEndlessOneIsNotRead() { #expect(Challenge.parse(String(repeating: "a=b,", count: 10000)).isEmpty) }
}

@Suite struct TokenTests {
    @Test func anAnswerIsRead() throws {
        let answer = try TokenAnswer(
            parsing: Array(#"{"access_token":"b","token":"a","expires_in":300,"refresh_token":"r"}"#.utf8))
        #expect((answer.token, answer.lifetime, answer.refreshToken) == ("a", 300, "r"))
        #expect(try TokenAnswer(parsing: Array(#"{"access_token":"b","expires_in":1}"#.utf8)).lifetime == 60)
        #expect(
            try TokenAnswer(parsing: Array(#"{"token":"","access_token":"b","expires_in":1e300}"#.utf8)).lifetime
                == 86400)
    }

    @Test(arguments: ["", "[]", "{}", #"{"token":1}"#, #"{"token":"a\r\nX: y"}"#, #"{"token":"a b"}"#, "<html>"])
    func whatIsNoneIsRefused(_ text: String) {
        let error = #expect(throws: FetchFailure.self) { try TokenAnswer(parsing: Array(text.utf8)) }
        #expect(error?.code == .badAnswer)
    }

    @Test func aPasswordIsAskedWithGet() throws {
        let question = TokenQuestion(
            realm: try WebAddress("https://auth.example/token?x=1"), service: "the registry",
            scopes: ["repository:a:pull", "repository:b:pull"], credential: .password(user: "me", password: "p"))
        #expect(
            "\(question.address)"
                == "https://auth.example/token?x=1&service=the%20registry&scope=repository%3Aa%3Apull&scope=repository%3Ab%3Apull&account=me"
        )
        #expect(question.authorization == "Basic bWU6cA==")
        #expect(question.form == nil)
    }

    @Test func anIdentityTokenIsAskedWithAForm() throws {
        let question = TokenQuestion(
            realm: try WebAddress("https://auth.example/token"), service: "s", scopes: ["x", "y"],
            credential: .identityToken("i+j"))
        #expect("\(question.address)" == "https://auth.example/token")
        #expect(question.form == "service=s&grant_type=refresh_token&client_id=minibox&refresh_token=i%2Bj&scope=x%20y")
        #expect(question.authorization == nil)
    }
}

@Suite struct AuthorizerTests {
    static let bearer = #"Bearer realm="https://auth.example/token",service="s",scope="repository:a:pull""#

    static func authorizer(
        _ address: String = "https://r.example", _ credential: RegistryCredential? = nil, isInsecure: Bool = false,
        _ insecure: String...
    ) throws -> Authorizer {
        var endpoint = RegistryEndpoint(address)
        endpoint.credential = credential
        endpoint.isInsecure = isInsecure
        return Authorizer(endpoint, at: try WebAddress(address), InsecureServers(insecure))
    }

    static func answer(_ token: String) throws -> TokenAnswer {
        try TokenAnswer(parsing: Array(#"{"token":"\#(token)","expires_in":100}"#.utf8))
    }

    @Test func aTokenIsKeptByItsScopesUntilItEnds() throws {
        var authorizer = try Self.authorizer()
        #expect(authorizer.authorization(for: ["repository:a:pull"], now: 0) == nil)
        guard
            case .ask(let question) = try authorizer.refused(
                [Self.bearer], for: ["repository:a:pull"], shown: nil, count: 1, now: 0)
        else {
            Issue.record("no token is asked for")
            return
        }
        #expect(question.address.query == "service=s&scope=repository%3Aa%3Apull")
        authorizer.take(try Self.answer("t"), for: ["repository:a:pull"], now: 0)
        #expect(authorizer.authorization(for: ["repository:a:pull"], now: 89) == "Bearer t")
        #expect(authorizer.question(for: ["repository:a:pull"], now: 89, isLogin: false) == nil)
        #expect(authorizer.authorization(for: ["repository:a:pull"], now: 91) == nil)
        #expect(authorizer.question(for: ["repository:a:pull"], now: 91, isLogin: false) != nil)
        #expect(authorizer.authorization(for: ["repository:b:pull"], now: 0) == nil)
        #expect(
            authorizer.question(for: ["repository:b:pull"], now: 0, isLogin: false)?.address.query
                == "service=s&scope=repository%3Ab%3Apull")
    }

    @Test func itAsksForWhatIsMissing() throws {
        var authorizer = try Self.authorizer()
        _ = try authorizer.refused([Self.bearer], for: ["repository:a:pull"], shown: nil, count: 1, now: 0)
        authorizer.take(try Self.answer("t"), for: ["repository:a:pull"], now: 0)
        let more =
            #"Bearer realm="https://auth.example/token",service="s",scope="repository:a:pull repository:b:pull",error="insufficient_scope""#
        let step = try authorizer.refused([more], for: ["repository:a:pull"], shown: "Bearer t", count: 2, now: 0)
        guard case .ask(let question) = step else {
            Issue.record("no token is asked for")
            return
        }
        #expect(question.address.query == "service=s&scope=repository%3Aa%3Apull&scope=repository%3Ab%3Apull")
    }

    @Test func aNewerTokenOfAnotherIsUsed() throws {
        var authorizer = try Self.authorizer()
        _ = try authorizer.refused([Self.bearer], for: [], shown: nil, count: 1, now: 0)
        authorizer.take(try Self.answer("new"), for: [], now: 0)
        #expect(try authorizer.refused([Self.bearer], for: [], shown: "Bearer old", count: 1, now: 0) == .again)
    }

    @Test func basicIsShownOnceItIsAskedFor() throws {
        var authorizer = try Self.authorizer("https://r.example", .password(user: "me", password: "p"))
        #expect(authorizer.authorization(for: [], now: 0) == nil)
        #expect(try authorizer.refused(["Basic realm=x"], for: [], shown: nil, count: 1, now: 0) == .again)
        #expect(authorizer.authorization(for: [], now: 0) == "Basic bWU6cA==")
        let error = #expect(throws: FetchFailure.self) {
            try authorizer.refused(["Basic realm=x"], for: [], shown: "Basic bWU6cA==", count: 2, now: 0)
        }
        #expect(error?.code == .unauthorized)
    }

    @Test(arguments: [[], ["Negotiate"], ["Basic realm=x"]])
    func whatCannotBeShownIsUnauthorized(_ headers: [String]) throws {
        var authorizer = try Self.authorizer()
        let error = #expect(throws: FetchFailure.self) {
            try authorizer.refused(headers, for: [], shown: nil, count: 1, now: 0)
        }
        #expect(error?.code == .unauthorized)
    }

    @Test func aLoopEnds() throws {
        var authorizer = try Self.authorizer()
        #expect(throws: FetchFailure.self) {
            for count in 1...10 { _ = try authorizer.refused([Self.bearer], for: [], shown: nil, count: count, now: 0) }
        }
        #expect(Authorizer.patience <= 3)
    }

    @Test func aTokenServerWithoutTLSIsAskedOnlyWhereTheRegistryHasNone() throws {
        let header = #"Bearer realm="http://auth.example/token""#
        var secure = try Self.authorizer()
        let error = #expect(throws: FetchFailure.self) {
            try secure.refused([header], for: [], shown: nil, count: 1, now: 0)
        }
        #expect(error?.code == .badAnswer)
        // A registry that is insecure says nothing of another host, which would get the password.
        for address in ["https://r.example", "http://r.example"] {
            var insecure = try Self.authorizer(address, isInsecure: true)
            #expect(throws: FetchFailure.self) { try insecure.refused([header], for: [], shown: nil, count: 1, now: 0) }
            let own = #"Bearer realm="http://r.example:5001/token""#
            #expect(throws: Never.self) { try insecure.refused([own], for: [], shown: nil, count: 1, now: 0) }
            var listed = try Self.authorizer(address, isInsecure: true, "auth.example")
            #expect(throws: Never.self) { try listed.refused([header], for: [], shown: nil, count: 1, now: 0) }
        }
        var plain = try Self.authorizer("http://r.example")
        #expect(throws: FetchFailure.self) {
            try plain.refused([#"Bearer realm="file:///x""#], for: [], shown: nil, count: 1, now: 0)
        }
    }

    @Test func aTokenOfTheRegistryIsSentAsItIs() throws {
        var authorizer = try Self.authorizer("https://r.example", .registryToken("abc"))
        #expect(authorizer.authorization(for: ["x"], now: 0) == "Bearer abc")
        #expect(throws: FetchFailure.self) {
            try authorizer.refused([Self.bearer], for: [], shown: nil, count: 1, now: 0)
        }
    }
}
