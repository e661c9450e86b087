// SPDX-License-Identifier: Apache-2.0
internal import OCI

/// Why a server did not do what it was asked, in its words: `{"errors":[{"code":…,"message":…}]}` of the distribution
/// specification, or what token servers and gateways say.
public struct ErrorDocument: Hashable, Sendable {
    /// The most that is read of one.
    public static let limit = 1 << 16

    /// `MANIFEST_UNKNOWN`, in the order in which they stand.
    public var codes: [String] = []
    /// For people, one line of ASCII; empty where it said nothing.
    public var words = ""

    public init(_ bytes: [UInt8]) {
        guard let json = try? JSON(parsing: bytes) else { return }
        var texts: [String] = []
        for error in (json["errors"]?.array ?? []).prefix(8) {
            let code = error["code"]?.string ?? ""
            if !code.isEmpty { codes.append(code) }
            let message = error["message"]?.string ?? ""
            let detail = error["detail"]?.string ?? ""
            let parts = [message.isEmpty ? code : message, detail].filter { !$0.isEmpty }
            if !parts.isEmpty { texts.append(parts.joined(separator: ": ")) }
        }
        if texts.isEmpty {
            for key in ["error_description", "details", "message", "error"] {
                if let text = json[key]?.string, !text.isEmpty {
                    texts = [text]
                    break
                }
            }
        }
        words = printable(texts.joined(separator: "; "))
    }
}

extension Setback {
    /// What an answer means that is not what was asked for.
    /// - Parameters:
    ///   - what: `GET https://a.example/v2/b/manifests/1`.
    ///   - retryAfter: the header of that name.
    public init(status: Int, _ document: ErrorDocument, to what: String, retryAfter: String? = nil) {
        let code: FetchFailure.Code
        var mayPass = false
        switch status {
        case 401: code = .unauthorized
        case 402, 403, 451: code = .denied
        case 404, 410: code = .missing
        case 405, 501: code = .unsupported
        case 429:
            code = .tooMany
            mayPass = true
        case 408, 425, 500, 502, 503, 504, 507...599:
            code = .unreachable
            mayPass = status != 507
        case 400, 406, 409, 411...418, 422, 431: code = document.codes.contains("UNSUPPORTED") ? .unsupported : .refused
        default: code = .badAnswer
        }
        let said = document.words.isEmpty ? "" : ": \(document.words)"
        self.init(
            FetchFailure(code, "\(what) is answered with \(status)\(said)", status: status), mayPass: mayPass,
            after: RetryPolicy.seconds(retryAfter))
    }
}
