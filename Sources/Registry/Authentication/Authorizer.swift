// SPDX-License-Identifier: Apache-2.0

/// Who we are to one endpoint: what it wanted to be shown, and the tokens that we have for it, by their scopes.
///
/// A value: whoever sends requests asks it for the header, tells it of a 401, and asks the token question that comes of it.
public struct Authorizer: Sendable {
    /// What comes of a 401.
    public enum Step: Hashable, Sendable {
        /// The same request again: ``authorization(for:now:)`` has something new to show.
        case again
        /// First ask for a token, and tell of it with ``take(_:for:now:)``.
        case ask(TokenQuestion)
    }

    /// How often one request may be answered with 401 before it is `unauthorized`.
    public static let patience = 3

    private enum Kind: Hashable, Sendable {
        case unknown, basic
        case bearer(realm: WebAddress, service: String?)
    }

    private struct Token: Sendable {
        var text: String
        var end: Double
    }

    private let address: WebAddress
    private let credential: RegistryCredential?
    private let isInsecure: Bool
    private let insecure: InsecureServers
    private var kind = Kind.unknown
    private var tokens: [[String]: Token] = [:]
    /// What it asked for beyond what we knew to ask.
    private var wider: [[String]: [String]] = [:]
    /// Of a login: what the token server gave instead of the password.
    public private(set) var identityToken: String?

    /// - Parameter insecure: where a token server may do without TLS.
    public init(
        _ endpoint: RegistryEndpoint, at address: WebAddress, _ insecure: InsecureServers = InsecureServers()
    ) {
        self.address = address
        self.insecure = insecure
        credential = endpoint.credential
        isInsecure = endpoint.isInsecure
    }

    /// What to show for something that needs `scopes`; nil for nothing.
    /// - Parameter now: seconds, of a clock that only goes forward.
    public func authorization(for scopes: [String], now: Double) -> String? {
        if case .registryToken(let token) = credential {
            return TokenAnswer.isHeaderValue(token) ? "Bearer \(token)" : nil
        }
        switch kind {
        case .unknown: return nil
        case .basic:
            guard case .password(let user, let password) = credential else { return nil }
            return basicAuthorization(user: user, password: password)
        case .bearer:
            guard let token = tokens[scopes], token.end > now else { return nil }
            return "Bearer \(token.text)"
        }
    }

    /// The question to ask before a request that needs a token which we do not have; nil where we do not know or need one.
    public func question(for scopes: [String], now: Double, isLogin: Bool) -> TokenQuestion? {
        guard case .bearer(let realm, let service) = kind, authorization(for: scopes, now: now) == nil else {
            return nil
        }
        return TokenQuestion(
            realm: realm, service: service, scopes: wider[scopes] ?? scopes, credential: credential,
            wantsIdentity: isLogin)
    }

    /// Takes in a 401.
    /// - Parameters:
    ///   - headers: the values of `WWW-Authenticate`.
    ///   - shown: what was sent as `Authorization`.
    ///   - count: how often this request has been refused, from 1.
    public mutating func refused(
        _ headers: [String], for scopes: [String], shown: String?, count: Int, isLogin: Bool = false, now: Double
    ) throws(FetchFailure) -> Step {
        let challenges = headers.flatMap(Challenge.parse)
        if case .registryToken = credential { throw failure("it does not take the token") }
        guard count < Self.patience else { throw failure("it was shown what it asked for, and refuses all the same") }
        // Another request may have been there first.
        if let new = authorization(for: scopes, now: now), new != shown { return .again }
        if let bearer = challenges.first(where: { $0.scheme == "bearer" && $0.parameters["realm"] != nil }) {
            return try refused(by: bearer, for: scopes, isLogin: isLogin)
        }
        guard challenges.contains(where: { $0.scheme == "basic" }) else {
            throw failure(
                challenges.isEmpty
                    ? "it does not say what it wants to be shown"
                    : "it wants \"\(printable(challenges[0].scheme, limit: 40))\", and only Basic and Bearer are known")
        }
        guard case .password = credential else {
            throw failure(
                credential == nil
                    ? "it wants a name and a password: log in first" : "it wants a password, and there is only a token")
        }
        guard kind != .basic || shown == nil else { throw failure("the name or the password is wrong") }
        kind = .basic
        return .again
    }

    private mutating func refused(
        by challenge: Challenge, for scopes: [String], isLogin: Bool
    ) throws(FetchFailure) -> Step {
        let realm: WebAddress
        do { realm = try WebAddress(challenge.parameters["realm"] ?? "") } catch {
            throw FetchFailure(.badAnswer, "\(address.origin) names a token server that is none: \(error)", status: 401)
        }
        let isOnOneHost = realm.host == address.host && (address.scheme == .http || isInsecure)
        guard realm.scheme == .https || isOnOneHost || insecure.contains(realm) else {
            throw FetchFailure(
                .badAnswer,
                "\(address.origin) names the token server \(realm.shown), which has no TLS: nothing is sent there, unless "
                    + "\(realm.host) is called insecure itself",
                status: 401)
        }
        kind = .bearer(realm: realm, service: challenge.parameters["service"])
        tokens[scopes] = nil
        var wanted = wider[scopes] ?? scopes
        // It knows best what it wants to see, for a first time or for more (`insufficient_scope`).
        for scope in (challenge.parameters["scope"] ?? "").split(separator: " ").map(String.init)
        where !wanted.contains(scope) && wanted.count < 16 && scope.utf8.count <= 1024 {
            wanted.append(scope)
        }
        wider[scopes] = wanted
        return .ask(
            TokenQuestion(
                realm: realm, service: challenge.parameters["service"], scopes: wanted, credential: credential,
                wantsIdentity: isLogin))
    }

    /// Takes in what the token server gave.
    public mutating func take(_ answer: TokenAnswer, for scopes: [String], now: Double) {
        // A tenth less, for the way to the registry.
        tokens[scopes] = Token(text: answer.token, end: now + answer.lifetime * 0.9)
        if let refreshToken = answer.refreshToken { identityToken = refreshToken }
    }

    private func failure(_ reason: String) -> FetchFailure {
        FetchFailure(.unauthorized, "\(address.origin) does not let us in: \(reason)", status: 401)
    }
}

/// What something needs, in the words of distribution's auth/scope.
public enum RegistryScope {
    public static func pull(_ path: String) -> String { "repository:\(path):pull" }
    public static func push(_ path: String) -> String { "repository:\(path):pull,push" }
    public static func delete(_ path: String) -> String { "repository:\(path):delete" }
}
