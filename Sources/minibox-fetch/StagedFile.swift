// SPDX-License-Identifier: Apache-2.0
import Compression
import Linux
import OCI
import Registry

/// One file of the staging directory, which is where the program was started.
final class StagedFile: Sendable {
    let name: String
    private let descriptor: Descriptor

    enum Purpose { case read, write, goOn }

    init(_ name: String, for purpose: Purpose) throws(FetchFailure) {
        self.name = name
        do {
            let flags: OpenFlags =
                switch purpose {
                case .read: [.readOnly, .noFollow]
                case .write: [.readWrite, .create, .truncate, .noFollow]
                case .goOn: [.readWrite, .create, .noFollow]
                }
            descriptor = try Descriptor.open(".", [.path, .directory]).open(
                name, flags, mode: purpose == .read ? 0 : 0o600)
        } catch {
            throw FetchFailure(.file, "cannot open the file \(name) of the staging directory: \(error)")
        }
    }

    private func failure(_ error: SystemError) -> FetchFailure {
        FetchFailure(.file, "the file \(name) of the staging directory: \(error)")
    }

    var size: Int64 {
        get throws(FetchFailure) {
            do { return Int64(try descriptor.status().size) } catch { throw failure(error) }
        }
    }

    func write(_ bytes: [UInt8]) throws(FetchFailure) {
        do { try descriptor.write(bytes) } catch { throw failure(error) }
    }

    func read(upTo count: Int) throws(FetchFailure) -> [UInt8] {
        do { return try descriptor.read(upTo: count) } catch { throw failure(error) }
    }

    func seek(to offset: Int64) throws(FetchFailure) {
        do { try descriptor.seek(to: offset) } catch { throw failure(error) }
    }

    /// Makes it `size` bytes long, and goes on there.
    func truncate(to size: Int64 = 0) throws(FetchFailure) {
        do {
            try descriptor.truncate(to: size)
            try descriptor.seek(to: size)
        } catch { throw failure(error) }
    }

    /// The hash of what is there, which must be no more than so many bytes; the next write goes on behind it.
    func hash(of size: Int64) throws(FetchFailure) -> SHA256 {
        var hash = SHA256()
        var rest = size
        try seek(to: 0)
        while rest > 0 {
            let part = try read(upTo: Int(min(rest, 1 << 20)))
            if part.isEmpty { break }
            hash.update(part)
            rest -= Int64(part.count)
        }
        return hash
    }

    /// Replaces all of it.
    func replace(with bytes: [UInt8]) throws(FetchFailure) {
        try truncate()
        try write(bytes)
    }
}
