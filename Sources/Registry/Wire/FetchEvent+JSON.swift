// SPDX-License-Identifier: Apache-2.0
public import OCI

extension FetchEvent {
    /// Reads a line that `minibox-fetch` wrote. What it says is the word of a program that spoke with anybody.
    public init(line: [UInt8]) throws(WireError) { try self.init(json: wireDocument(line, "event")) }

    private enum Kind: String {
        case progress, retry, done, failed
    }

    public init(json: JSON) throws(WireError) {
        var reader = try WireReader(json, "event")
        id = try reader.required("id") { $0.int }
        switch try reader.word("event", as: Kind.self) {
        case .progress: report = .progress(done: try reader.size("done"), total: try reader.size("total"))
        case .retry:
            report = .retry(
                attempt: try reader.required("attempt") { $0.int },
                // Nobody waits for longer than a day, and 1e300 is no number of seconds.
                after: try reader.required("after") { $0.double.flatMap { 0...86400 ~= $0 ? $0 : nil } },
                reason: try reader.text("reason"))
        case .done:
            var outcome = Outcome()
            outcome.mediaType = try reader.optional("mediaType") { $0.string }
            outcome.digest = try reader.optional("digest") { $0.string }
            outcome.size = try reader.optional("size") { $0.int64.flatMap { $0 >= 0 ? $0 : nil } }
            outcome.upload = try reader.optional("upload") { $0.string.flatMap(Upload.init(rawValue:)) }
            outcome.modified = try reader.optional("modified") { $0.string }
            outcome.identityToken = try reader.optional("identityToken") { $0.string }
            outcome.address = try reader.optional("address") { $0.string }
            outcome.subject = try reader.optional("subject") { $0.string }
            report = .done(outcome)
        case .failed:
            report = .failed(
                FetchFailure(
                    try reader.word("code"), try reader.text("reason"),
                    status: try reader.optional("status") { $0.int }))
        }
        try reader.end()
    }

    public var json: JSON {
        var result: JSON = ["id": JSON(id)]
        switch report {
        case .progress(let done, let total):
            result["event"] = "progress"
            result["done"] = JSON(done)
            result["total"] = JSON(total)
        case .retry(let attempt, let after, let reason):
            result["event"] = "retry"
            result["attempt"] = JSON(attempt)
            result["after"] = .number(after)
            result["reason"] = .string(reason)
        case .done(let outcome):
            result["event"] = "done"
            result["mediaType"] = outcome.mediaType.map { .string($0) }
            result["digest"] = outcome.digest.map { .string($0) }
            result["size"] = outcome.size.map { JSON($0) }
            result["upload"] = outcome.upload.map { .string($0.rawValue) }
            result["modified"] = outcome.modified.map { .string($0) }
            result["identityToken"] = outcome.identityToken.map { .string($0) }
            result["address"] = outcome.address.map { .string($0) }
            result["subject"] = outcome.subject.map { .string($0) }
        case .failed(let failure):
            result["event"] = "failed"
            result["code"] = .string(failure.code.rawValue)
            result["reason"] = .string(failure.reason)
            result["status"] = failure.status.map { JSON($0) }
        }
        return result
    }
}
