// SPDX-License-Identifier: Apache-2.0

/// Where an answer may send us: at most ten times, by http and https alone, never from https to http, never to where a
/// cloud keeps the machine's secrets, and from elsewhere never to this machine. Credentials go to the first origin alone.
public struct RedirectTrail: Hashable, Sendable {
    public static let longest = 10

    /// Where we are.
    public private(set) var address: WebAddress
    /// Whether we are still where credentials are meant for; once left, never again.
    public private(set) var hasCredentials = true
    private let isInsecure: Bool
    private let home: String
    private let isLocal: Bool
    private var count = 0

    /// - Parameters:
    ///   - isInsecure: whether http will do on that host.
    ///   - isLocal: whether the first address is this machine's, which may then send us to itself.
    public init(_ address: WebAddress, isInsecure: Bool, isLocal: Bool) {
        self.address = address
        home = address.host
        self.isInsecure = isInsecure
        self.isLocal = isLocal
    }

    /// Whether a connection to `address` is refused, wherever its name came from; the words say why.
    public static func objection(to address: IPAddress, isLocal: Bool) -> String? {
        switch address.reach {
        case .metadata: "that is a link-local address, where machines of clouds are told their secrets"
        case .loopback: isLocal ? nil : "that is this machine, which a server elsewhere has no business with"
        case .other: nil
        }
    }

    public static func isRedirect(_ status: Int) -> Bool { [301, 302, 303, 307, 308].contains(status) }

    /// Goes on to what a redirect names.
    /// - Parameter insecure: where http will do, wherever it is named.
    public mutating func follow(
        _ location: String?, _ insecure: InsecureServers = InsecureServers()
    ) throws(FetchFailure) {
        let here = address.shown
        func failure(_ reason: String) -> FetchFailure {
            FetchFailure(.badAnswer, "\(here) redirects \(reason)")
        }
        count += 1
        guard count <= Self.longest else { throw failure("more than \(Self.longest) times") }
        guard let location else { throw failure("without saying where to") }
        let next: WebAddress
        do { next = try address.resolving(location) } catch { throw failure("to \(error)") }
        guard
            next.scheme == .https || address.scheme == .http || isInsecure && next.host == home
                || insecure.contains(next)
        else {
            throw failure("to \(next.shown): from https to http nothing is followed")
        }
        if let literal = next.literal, let words = Self.objection(to: literal, isLocal: isLocal) {
            throw failure("to \(next.shown): \(words)")
        }
        if next.host == "localhost", !isLocal {
            throw failure("to \(next.shown): that is this machine, which a server elsewhere has no business with")
        }
        if !next.hasSameOrigin(as: address) { hasCredentials = false }
        address = next
    }
}
