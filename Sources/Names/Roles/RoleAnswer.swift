// SPDX-License-Identifier: Apache-2.0

/// How a request for a role is answered.
public enum RoleAnswer: Hashable, Sendable {
    case document([UInt8])
    case malformed
    /// Not this path.
    case unknown
    case notAllowed
    case tooLarge
    /// The operator's file cannot be read now, or is not one that may be told.
    case missing

    private var status: String {
        switch self {
        case .document: "200 OK"
        case .malformed: "400 Bad Request"
        case .unknown: "404 Not Found"
        case .notAllowed: "405 Method Not Allowed\r\nAllow: GET"
        case .tooLarge: "431 Request Header Fields Too Large"
        case .missing: "503 Service Unavailable"
        }
    }

    private var body: [UInt8] {
        switch self {
        case .document(let bytes): bytes
        case .malformed: Array("{\"message\":\"this request cannot be read\"}\n".utf8)
        case .unknown: Array("{\"message\":\"there is nothing at this path\"}\n".utf8)
        case .notAllowed: Array("{\"message\":\"only GET is answered\"}\n".utf8)
        case .tooLarge: Array("{\"message\":\"this request is too long\"}\n".utf8)
        case .missing: Array("{\"message\":\"the role has no credentials now\"}\n".utf8)
        }
    }

    /// The whole message. The connection ends behind it.
    var bytes: [UInt8] {
        let body = body
        return Array(
            ("HTTP/1.1 \(status)\r\nContent-Type: application/json\r\nContent-Length: \(body.count)\r\n"
                + "Cache-Control: no-store\r\nConnection: close\r\n\r\n").utf8) + body
    }
}
