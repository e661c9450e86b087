// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// The containers of an OCI runtime: a directory each, below one that no other user can read.
///
/// Making the directory of an id is taking the id: the kernel lets one of several succeed.
public struct RuntimeStore: Hashable, Sendable {
    /// Absolute.
    public let root: String

    /// Where containers are kept if nobody says otherwise.
    public static let defaultRoot = "/run/minibox-runtime"

    /// - Parameter root: as it was written; relative to the current directory. The root of the host is refused, as by
    ///   runc, since each directory in it would pass for a container.
    public init(root: String) throws(RuntimeError) {
        guard !root.isEmpty else { throw RuntimeError(.invalid, "--root cannot be empty") }
        let absolute = try AbsolutePath.of(root)
        guard absolute != "/" else { throw RuntimeError(.invalid, "--root cannot be the root of the host (/)") }
        self.root = absolute
    }

    /// Takes the id: from here on its directory is this process's, and locked.
    public func claim(_ id: ContainerID) throws(RuntimeError) -> ContainerDirectory {
        let parent: Descriptor
        do {
            parent = try Descriptor.makeDirectories(root, mode: 0o700)
        } catch {
            throw RuntimeError(.files, "cannot make the state directory \(root)", path: root, cause: error)
        }
        try Self.check(parent, path: root)
        do throws(SystemError) {
            try parent.makeDirectory(id.text, mode: 0o700)
        } catch {
            if error.errno == .exists { throw .exists }
            throw RuntimeError(
                .files, "cannot make the state directory of the container in \(root)", path: "\(root)/\(id)",
                cause: error)
        }
        do throws(RuntimeError) {
            var container = ContainerDirectory(id: id, root: root, directory: try Self.open(id, in: parent))
            try container.lock(milliseconds: 0)
            return container
        } catch {
            try? parent.removeTree(id.text)
            throw error
        }
    }

    private static func open(_ id: ContainerID, in parent: borrowing Descriptor) throws(RuntimeError) -> Descriptor {
        do {
            return try parent.open(id.text, [.directory, .noFollow])
        } catch {
            throw RuntimeError(.files, "cannot open the state directory of the container", path: id.text, cause: error)
        }
    }

    /// The directory of a container that is there.
    public func find(_ id: ContainerID) throws(RuntimeError) -> ContainerDirectory {
        do throws(SystemError) {
            let parent = try Descriptor.open(root, [.directory])
            let directory = try parent.open(id.text, [.directory, .noFollow])
            return ContainerDirectory(id: id, root: root, directory: directory)
        } catch {
            switch error.errno {
            case .noEntry, .notDirectory: throw .notFound
            default:
                throw RuntimeError(
                    .files, "cannot open the state of the container", path: "\(root)/\(id)", cause: error)
            }
        }
    }

    /// The ids that are taken, in the order of their letters.
    public func ids() throws(RuntimeError) -> [ContainerID] {
        do throws(SystemError) {
            let names = try Descriptor.open(root, [.directory]).entries()
            return names.sorted().compactMap { try? ContainerID($0) }
        } catch {
            if error.errno == .noEntry { return [] }
            throw RuntimeError(.files, "cannot read the state directory \(root)", path: root, cause: error)
        }
    }

    /// What is in the directory decides what `delete` removes, so nobody else may write to it.
    private static func check(_ directory: borrowing Descriptor, path: String) throws(RuntimeError) {
        guard let status = try? directory.status() else { return }
        guard status.user == CurrentProcess.effectiveUser, status.permissions & 0o022 == 0 else {
            throw RuntimeError(
                .files,
                "the state directory \(path) belongs to user \(status.user) with mode "
                    + "\(String(status.permissions, radix: 8)): others could write to it",
                RuntimeError.Details(path: path, hint: "choose another with --root, or 'chmod go-w \(path)'"))
        }
    }
}
