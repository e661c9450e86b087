// SPDX-License-Identifier: Apache-2.0
public import Images
internal import Linux

/// One file that is being written: it gets its name when it is whole, over an older one of that name, and leaves
/// nothing where it is given up.
///
/// A device, a pipe or standard output is written as it comes.
public final class OutputFile {
    /// For messages.
    public let path: String
    private let file: Descriptor
    private let place: (directory: Directory, temporary: FileName, name: FileName)?
    private var isFinished = false

    /// A directory that can be kept.
    private final class Directory {
        let descriptor: Descriptor
        init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
    }

    /// Begins to write. The permission bits are those of a new file.
    public init(_ place: OutputPlace, permissions: UInt32 = 0o644) throws(BuildError) {
        switch place {
        case .standardOutput:
            path = "standard output"
            guard !StandardStream.output.isTerminal else {
                throw BuildError(
                    .invalid, "cannot write an archive to a terminal: name a file, or lead the output into one")
            }
            file = try Self.writing(path) { () throws(SystemError) in try StandardStream.output.duplicate() }
            self.place = nil
        case .path(let path):
            self.path = path
            if let status = Self.status(of: path), status.kind != .regular {
                guard status.kind != .directory else {
                    throw BuildError(.invalid, "cannot write \(path): it is a directory, write the path of a file")
                }
                file = try Self.writing(path) { () throws(SystemError) in try Descriptor.open(path, .writeOnly) }
                self.place = nil
                return
            }
            let name = FileName(path).last
            guard !name.isEmpty else {
                throw BuildError(.invalid, "cannot write \(path): it names no file, write the path of one")
            }
            let directory = try Self.writing(path) { () throws(SystemError) in
                try Directory(Self.makeDirectories(above: path))
            }
            let temporary = Self.temporaryName(for: name)
            file = try Self.writing(path) { () throws(SystemError) in
                try directory.descriptor.open(
                    temporary, [.writeOnly, .create, .exclusive, .noFollow], mode: permissions)
            }
            self.place = (directory, temporary, name)
        }
    }

    deinit {
        guard let place, !isFinished else { return }
        try? place.directory.descriptor.remove(place.temporary)
    }

    /// Writes the next bytes.
    public func write(_ bytes: ArraySlice<UInt8>) throws(ImageError) {
        do throws(SystemError) { try file.write(bytes) } catch { throw .write(path, error) }
    }

    /// Writes the next bytes.
    public func write(_ bytes: [UInt8]) throws(ImageError) { try write(bytes[...]) }

    /// Gives the file its name. Nothing may be written after it.
    public func finish() throws(BuildError) {
        guard let place else { return }
        try Self.writing(path) { () throws(SystemError) in
            // What is reported as written may be all that there is left of it.
            try file.synchronize()
            try place.directory.descriptor.rename(place.temporary, to: place.name, in: place.directory.descriptor)
        }
        isFinished = true
        try Self.writing(path) { () throws(SystemError) in try place.directory.descriptor.synchronize() }
    }

    /// Opens the directory that `path` is in, and makes what is missing of the way there.
    static func makeDirectories(above path: String) throws(SystemError) -> Descriptor {
        let parts = path.pathParts.dropLast().joined(separator: "/")
        let start = path.isRooted ? "" : try CurrentProcess.currentDirectory()
        return try Descriptor.makeDirectories("\(start)/\(parts)")
    }

    /// A name that nobody else has, and that a listing does not show.
    static func temporaryName(for name: FileName) -> FileName {
        let random = Randomness.bytes(6).map { String($0, radix: 16) }.joined()
        return FileName(Array(".minibox-\(random).".utf8) + name.bytes.prefix(200)) ?? FileName(".minibox-\(random)")
    }

    /// What is at `path`, behind links; nil where nothing is, or nothing can be seen.
    static func status(of path: String) -> FileStatus? { try? Descriptor.open(path, .path).status() }

    static func writing<R: ~Copyable>(
        _ path: String, _ body: () throws(SystemError) -> R
    ) throws(BuildError) -> R {
        do { return try body() } catch { throw BuildError(.file, "cannot write \(path)", cause: error) }
    }
}

extension BuildError {
    /// An error of the store, or of writing out of it, in the words that it has.
    init(_ error: ImageError) {
        self.init(.file, error.message, cause: error.cause)
    }
}
