// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// A directory that is being written: what it gets is made in a hidden one, and moved when all of it is there. Where it is
/// given up, nothing has changed.
final class OutputDirectory {
    /// For messages.
    let path: String
    /// Where to make things; empty at first.
    let staging: Descriptor
    /// The directory that is there already; `staging` is in it.
    private let target: Descriptor?
    /// The one that has `staging`.
    private let above: Descriptor
    private let stagingName: FileName
    private let name: FileName
    private var isPublished = false

    /// Begins to write the directory `path`, which may be there or not.
    init(_ path: String) throws(BuildError) {
        self.path = path
        if let status = OutputFile.status(of: path) {
            guard status.isDirectory else {
                throw BuildError(.invalid, "cannot write to \(path): it is no directory")
            }
            target = try OutputFile.writing(path) { () throws(SystemError) in
                try Descriptor.open(path, [.readOnly, .directory])
            }
            above = try OutputFile.writing(path) { () throws(SystemError) in
                try Descriptor.open(path, [.readOnly, .directory])
            }
            name = FileName("")
        } else {
            guard let last = path.pathParts.last else {
                throw BuildError(.invalid, "cannot write to '\(path)': it names nothing, write a directory")
            }
            target = nil
            name = FileName(String(last))
            above = try OutputFile.writing(path) { () throws(SystemError) in
                try OutputFile.makeDirectories(above: path)
            }
        }
        stagingName = OutputFile.temporaryName(for: "output")
        do throws(SystemError) {
            try above.makeDirectory(stagingName, mode: 0o755)
            staging = try above.open(stagingName, [.readOnly, .directory, .noFollow])
        } catch {
            throw BuildError(.file, "cannot write to \(path)", cause: error)
        }
    }

    deinit { if !isPublished { try? above.removeTree(stagingName) } }

    /// Whether it was there before.
    var isThere: Bool {
        switch target {
        case .some: true
        case .none: false
        }
    }

    /// The contents of a file that is there already; nil where there is none.
    func contents(of file: String) throws(BuildError) -> [UInt8]? {
        switch target {
        case .some(let target):
            do throws(SystemError) {
                return try target.open(FileName(file), [.readOnly, .nonBlocking], resolve: [.beneath, .noMagicLinks])
                    .readAll()
            } catch {
                if error.errno == .noEntry { return nil }
                throw BuildError(.file, "cannot read \(path)/\(file)", cause: error)
            }
        case .none: return nil
        }
    }

    /// The names of what is there already.
    func names() throws(BuildError) -> [FileName] {
        switch target {
        case .some(let target):
            do throws(SystemError) { return try target.names().filter { $0 != stagingName } } catch {
                throw BuildError(.file, "cannot read \(path)", cause: error)
            }
        case .none: return []
        }
    }

    /// Moves everything to its place: a directory becomes one with the directory of its name, anything else replaces
    /// what has its name. `last` is moved after all others. With `deletingOthers`, what was there and has not been made
    /// again goes.
    func publish(last: FileName? = nil, deletingOthers: Bool = false) throws(BuildError) {
        try OutputFile.writing(path) { () throws(SystemError) in
            switch target {
            case .some(let target):
                try DirectoryMerge(deletesOthers: deletingOthers, kept: stagingName, last: last).move(
                    try staging.duplicate(), into: try target.duplicate())
                try above.removeTree(stagingName)
            case .none: try above.rename(stagingName, to: name, in: above)
            }
        }
        isPublished = true
    }
}
