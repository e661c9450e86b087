// SPDX-License-Identifier: Apache-2.0
public import Compression
internal import Linux

/// Compresses what it is given in blocks, several at a time, on all processors that this process may run on.
///
/// What comes out follows from the bytes, the format and the level: not from the pieces in which they come, nor from the
/// number of processors. See docs/decisions/0027.
public final class ParallelCompressor {
    /// With a larger one the result is no smaller: gzip looks back 32 KiB. zstd's is a fortieth larger for it.
    static let block = 1 << 20
    /// One process reads, hashes and writes for all of them, and has no more to do than that.
    private static let mostWorkers = 16

    private let compressor: any BlockCompressor
    private let limit: Int
    private var workers: [CompressionWorker] = []
    /// What has come of the next block.
    private var pending: [UInt8] = []
    private var blocks = 0
    private var taken = 0

    /// One that writes `format`, gzip or zstd, at one of its levels; nil for the usual one.
    ///
    /// - Parameter workers: how many processes at most; nil for one a processor. Where this process has several threads,
    ///   it makes none, since a copy of one of them could hang.
    public init(_ format: CompressionFormat, level: Int? = nil, workers: Int? = nil) throws(ImageError) {
        let compressor: (any BlockCompressor)?
        do throws(CompressionError) { compressor = try format.blockCompressor(level: level) } catch {
            throw Self.failure(error)
        }
        guard let compressor else {
            throw ImageError(.cannotWrite, "archive", "cannot compress without a format: say gzip or zstd")
        }
        self.compressor = compressor
        let most = workers ?? (try? CurrentProcess.processors().numbers.count) ?? 1
        limit = most > 1 && CurrentProcess.hasOneThread ? min(most, Self.mostWorkers) : 0
    }

    /// Takes in the next bytes, and gives what is ready of their compressed form to `sink`.
    public func write(_ bytes: ArraySlice<UInt8>, to sink: ImageStore.ByteSink) throws(ImageError) {
        var rest = bytes
        while !rest.isEmpty {
            // Only now: what fits into one block is not worth a process.
            if pending.count == Self.block { try compressNext(aside: true, to: sink) }
            let part = rest.prefix(Self.block - pending.count)
            pending += part
            rest = rest.dropFirst(part.count)
        }
    }

    /// Gives the rest to `sink`. Nothing may be written after it.
    public func finish(to sink: ImageStore.ByteSink) throws(ImageError) {
        // No bytes are a file of the format too, which has one block.
        if !pending.isEmpty || blocks == 0 { try compressNext(aside: blocks > 0, to: sink) }
        while taken < blocks { try takeNext(to: sink) }
        workers = []
    }

    private func compressNext(aside: Bool, to sink: ImageStore.ByteSink) throws(ImageError) {
        defer { pending.removeAll(keepingCapacity: true) }
        guard aside, limit > 0 else {
            let made: [UInt8]
            do throws(CompressionError) { made = try compressor.compress(pending[...]) } catch {
                throw Self.failure(error)
            }
            blocks += 1
            taken += 1
            return try sink(made[...])
        }
        do throws(SystemError) {
            if workers.count < limit, workers.count == blocks {
                workers.append(try CompressionWorker(compressor, block: Self.block))
            }
        } catch { throw Self.failure(error) }
        // They take turns, so the one that is next has what was given first.
        if blocks - taken == workers.count * CompressionWorker.slots { try takeNext(to: sink) }
        do throws(SystemError) { try workers[blocks % workers.count].give(pending[...]) } catch {
            throw Self.failure(error)
        }
        blocks += 1
    }

    private func takeNext(to sink: ImageStore.ByteSink) throws(ImageError) {
        let made: [UInt8]
        do throws(SystemError) { made = try workers[taken % workers.count].take() } catch { throw Self.failure(error) }
        taken += 1
        try sink(made[...])
    }

    private static func failure(_ error: any Error) -> ImageError {
        ImageError(.cannotWrite, "archive", "cannot compress an archive", cause: error)
    }
}
