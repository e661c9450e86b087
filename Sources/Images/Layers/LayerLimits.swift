// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// What one layer may come to. An archive of some kilobytes can stand for more files and bytes than a disk has.
///
/// Names, paths, links and headers have limits of their own, those of the kernel, which nobody can raise.
public struct LayerLimits: Hashable, Sendable {
    /// Entries of the archive.
    public var entries: Int64 = 1_000_000
    /// Bytes of the archive once it is decompressed, and of files with their holes.
    public var size: Int64 = 128 << 30
    /// Bytes that may come of one byte of the compressed archive, once there are more than ``ratioStart``.
    public var ratio: Int64 = 200
    /// Device nodes, beside those that every container is given.
    public var devices: Int64 = 0
    /// Entries whose name an earlier one has: no layer has such (image-spec, layer.md), and readers differ in which of
    /// the two they take. A directory that comes again is none.
    public var duplicates: Int64 = 0
    /// Entries with a newline or an escape character in their name, which make a list of files lie, or a terminal. Debian's
    /// packages have none; a carriage return stands in some that come from elsewhere, and is no such.
    public var oddNames: Int64 = 0

    /// So many bytes are let pass whatever they come from: gzip makes 1,030 of one where all are the same, and a file of
    /// zeros in an image is no attack.
    static let ratioStart: Int64 = 256 << 20

    public init() {}

    /// The error for a layer that has more than a limit.
    static func failure(_ words: String, _ key: String) -> ImageError {
        ImageError(.badArchive, "archive", "\(words): \(advice(key))")
    }

    static func advice(_ key: String) -> String { "if you trust it, raise that by --layer-limit \(key)" }

    /// null, zero, full, random, urandom, tty, console and ptmx, and the 0:0 of a whiteout: nothing is reached by them
    /// that a container has not anyway. mem, kmsg, disks and the like are no image's to give.
    private static let harmless: Set<DeviceNumber> = [
        .none, DeviceNumber(1, 3), DeviceNumber(1, 5), DeviceNumber(1, 7), DeviceNumber(1, 8), DeviceNumber(1, 9),
        DeviceNumber(5, 0), DeviceNumber(5, 1), DeviceNumber(5, 2),
    ]

    /// Whether an entry's name is one that is counted.
    static func isOddName(_ entry: TarEntry) -> Bool {
        entry.name.contains { $0 == UInt8(ascii: "\n") || $0 == 0x1b }
    }

    /// Whether an entry is a device node that is counted.
    static func isDevice(_ entry: TarEntry) -> Bool {
        switch entry.kind {
        case .block: true
        case .character: !harmless.contains(entry.device)
        default: false
        }
    }
}

/// Passes the bytes of a layer's archive on until there are more than its limits let there be.
final class LimitedSource: ByteSource {
    private let source: any ByteSource
    private let stored: RecordedSource?
    private let limits: LayerLimits
    private var size: Int64 = 0

    /// - Parameter stored: where the bytes come from before they are decompressed; nil where they are not.
    init(_ source: any ByteSource, from stored: RecordedSource?, _ limits: LayerLimits) {
        self.source = source
        self.stored = stored
        self.limits = limits
    }

    func read(into buffer: inout [UInt8]) throws(ImageError) -> Int {
        let count = try source.read(into: &buffer)
        size += Int64(count)
        guard size <= limits.size else {
            throw LayerLimits.failure("it has more than \(limits.size) bytes once it is decompressed", "size=BYTES")
        }
        if let stored, size > LayerLimits.ratioStart, size / limits.ratio > stored.size {
            throw LayerLimits.failure(
                "there are more than \(limits.ratio) bytes in it for each that it has compressed", "ratio=NUMBER")
        }
        return count
    }
}
