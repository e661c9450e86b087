// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Registry

/// One request to a server, without what is known of who asks.
struct Call: Sendable {
    var method: HTTPMethod
    var address: WebAddress
    var headers: [(String, String)] = []
    var payload = Payload.none

    enum Payload: Sendable {
        case none
        case bytes([UInt8])
        /// A part of a file, which is read while it is sent.
        case file(name: String, Range<Int64>, Progress, total: Int64)
    }

    /// `GET https://a.example/v2/`, for messages.
    var shown: String { "\(method.rawValue) \(address.shown)" }
}

/// What came of it. The body is still to be read, or drained.
struct Reply: Sendable {
    var status: Int
    var headers: HTTPHeaders
    var body: HTTPClientResponse.Body
    /// Where it came from, after redirects.
    var address: WebAddress

    func header(_ name: String) -> String? { headers.first(name: name) }
    /// The length of the body, if it is said.
    var length: Int64? { header("Content-Length").flatMap { Int64($0) } }
}

/// Who chose an address, which decides which connections are taken.
enum Chosen: Hashable, Sendable {
    /// The user: every one. The origin, whose place in the network is taken note of.
    case byUser(origin: String)
    /// A server, on this machine or elsewhere.
    case byServer(isLocal: Bool)
}
