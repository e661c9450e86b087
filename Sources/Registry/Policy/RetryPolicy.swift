// SPDX-License-Identifier: Apache-2.0

/// A failure, and whether trying again may help.
public struct Setback: Error, Hashable, Sendable {
    public var failure: FetchFailure
    public var mayPass: Bool
    /// Seconds that the server asks to be left alone for (`Retry-After`).
    public var after: Double?

    public init(_ failure: FetchFailure, mayPass: Bool, after: Double? = nil) {
        self.failure = failure
        self.mayPass = mayPass
        self.after = after
    }
}

/// How often and when a thing is tried again: pauses double, with a part by chance so that clients that broke together
/// do not return together, and a server that says when is obeyed within reason.
public struct RetryPolicy: Hashable, Sendable {
    /// Seconds; the longest pause of our own choice, and the longest that a server is waited for.
    public static let longestPause = 30.0, longestWait = 120.0

    public var retries: Int
    public var firstPause: Double

    public init(retries: Int, firstPause: Double) {
        self.retries = retries
        self.firstPause = firstPause
    }

    /// Seconds until the next attempt; nil where there is none.
    /// - Parameters:
    ///   - attempt: how often it has failed, from 1.
    ///   - chance: from 0 to 1.
    public func pause(after setback: Setback, attempt: Int, chance: Double) -> Double? {
        guard setback.mayPass, attempt <= retries else { return nil }
        let own = min(firstPause * Double(UInt64(1) << UInt64(min(attempt - 1, 16))), Self.longestPause)
        let jittered = own * (0.5 + 0.5 * chance)
        guard let after = setback.after else { return jittered }
        return after <= Self.longestWait ? max(after, jittered) : nil
    }

    /// Seconds of a `Retry-After` header (RFC 9110, 10.2.3); nil where it is a date, which a pause of our own will do for.
    public static func seconds(_ header: String?) -> Double? {
        guard let header, let value = Int(header), value >= 0 else { return nil }
        return Double(value)
    }
}

/// Finds a transfer that trickles: over each span, less than so many bytes a second.
public struct RateWatch: Hashable, Sendable {
    private let slowest: Int64
    private let span: Double
    private var start: Double
    private var bytes: Int64 = 0

    /// - Parameters:
    ///   - slowest: bytes a second; 0 for no limit.
    ///   - span: seconds that are looked at together.
    public init(slowest: Int64, span: Double, now: Double) {
        self.slowest = slowest
        self.span = span
        start = now
    }

    /// Takes note of so many bytes; false where it is too slow.
    public mutating func take(_ count: Int, now: Double) -> Bool {
        bytes += Int64(count)
        guard now - start >= span else { return true }
        let isFast = Double(bytes) >= Double(slowest) * (now - start)
        start = now
        bytes = 0
        return isFast
    }
}
