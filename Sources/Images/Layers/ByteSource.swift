// SPDX-License-Identifier: Apache-2.0
internal import Compression
internal import Linux
internal import OCI

/// Where the bytes of an archive come from.
protocol ByteSource: AnyObject {
    /// Fills `buffer` from its start, and returns how many bytes came; 0 at the end.
    func read(into buffer: inout [UInt8]) throws(ImageError) -> Int
}

/// The bytes of an open file, pipe or socket.
final class FileSource: ByteSource {
    private let file: Descriptor
    private let name: String

    init(_ file: consuming Descriptor, name: String) {
        self.file = file
        self.name = name
    }

    func read(into buffer: inout [UInt8]) throws(ImageError) -> Int {
        do { return try file.read(into: &buffer) } catch { throw .read(name, error) }
    }

    /// Notes that the file stays open where all others are closed.
    func keep(in kept: inout KeptDescriptors) { kept.keep(file) }
}

/// The bytes of another source, decompressed where they start as a known format does.
final class DecompressedSource: ByteSource {
    private let source: any ByteSource
    private var decompressor: (any Decompressor)?
    private var buffer = [UInt8](repeating: 0, count: 1 << 17)
    private var rest: ArraySlice<UInt8> = []
    private var isAtEnd = false
    /// How the source's bytes are compressed.
    let format: CompressionFormat

    init(_ source: any ByteSource) throws(ImageError) {
        self.source = source
        // A pipe may give its first bytes one by one.
        var start: [UInt8] = []
        while start.count < CompressionFormat.prefixLength {
            let count = try source.read(into: &buffer)
            if count == 0 { break }
            start += buffer[..<count]
        }
        rest = start[...]
        format = CompressionFormat(startOf: rest)
        do {
            decompressor = try format.decompressor()
        } catch {
            throw ImageError(.badArchive, "archive", "cannot read the archive", cause: error)
        }
    }

    func read(into output: inout [UInt8]) throws(ImageError) -> Int {
        while true {
            if let decompressor {
                do {
                    let count = try decompressor.decompress(&rest, into: &output)
                    if count > 0 { return count }
                    if isAtEnd {
                        try decompressor.finish()
                        return 0
                    }
                } catch {
                    throw ImageError(.badArchive, "archive", "cannot read the archive", cause: error)
                }
            } else if !rest.isEmpty {
                let count = min(rest.count, output.count)
                output.replaceSubrange(..<count, with: rest.prefix(count))
                rest = rest.dropFirst(count)
                return count
            } else {
                return try source.read(into: &output)
            }
            let count = try source.read(into: &buffer)
            isAtEnd = count == 0
            rest = buffer[..<count]
        }
    }
}

/// Hashes the bytes of another source on their way, and copies them into a file where there is one.
final class RecordedSource: ByteSource {
    private let source: any ByteSource
    private let copy: Descriptor?
    private let copyName: String
    private var hash = SHA256()
    /// How many bytes passed.
    private(set) var size: Int64 = 0

    init(_ source: any ByteSource, copyTo copy: consuming Descriptor? = nil, named name: String = "") {
        self.source = source
        self.copy = copy
        copyName = name
    }

    func read(into buffer: inout [UInt8]) throws(ImageError) -> Int {
        let count = try source.read(into: &buffer)
        hash.update(buffer[..<count])
        size += Int64(count)
        switch copy {
        case .some(let file):
            do { try file.write(buffer[..<count]) } catch { throw .write(copyName, error) }
        case .none: break
        }
        return count
    }

    /// Reads what is left, and returns the digest of all that passed.
    func drain() throws(ImageError) -> Digest {
        var buffer = [UInt8](repeating: 0, count: 1 << 17)
        while try read(into: &buffer) > 0 {}
        return Digest(sha256: hash.digest())
    }
}
