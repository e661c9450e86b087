// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Regular files that are still to be copied, by directories. Everything else of a copy is made at once.
struct CopyBatch: Sendable {
    struct Directory: Sendable {
        /// In the source's tree.
        var source: FileName
        /// In the target.
        var target: FileName
        /// Of ``CopyBatch/files``.
        var files: Range<Int>
    }

    private(set) var directories: [Directory] = []
    private(set) var files: [FileName] = []
    private(set) var sizes: [Int64] = []
    private(set) var size: Int64 = 0

    /// So much is remembered before it is copied.
    private static let mostFiles = 1 << 17

    var isFull: Bool { files.count >= Self.mostFiles }
    var isEmpty: Bool { files.isEmpty }

    /// Adds a file of `source`, to get the same name in `target`.
    mutating func add(_ name: FileName, size: Int64, from source: FileName, to target: FileName) {
        if directories.last?.source != source || directories.last?.target != target {
            directories.append(Directory(source: source, target: target, files: files.count..<files.count))
        }
        files.append(name)
        sizes.append(size)
        self.size += size
        directories[directories.count - 1].files = directories[directories.count - 1].files.lowerBound..<files.count
    }

    mutating func removeAll() {
        directories.removeAll(keepingCapacity: true)
        files.removeAll(keepingCapacity: true)
        sizes.removeAll(keepingCapacity: true)
        size = 0
    }

    /// A part of the work: files of one directory.
    struct Piece: Sendable {
        var directory: Int
        var files: Range<Int>
    }

    /// Parts of at most so many files and, but for the last of each, bytes.
    func pieces(mostFiles: Int = 64, enoughBytes: Int64 = 8 << 20) -> [Piece] {
        var pieces: [Piece] = []
        for (index, directory) in directories.enumerated() {
            var start = directory.files.lowerBound
            var bytes: Int64 = 0
            for file in directory.files {
                bytes += sizes[file]
                if file + 1 - start == mostFiles || bytes >= enoughBytes || file + 1 == directory.files.upperBound {
                    pieces.append(Piece(directory: index, files: start..<(file + 1)))
                    (start, bytes) = (file + 1, 0)
                }
            }
        }
        return pieces
    }

    /// Copies the files of `piece`.
    func copy(
        _ piece: Piece, of tree: borrowing FileTree, to target: borrowing CopyTarget, _ writer: inout FileWriter
    ) throws(BuildError) {
        let directory = directories[piece.directory]
        let source = try tree.open(directory: directory.source)
        let place = try target.open(named: directory.target)
        for index in piece.files {
            let name = files[index]
            do throws(FileWriter.Failure) {
                try writer.copy(name, in: source, keepsOwners: tree.keepsOwners, to: name, in: place)
            } catch {
                throw BuildError(
                    error, copying: directory.source.appending(name), of: tree.name,
                    to: directory.target.appending(name))
            }
        }
    }
}

extension FileTree {
    /// Opens the directory `place`, on which no link may be.
    func open(directory place: FileName) throws(BuildError) -> Descriptor {
        do throws(SystemError) {
            return try root.open(
                place.isEmpty ? "." : place, [.readOnly, .directory], resolve: SelectedPath.resolution)
        } catch {
            switch error.errno {
            case .noEntry, .notDirectory, .loop:
                throw BuildError(.file, "\(place) of \(name) changed while it was copied: build again", cause: error)
            default: throw BuildError(.file, "cannot read \(place) of \(name)", cause: error)
            }
        }
    }
}

extension BuildError {
    /// Why a file was not copied.
    init(_ failure: FileWriter.Failure, copying source: FileName, of tree: String, to place: FileName) {
        switch failure {
        case .changed: self.init(.file, "\(source) of \(tree) changed while it was copied: build again")
        case .reading(let cause): self.init(.file, "cannot read \(source) of \(tree)", cause: cause)
        case .writing(let cause): self.init(.file, "cannot write /\(place)", cause: cause)
        }
    }
}
