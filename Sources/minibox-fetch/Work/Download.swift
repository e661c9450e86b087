// SPDX-License-Identifier: Apache-2.0
import AsyncHTTPClient
import Compression
import NIOCore
import OCI
import Registry

/// A blob on its way into a file: what is there is gone on from, and nothing is taken that cannot be part of it.
struct Download {
    let file: StagedFile
    let digest: Digest
    let size: Int64
    private var hash = SHA256()
    private var done: Int64 = 0
    /// The most that any try had.
    private var furthest: Int64 = 0
    private var hasResumed = false

    init(_ name: String, _ digest: Digest, _ size: Int64) throws(FetchFailure) {
        file = try StagedFile(name, for: .goOn)
        self.digest = digest
        self.size = size
        let there = try file.size
        if there > size {
            try file.truncate()
        } else {
            hash = try file.hash(of: there)
            (done, furthest) = (there, there)
            hasResumed = there > 0
        }
    }

    var isComplete: Bool { done == size && isProven }
    private var isProven: Bool { Digest(sha256: hash.digest()) == digest }
    /// Where it goes on.
    var offset: Int64 { done }

    /// Forgets what there is.
    mutating func startAnew() throws(FetchFailure) {
        try file.truncate()
        hash = SHA256()
        done = 0
        hasResumed = false
    }

    /// `Range`, where something is there.
    var headers: [(String, String)] { done > 0 ? [("Range", "bytes=\(done)-")] : [] }

    /// Takes in an answer.
    mutating func take(
        _ reply: Reply, _ call: Call, _ transport: Transport, _ progress: Progress, _ cameFurther: inout Bool
    ) async throws(Setback) {
        do throws(FetchFailure) { try begin(reply, call) } catch { throw Setback(error, mayPass: false) }
        var watch = transport.rateWatch
        do {
            for try await buffer in reply.body {
                let bytes = Array(buffer.readableBytesView)
                guard done + Int64(bytes.count) <= size else {
                    try startAnew()
                    throw FetchFailure(.tooLarge, "\(call.shown) is answered with more than the \(size) bytes it has")
                }
                try file.write(bytes)
                hash.update(bytes)
                done += Int64(bytes.count)
                progress.report(done, of: size)
                // Of a server that begins anew each time only what no try had counts.
                if done >= furthest + max(1, min(1 << 20, size / 16)) {
                    furthest = done
                    cameFurther = true
                }
                guard watch.take(bytes.count, now: now) else { throw transport.tooSlow(call) }
            }
        } catch { throw transport.setback(error, call) }
        guard done == size else {
            throw Setback(
                FetchFailure(.unreachable, "\(call.shown): the answer ended after \(done) of \(size) bytes"),
                mayPass: true)
        }
    }

    /// Whether the answer is one to what was asked for.
    private mutating func begin(_ reply: Reply, _ call: Call) throws(FetchFailure) {
        if reply.status == 206 {
            guard let range = reply.header("Content-Range").flatMap(ContentRange.init(_:)), range.first == done,
                range.total == nil || range.total == size
            else {
                try startAnew()
                throw FetchFailure(
                    .damaged, "\(call.shown) is answered with another part than the one asked for", status: 206)
            }
        } else if done > 0 {
            try startAnew()
        }
        if let length = reply.length, length != size - done {
            throw FetchFailure(
                length > size - done ? .tooLarge : .damaged,
                "\(call.shown) is answered with \(length) bytes instead of \(size - done)", status: reply.status)
        }
    }

    /// Whether all of it is what it should be. Where it is not, nothing of it is kept; once more is worth it only where
    /// a part of it was here before.
    mutating func prove(_ what: String) throws(Setback) {
        guard !isProven else { return }
        let wasResumed = hasResumed
        let actual = Digest(sha256: hash.digest())
        do { try startAnew() } catch { throw Setback(error, mayPass: false) }
        throw Setback(
            FetchFailure(.damaged, "\(what) is answered with bytes of the digest \(actual) instead of \(digest)"),
            mayPass: wasResumed)
    }
}
