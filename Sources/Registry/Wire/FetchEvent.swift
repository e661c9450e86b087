// SPDX-License-Identifier: Apache-2.0

/// What the fetching program reports.
public struct FetchEvent: Hashable, Sendable {
    /// Which ``FetchRequest``.
    public var id: Int
    public var report: Report

    public init(id: Int, _ report: Report) {
        self.id = id
        self.report = report
    }

    public enum Report: Hashable, Sendable {
        /// So many bytes of so many are there; at most ten times a second.
        case progress(done: Int64, total: Int64)
        /// It failed, for a reason that may pass, and is tried again after so many seconds.
        case retry(attempt: Int, after: Double, reason: String)
        case done(Outcome)
        case failed(FetchFailure)
    }

    /// What came of it; members that say nothing are nil.
    public struct Outcome: Hashable, Sendable {
        /// Of a manifest: what the registry calls it.
        public var mediaType: String?
        /// Of a manifest: the digest that the registry said. Nobody's word before the bytes prove it.
        public var digest: String?
        public var size: Int64?
        /// Of an upload.
        public var upload: Upload?
        /// Of a plain address: `Last-Modified`.
        public var modified: String?
        /// Of a login: what the token server gave instead of the password.
        public var identityToken: String?
        /// Which endpoint answered.
        public var address: String?
        /// Of a manifest that was put: the digest of its subject, where the registry lists it as a referrer by itself
        /// (`OCI-Subject`). Without it whoever put it keeps the fallback tag.
        public var subject: String?

        public init() {}
    }

    public enum Upload: String, Hashable, Sendable {
        case existed, mounted, uploaded
    }
}

/// Why the fetching program could not do a thing.
public struct FetchFailure: Error, Hashable, Sendable {
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// There is no such manifest, blob, repository or address.
        case missing
        /// Who asks is not known, or the password is wrong.
        case unauthorized
        /// Who asks is known, and may not.
        case denied
        /// The server's certificate cannot be proven, or TLS is not spoken there.
        case untrusted
        /// No name, no route, refused, or the connection broke too often.
        case unreachable
        /// Nothing came for too long.
        case slow
        /// More came than was asked for or is taken.
        case tooLarge
        /// It is no answer of a registry, or leads where nothing may be followed.
        case badAnswer
        /// The bytes have another digest or length than the registry said.
        case damaged
        /// It says that too much is asked of it.
        case tooMany
        /// The registry has no such function.
        case unsupported
        /// It does not take what was sent.
        case refused
        /// A file of the staging directory cannot be read or written.
        case file
        /// The request or the session itself makes no sense.
        case badRequest
    }

    public var code: Code
    /// What was attempted and why it failed, for people: lower case, without a password or token in it.
    public var reason: String
    /// Of the last answer, if there was one.
    public var status: Int?

    public init(_ code: Code, _ reason: String, status: Int? = nil) {
        self.code = code
        self.reason = reason
        self.status = status
    }
}
