// SPDX-License-Identifier: Apache-2.0
public import Linux

/// Writes what a container's program writes into the container's log.
///
/// A read of the program's output is one ``append(_:of:at:)`` and at most one write(2) for each 64 KiB that become of it;
/// no line of it allocates. Nothing that fails here stops the container: lines that cannot be written are counted, and
/// ``takeWarning()`` says so once.
public struct LogWriter: ~Copyable {
    let directory: Descriptor
    private var file: Descriptor
    private var size: Int64
    private let maximumSize: Int64
    let maximumFiles: Int
    private let isCompressed: Bool
    /// Whether there may be a file to be compressed.
    private(set) var wantsCompression: Bool
    private var encoder: LogEncoder
    private var failure: SystemError?
    private var hasWarned = false

    /// How many lines could not be written.
    public private(set) var dropped = 0

    /// As much as is written at once, in bytes, and a line more.
    private static let batch = 65536

    /// Opens the log of a container, behind what is in it.
    /// - Parameters:
    ///   - path: the directory of the log, which is made where it is missing.
    ///   - attributes: what each line repeats, as a JSON object; empty for nothing.
    public init(in path: String, _ choice: LogChoice, attributes: [UInt8] = []) throws(SystemError) {
        let directory = try Descriptor.makeDirectories(path, mode: 0o700)
        let file = try LogFiles.open(in: directory)
        try self.init(directory, file, choice, attributes: attributes)
    }

    /// A log whose first file is given.
    init(
        _ directory: consuming Descriptor, _ file: consuming Descriptor, _ choice: LogChoice, attributes: [UInt8] = []
    ) throws(SystemError) {
        if choice.isCompressed { try LogCompression.tidy(directory) }
        size = try Self.removeBrokenLine(file)
        self.directory = directory
        self.file = file
        maximumSize = choice.maximumSize ?? .max
        maximumFiles = choice.maximumFiles
        isCompressed = choice.isCompressed
        wantsCompression = isCompressed
        encoder = LogEncoder(attributes: attributes)
    }

    /// Writes down what was read from `stream` at `time`.
    public mutating func append(_ bytes: ArraySlice<UInt8>, of stream: LogStream, at time: FileTime) {
        var rest = bytes
        while !rest.isEmpty {
            rotateWhereFull()
            encoder.take(&rest, of: stream, at: time, upTo: Int(min(Int64(Self.batch), max(1, maximumSize - size))))
            flush()
        }
    }

    /// Writes down what came last without a line end: `stream` has ended.
    public mutating func end(of stream: LogStream, at time: FileTime) {
        encoder.end(of: stream, at: time)
        guard !encoder.output.isEmpty else { return }
        rotateWhereFull()
        flush()
    }

    /// Begins to compress a file that is not written any more, where one is left.
    mutating func beginCompression() throws(SystemError) -> LogCompression? {
        wantsCompression = false
        return try LogCompression.begin(in: directory, keeping: maximumFiles)
    }

    /// Ends it, and tells whether there may be more to compress.
    mutating func end(_ compression: consuming LogCompression) throws(SystemError) {
        if try compression.finish(in: directory, keeping: maximumFiles) { wantsCompression = true }
    }

    /// That lines are missing, and why: once, with the first of them.
    public mutating func takeWarning() -> String? {
        guard let failure, !hasWarned else { return nil }
        hasWarned = true
        return "lines of the log are lost, as it cannot be written: \(failure)"
    }

    /// Begins a new file where the next line would go behind the limit, as docker decides: a file is as long as the
    /// limit and the line that reached it.
    private mutating func rotateWhereFull() {
        guard size >= maximumSize else { return }
        do throws(SystemError) {
            file = try LogFiles.rotate(in: directory, keeping: maximumFiles)
            size = 0
            wantsCompression = isCompressed
        } catch {
            // The file that is there goes on; the next line tries again.
            failure = failure ?? error
        }
    }

    private mutating func flush() {
        // No slice of the output outlives its line: the buffer would be copied to be used again.
        let done = write(encoder.output[...])
        if done == encoder.output.count { size += Int64(done) } else { dropLines(of: encoder.output[...], after: done) }
        encoder.clear()
    }

    /// Writes as much as there is room for, and returns how much that was.
    private mutating func write(_ bytes: ArraySlice<UInt8>) -> Int {
        var done = 0
        while done < bytes.count {
            do throws(SystemError) {
                done += try file.writeSome(bytes[done...])
            } catch {
                failure = failure ?? error
                break
            }
        }
        return done
    }

    /// Takes the beginning of a line away that the disk had room for, and counts what is lost.
    private mutating func dropLines(of bytes: ArraySlice<UInt8>, after done: Int) {
        let newline = UInt8(ascii: "\n")
        let whole = bytes[..<done].lastIndex(of: newline).map { $0 + 1 } ?? 0
        for byte in bytes[whole...] where byte == newline { dropped += 1 }
        size += Int64(whole)
        if done > whole { try? file.truncate(to: size) }
    }

    /// Takes away what has no line end: its writer was killed, or the machine stopped. Returns the file's size.
    private static func removeBrokenLine(_ file: borrowing Descriptor) throws(SystemError) -> Int64 {
        let size = try file.status().size
        // A part of a line is at most six times as long as it was, and what surrounds it.
        let start = max(0, size - Int64(LogEncoder.longestPart * 6 + 65536))
        try file.seek(to: start)
        let tail = try file.readAll(limit: Int(size - start))
        guard let last = tail.last, last != UInt8(ascii: "\n") else { return size }
        let kept = tail.lastIndex(of: UInt8(ascii: "\n")).map { start + Int64($0) + 1 } ?? start
        try file.truncate(to: kept)
        return kept
    }
}
