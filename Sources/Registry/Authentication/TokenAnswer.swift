// SPDX-License-Identifier: Apache-2.0
internal import OCI

/// What a token server gives (distribution's auth/token and auth/oauth).
public struct TokenAnswer: Hashable, Sendable {
    /// The most that is read of one.
    public static let limit = 1 << 20

    public var token: String
    /// Seconds; a minute where it does not say.
    public var lifetime: Double
    /// An identity token: what may be shown from now on instead of the password.
    public var refreshToken: String?

    public init(parsing bytes: [UInt8]) throws(FetchFailure) {
        func failure(_ reason: String) -> FetchFailure {
            FetchFailure(.badAnswer, "the token server's answer is none: \(reason)")
        }
        let json: JSON
        do { json = try JSON(parsing: bytes) } catch { throw failure("\(error)") }
        guard case .object = json else { throw failure("it is no JSON object") }
        let words = [json["token"]?.string, json["access_token"]?.string].compactMap { $0 }.filter { !$0.isEmpty }
        guard let token = words.first else { throw failure("it has no \"token\"") }
        guard Self.isHeaderValue(token) else { throw failure("its token cannot be sent in a header") }
        self.token = token
        let lifetime = json["expires_in"]?.double ?? 60
        // As docker: less than a minute is a mistake of the server's.
        self.lifetime = lifetime.isFinite ? min(max(lifetime, 60), 86400) : 60
        refreshToken = json["refresh_token"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Whether nothing in it can end the header or the line.
    static func isHeaderValue(_ text: String) -> Bool { text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } }
}
