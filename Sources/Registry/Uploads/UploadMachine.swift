// SPDX-License-Identifier: Apache-2.0

/// How a blob gets into a repository, as a value: it says what to send, and is told what was answered.
///
/// First it asks whether the blob is there, then tries to have it from other repositories, then sends it: all of it at
/// once, or in chunks where the registry wants that or refuses the whole. What broke is gone on from where the registry
/// says that it has got to (distribution-spec, "Pushing blobs").
public struct UploadMachine: Hashable, Sendable {
    public enum Step: Hashable, Sendable {
        /// HEAD of the blob.
        case ask
        /// POST with `mount` and `from`.
        case mount(from: String)
        /// POST.
        case begin
        /// PUT with the digest and all bytes.
        case sendAll(location: String)
        /// PATCH with these bytes.
        case send(Range<Int64>, location: String)
        /// PUT with the digest and no bytes.
        case finish(location: String)
        /// GET of the upload: how much there is.
        case askProgress(location: String)
        case done(FetchEvent.Upload)
    }

    /// What matters of an answer.
    public struct Answer: Hashable, Sendable {
        public var status: Int
        /// Resolved against the address that was asked.
        public var location: String?
        /// `Range`.
        public var range: String?
        /// `OCI-Chunk-Min-Length`.
        public var chunkMinimum: String?

        public init(status: Int, location: String? = nil, range: String? = nil, chunkMinimum: String? = nil) {
            self.status = status
            self.location = location
            self.range = range
            self.chunkMinimum = chunkMinimum
        }
    }

    /// In bytes: a chunk of our own choice, and the most that a registry may ask for.
    public static let chunk: Int64 = 64 << 20, largestChunk: Int64 = 4 << 30
    /// How often it begins from nothing, and how often in a row it sends what leads nowhere.
    private static let beginnings = 4, vainSteps = 8

    public let size: Int64
    public private(set) var step = Step.ask
    private var mounts: [String]
    private var isChunked = false
    private var chunkSize = Self.chunk
    private var begun = 0
    /// How far the registry has come since the last beginning, as far as that is worth to be counted, and how often it
    /// has come no further since.
    private var furthest: Int64 = 0
    private var vain = 0
    /// How often it has come further: what has failed may be tried afresh after that.
    public private(set) var advances = 0

    public init(size: Int64, mounts: [String]) {
        self.size = size
        self.mounts = mounts.reversed()
    }

    /// Takes in an answer and goes on; nil where it is fine, otherwise what the answer means stands.
    /// - Returns: whether the answer is one that leads on.
    public mutating func take(_ answer: Answer) throws(FetchFailure) -> Bool {
        switch step {
        case .ask:
            switch answer.status {
            case 200: step = .done(.existed)
            // Some have no HEAD, or say 403 of what they do not have.
            case 400, 403, 404, 405, 501: next()
            default: return false
            }
        case .mount:
            switch answer.status {
            case 201: step = .done(.mounted)
            // It began an upload instead, which is as good as another where there is nothing else to try.
            case 202: if mounts.isEmpty { try begin(answer) } else { next() }
            // It may not be read there, or is not there any more: no reason to fail.
            case 400...499 where answer.status != 401 && answer.status != 429: next()
            default: return false
            }
        case .begin:
            guard answer.status == 202 else { return false }
            try begin(answer)
        case .sendAll:
            switch answer.status {
            case 201, 204: step = .done(.uploaded)
            // Too much at once for it or for what stands before it.
            case 411...415 where begun < Self.beginnings && !isChunked:
                isChunked = true
                if answer.status == 413 { chunkSize = min(chunkSize, 8 << 20) }
                step = .begin
            default: return try restart(answer)
            }
        case .send(let range, let location):
            switch answer.status {
            case 202, 201, 204:
                var received = ContentRange.received(answer.range) ?? range.upperBound
                // `0-0` is nothing, or this one byte.
                if received == 0, range == 0..<1 { received = 1 }
                try goOn(from: received, at: answer.location ?? location)
            case 416: step = .askProgress(location: answer.location ?? location)
            case 413 where range.count >= 1 << 17:
                chunkSize = Int64(range.count) / 2
                try goOn(from: range.lowerBound, at: location)
            default: return try restart(answer)
            }
        case .finish:
            guard answer.status == 201 || answer.status == 204 else { return try restart(answer) }
            step = .done(.uploaded)
        case .askProgress(let location):
            guard answer.status == 204 || answer.status == 202 || answer.status == 200 else {
                return try restart(answer)
            }
            isChunked = true
            try goOn(from: ContentRange.received(answer.range) ?? 0, at: answer.location ?? location)
        case .done: return false
        }
        return true
    }

    /// The connection broke, or the answer was one that may pass: asks how far it got where anything was sent.
    public mutating func broke() {
        switch step {
        case .sendAll:
            // Some refuse what is too much by breaking, and whole uploads cannot be gone on from.
            if begun >= 2 { isChunked = true }
            step = .begin
        case .send(_, let location), .finish(let location): step = .askProgress(location: location)
        default: break
        }
    }

    private mutating func next() {
        step = mounts.popLast().map { .mount(from: $0) } ?? .begin
    }

    private mutating func begin(_ answer: Answer) throws(FetchFailure) {
        guard let location = answer.location else {
            throw FetchFailure(.badAnswer, "an upload was begun without saying where (Location)", status: answer.status)
        }
        begun += 1
        if let text = answer.chunkMinimum, let minimum = Int64(text), minimum > 0 {
            guard minimum <= Self.largestChunk else {
                throw FetchFailure(.badAnswer, "it wants chunks of \(minimum) bytes at least (OCI-Chunk-Min-Length)")
            }
            chunkSize = max(chunkSize, minimum)
            isChunked = true
        }
        furthest = 0
        if isChunked, size > 0 { try goOn(from: 0, at: location) } else { step = .sendAll(location: location) }
    }

    /// Goes on where the registry has got to. One that takes next to nothing of what it is sent, or always asks for the
    /// same, is left in the end: a sixteenth of a chunk is what counts.
    private mutating func goOn(from offset: Int64, at location: String) throws(FetchFailure) {
        let start = min(max(offset, 0), size)
        if start - furthest >= max(1, min(chunkSize, size - furthest) / 16) {
            furthest = start
            vain = 0
            advances += 1
        } else {
            vain += 1
            guard vain <= Self.vainSteps else {
                throw FetchFailure(
                    .badAnswer, "it has \(start) of \(size) bytes, and takes no more of what it is sent")
            }
        }
        step =
            start == size
            ? .finish(location: location) : .send(start..<min(start + chunkSize, size), location: location)
    }

    /// An upload that the registry does not know any more begins anew.
    private mutating func restart(_ answer: Answer) throws(FetchFailure) -> Bool {
        guard answer.status == 404 || answer.status == 416, begun < Self.beginnings else { return false }
        step = .begin
        return true
    }
}
