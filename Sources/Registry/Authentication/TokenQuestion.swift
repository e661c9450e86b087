// SPDX-License-Identifier: Apache-2.0
internal import OCI

/// How a token is asked for: with GET and Basic as docker's own token servers want it, or with a form and POST as OAuth2
/// does, which is the only way to use an identity token.
public struct TokenQuestion: Hashable, Sendable {
    public var address: WebAddress
    /// `Authorization`, for that origin alone.
    public var authorization: String?
    /// `application/x-www-form-urlencoded`; nil for GET.
    public var form: String?

    private static let client = "minibox"

    /// - Parameters:
    ///   - scopes: `repository:a/b:pull`, one each.
    ///   - wantsIdentity: whether it is a login, which asks for an identity token too.
    public init(
        realm: WebAddress, service: String?, scopes: [String], credential: RegistryCredential?,
        wantsIdentity: Bool = false
    ) {
        var items: [(String, String)] = service.map { [("service", $0)] } ?? []
        if case .identityToken(let token) = credential {
            items += [("grant_type", "refresh_token"), ("client_id", Self.client), ("refresh_token", token)]
            if !scopes.isEmpty { items.append(("scope", scopes.joined(separator: " "))) }
            address = realm
            form = formEncoded(items)
            return
        }
        items += scopes.map { ("scope", $0) }
        if case .password(let user, let password) = credential {
            items.append(("account", user))
            authorization = basicAuthorization(user: user, password: password)
        }
        if wantsIdentity { items += [("offline_token", "true"), ("client_id", Self.client)] }
        address = realm.adding(items)
    }
}

/// RFC 7617.
public func basicAuthorization(user: String, password: String) -> String {
    "Basic " + Base64.text(Array("\(user):\(password)".utf8))
}
