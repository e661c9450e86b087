// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

/// Makes copies of regular files.
struct FileWriter: ~Copyable {
    let attributes: CopyAttributes
    private let buffer = CopyBuffer()
    /// Whether the file system may share blocks between files; tried once, since it costs a call for each file.
    private var sharesBlocks = true

    init(_ attributes: CopyAttributes) { self.attributes = attributes }

    /// Why a file was not copied.
    enum Failure: Error {
        /// The source is gone, or is something else now.
        case changed
        case reading(SystemError)
        case writing(SystemError)
    }

    /// Copies the file `name` in `source` to `newName`, which nothing in `directory` is called.
    mutating func copy(
        _ name: FileName, in source: borrowing Descriptor, keepsOwners: Bool, to newName: FileName,
        in directory: borrowing Descriptor
    ) throws(Failure) {
        let file = try Self.open(name, in: source)
        let status: FileStatus
        do throws(SystemError) { status = try file.status() } catch { throw .reading(error) }
        guard status.kind == .regular else { throw .changed }
        try copy(file, status, keepsOwners: keepsOwners, to: newName, in: directory)
    }

    private static func open(_ name: FileName, in source: borrowing Descriptor) throws(Failure) -> Descriptor {
        do throws(SystemError) {
            // What was a file may have become a pipe, which would wait for a writer.
            return try source.open(name, [.readOnly, .noFollow, .nonBlocking])
        } catch {
            switch error.errno {
            case .noEntry, .loop, .noAddress: throw .changed
            default: throw .reading(error)
            }
        }
    }

    /// Copies an open file of which nothing was read.
    mutating func copy(
        _ file: borrowing Descriptor, _ status: FileStatus, keepsOwners: Bool, to newName: FileName,
        in directory: borrowing Descriptor
    ) throws(Failure) {
        try copy(
            file, status, owner: attributes.owner(of: status, keepsOwners: keepsOwners),
            mode: attributes.mode(of: status), modified: status.modified, to: newName, in: directory)
    }

    /// The same with other attributes than the file's own.
    mutating func copy(
        _ file: borrowing Descriptor, _ status: FileStatus, owner: UserDatabase.FileOwner, mode: UInt32,
        modified: FileTime, to newName: FileName, in directory: borrowing Descriptor
    ) throws(Failure) {
        do throws(SystemError) {
            let copy = try directory.open(newName, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o600)
            if sharesBlocks, status.size > 0 { sharesBlocks = file.shareContents(with: copy) }
            if !sharesBlocks || status.size == 0 { try file.copyContents(to: copy, status, through: buffer) }
            try attributes.set(of: copy, owner: owner, mode: mode, from: file)
            try copy.setTimes(modified: modified)
            try copy.close()
        } catch {
            throw error.call.description == "read" ? .reading(error) : .writing(error)
        }
    }
}
