// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// Content in a directory that somebody else may have written: files `blobs/sha256/HEX` below it (image-spec,
/// image-layout.md). Nothing outside of the directory is read, and nothing that is not a file.
struct BlobDirectory: ~Copyable {
    static let blobs = "blobs/sha256"
    private static let resolution: Resolution = [.beneath, .noMagicLinks]

    let directory: Descriptor
    /// For messages.
    let path: String
    /// Where the files are, if they do not have their own names.
    private let files: ArchiveFiles?

    init(path: String) throws(ImageError) {
        self.path = path
        files = nil
        directory = try wrapping({ .read(path, $0) }) { () throws(SystemError) in
            try Descriptor.open(path, [.readOnly, .directory])
        }
    }

    init(_ directory: consuming Descriptor, path: String, files: ArchiveFiles? = nil) {
        self.directory = directory
        self.path = path
        self.files = files
    }

    /// Whether the files were put away under numbers.
    var hasOwnNames: Bool { files != nil }

    /// What the file `name` is called in the directory; nil where there is none.
    func place(of name: String) -> String? { files == nil ? name : files?.place(of: name) }

    static func name(_ digest: Digest) -> String { "\(blobs)/\(digest.hex)" }

    /// Opens a file; nil where there is none of that name.
    func open(_ name: String) throws(ImageError) -> Descriptor? {
        guard let own = self.place(of: name) else { return nil }
        let place = "\(path)/\(name)"
        guard let file = try wrapping({ .read(place, $0) }, { () throws(SystemError) in try find(own) }) else {
            return nil
        }
        let status = try wrapping({ .read(place, $0) }) { () throws(SystemError) in try file.status() }
        guard status.kind == .regular else {
            throw ImageError(.damaged, place, "cannot use \(place): it is no file")
        }
        return file
    }

    private func find(_ name: String) throws(SystemError) -> Descriptor? {
        do throws(SystemError) {
            // Who has put a pipe there gets nobody to wait for it.
            return try directory.open(
                name, [.readOnly, .nonBlocking, .noControllingTerminal], resolve: Self.resolution)
        } catch {
            if error.errno == .noEntry { return nil }
            throw error
        }
    }

    /// A whole file of at most `limit` bytes; nil where there is none of that name.
    func contents(of name: String, limit: Int) throws(ImageError) -> [UInt8]? {
        guard let file = try open(name) else { return nil }
        let bytes = try wrapping({ [path] in .read("\(path)/\(name)", $0) }) { () throws(SystemError) in
            try file.readAll(limit: limit + 1)
        }
        guard bytes.count <= limit else {
            throw ImageError(
                .damaged, "\(path)/\(name)", "cannot use \(path)/\(name): it is larger than \(limit) bytes")
        }
        return bytes
    }

    /// The bytes of a blob, which has the size that `descriptor` says; what they are is for the reader to prove.
    func source(of descriptor: ContentDescriptor) throws(ImageError) -> FileSource {
        let name = Self.name(descriptor.digest)
        let place = "\(path)/\(name)"
        guard let file = try open(name) else {
            throw ImageError(.damaged, place, "\(place) is missing")
        }
        let size = try wrapping({ .read(place, $0) }) { () throws(SystemError) in try file.status().size }
        guard size == descriptor.size else {
            throw ImageError(.damaged, place, "\(place) has \(size) bytes, and \(descriptor.size) were written")
        }
        return FileSource(file, name: place)
    }

    /// A small blob, whole, and proven to be what its digest says.
    func document(_ descriptor: ContentDescriptor, limit: Int) throws(ImageError) -> [UInt8] {
        let name = Self.name(descriptor.digest)
        guard let bytes = try contents(of: name, limit: limit) else {
            throw ImageError(.damaged, "\(path)/\(name)", "\(path)/\(name) is missing")
        }
        guard Digest(of: bytes) == descriptor.digest else {
            throw ImageError(.damaged, "\(path)/\(name)", "\(path)/\(name) is damaged: it has another digest")
        }
        return bytes
    }
}
