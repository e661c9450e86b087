// SPDX-License-Identifier: Apache-2.0
internal import Images
internal import Linux

/// What is copied: found once, and held by descriptor from then on.
struct CopySource: ~Copyable {
    let path: CopyPath
    /// The directory itself, or the one that has the file.
    private let directory: Descriptor
    /// The file; nil for a directory.
    private let file: FileName?

    var isDirectory: Bool { file == nil }

    /// Finds what `path` names: a link itself, unless it is followed, or `path` says that it is a directory.
    static func find(_ path: CopyPath, in root: borrowing FileRoot, follows: Bool) throws(SystemError) -> CopySource {
        if path.isDirectory {
            return CopySource(path: path, directory: try root.open(path, [.readOnly, .directory]), file: nil)
        }
        let found = try root.settle(path, follows: follows)
        guard let status = found.status else { throw SystemError("openat2", .noEntry) }
        if status.isDirectory {
            let directory = try found.parent.open(found.name, [.readOnly, .directory, .noFollow])
            return CopySource(path: path, directory: directory, file: nil)
        }
        return CopySource(path: path, directory: try found.parent.duplicate(), file: found.name)
    }

    private init(path: CopyPath, directory: consuming Descriptor, file: FileName?) {
        self.path = path
        self.directory = directory
        self.file = file
    }

    /// It as an archive, called `name`; an empty name is for what is in a directory.
    consuming func stream(as name: String, of root: borrowing FileRoot) throws(ImageError) -> FileStream {
        let label = root.label + path.text
        if let file {
            return try .file(file, in: directory, named: label, as: FileName(name), owners: root.owners)
        }
        return try .tree(directory, named: label, as: FileName(name), owners: root.owners)
    }

    /// What to say where `path` cannot be opened.
    static func failure(_ error: SystemError, _ path: CopyPath, _ root: borrowing FileRoot) -> EngineError {
        if error.errno == .noEntry {
            return EngineError(.missing, "could not find the file \(path.text)\(root.place)")
        }
        return EngineError(.missing, "cannot use \(path.text)\(root.place)", cause: error)
    }
}

extension FileRoot {
    /// ` in the container NAME`, or nothing.
    var place: String { label.isEmpty ? "" : " in the container \(label.dropLast())" }
}

/// Where it goes: a directory, and what it is called there.
struct CopyTarget: ~Copyable {
    let directory: Descriptor
    /// Empty where only what is in a directory is copied.
    let name: String

    private init(_ directory: consuming Descriptor, name: String) {
        self.directory = directory
        self.name = name
    }

    /// Finds the place for `source` that `path` means.
    static func find(
        for source: borrowing CopySource, at path: CopyPath, in root: borrowing FileRoot
    ) throws(EngineError) -> CopyTarget {
        do throws(SystemError) {
            // A directory, by itself or behind a link.
            return CopyTarget(
                try root.open(path, [.path, .directory]),
                name: source.isDirectory && source.path.isContents ? "" : source.path.name)
        } catch {
            guard error.errno == .noEntry || error.errno == .notDirectory else {
                throw CopySource.failure(error, path, root)
            }
        }
        let found: FileRoot.Settled
        do throws(SystemError) {
            // 'name/' for what is to be made means 'name' where that becomes a directory.
            found = try root.settle(path.withoutSlashes, follows: true)
        } catch {
            throw CopySource.failure(error, path.parent, root)
        }
        if found.status != nil {
            guard !source.isDirectory else {
                throw EngineError(.invalid, "cannot copy a directory onto the file \(path.text)\(root.place)")
            }
            guard !path.isDirectory else {
                throw EngineError(.invalid, "\(path.text)\(root.place) is no directory")
            }
        } else if path.isDirectory, !source.isDirectory {
            throw EngineError(
                .missing, "the directory \(path.text)\(root.place) does not exist: make it, or write no / behind it")
        }
        do throws(SystemError) {
            return CopyTarget(try found.parent.duplicate(), name: found.name.description)
        } catch {
            throw CopySource.failure(error, path, root)
        }
    }
}

extension CopyPath {
    /// The same without a slash or `/.` at its end.
    var withoutSlashes: CopyPath {
        var rest = text[...]
        while rest.count > 1, rest.hasSuffix("/") || rest.hasSuffix("/.") { rest.removeLast() }
        return CopyPath(String(rest), isInContainer: false)
    }
}
