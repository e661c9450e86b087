// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Registry

extension Transport {
    /// All of a body, of at most `limit` bytes.
    func bytes(of reply: Reply, limit: Int, _ call: Call) async throws(Setback) -> [UInt8] {
        func tooLarge() -> Setback {
            Setback(
                FetchFailure(
                    .tooLarge, "\(call.shown) is answered with more than \(limit) bytes", status: reply.status),
                mayPass: false)
        }
        if let length = reply.length, length > limit { throw tooLarge() }
        var result: [UInt8] = []
        do {
            var watch = rateWatch
            for try await buffer in reply.body {
                guard result.count + buffer.readableBytes <= limit else { throw tooLarge() }
                result += buffer.readableBytesView
                guard watch.take(buffer.readableBytes, now: now) else { throw tooSlow(call) }
            }
        } catch { throw setback(error, call) }
        return result
    }

    /// What the server says of why it did not.
    func setback(of reply: Reply, _ call: Call) async -> Setback {
        let bytes = (try? await bytes(of: reply, limit: ErrorDocument.limit, call)) ?? []
        return Setback(
            status: reply.status, ErrorDocument(call.method == .HEAD ? [] : bytes), to: call.shown,
            retryAfter: reply.header("Retry-After"))
    }

    /// Reads the rest of a small body, so that its connection can be used again.
    func drain(_ reply: Reply, _ call: Call) async {
        _ = try? await bytes(of: reply, limit: ErrorDocument.limit, call)
    }

    var rateWatch: RateWatch { RateWatch(slowest: session.slowest, span: session.patience * 2, now: now) }

    func tooSlow(_ call: Call) -> Setback {
        Setback(
            FetchFailure(.slow, "\(call.shown): less than \(session.slowest) bytes a second came"), mayPass: true)
    }
}
