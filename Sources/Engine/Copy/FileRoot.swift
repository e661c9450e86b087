// SPDX-License-Identifier: Apache-2.0
internal import Images
internal import Linux

/// Where paths of one side of a copy begin: a container's root, or where this program is.
///
/// In a container every name is resolved by descriptor and never leaves its root, whatever links its processes make
/// meanwhile: openat2(2), `RESOLVE_IN_ROOT` (CVE-2018-15664). Nothing of the container is loaded or executed
/// (CVE-2019-14271).
struct FileRoot: ~Copyable {
    let directory: Descriptor
    let resolution: Resolution
    let owners: OwnerMap
    /// Of the host's id for the container's root.
    let rootOwner: UInt32
    /// For messages: the container's name and a colon, or nothing.
    let label: String

    /// The host, from the current directory on.
    static func host() throws(EngineError) -> FileRoot {
        do throws(SystemError) {
            return FileRoot(
                directory: try Descriptor.open(".", [.path, .directory]), resolution: [], owners: .same, rootOwner: 0,
                label: "")
        } catch { throw EngineError(.missing, "cannot use the current directory", cause: error) }
    }

    /// Opens what `path` leads to.
    borrowing func open(_ path: CopyPath, _ flags: OpenFlags) throws(SystemError) -> Descriptor {
        try directory.open(FileName(path.text), flags, resolve: resolution)
    }

    /// The directory that has the last part of a path, and what that part is.
    struct Settled: ~Copyable {
        let parent: Descriptor
        let name: FileName
        /// nil where there is none.
        let status: FileStatus?
    }

    /// Finds the last part of `path`; where `follows`, goes on where links lead, also to what is not there.
    borrowing func settle(_ path: CopyPath, follows: Bool) throws(SystemError) -> Settled {
        var path = path
        // As many links as the kernel follows in one path: path_resolution(7).
        for _ in 0..<40 {
            let parent = try open(path.parent, [.path, .directory])
            let name = FileName(path.name)
            let status: FileStatus
            do throws(SystemError) { status = try parent.status(of: name) } catch {
                guard error.errno == .noEntry else { throw error }
                return Settled(parent: parent, name: name, status: nil)
            }
            guard follows, status.kind == .symbolicLink else {
                return Settled(parent: parent, name: name, status: status)
            }
            path = path.following(try parent.readLink(name).description)
            if path.isDirectory {
                let opened = try open(path, [.path, .directory])
                let status = try opened.status()
                return Settled(parent: opened, name: ".", status: status)
            }
        }
        throw SystemError("openat2", .loop)
    }
}

/// A path as a user writes it for `cp`, where `/`, `/.` and `..` at its end say that a directory is meant.
struct CopyPath: Hashable {
    let text: String

    /// One of a container is from its root on.
    init(_ text: String, isInContainer: Bool) {
        self.text = isInContainer && !text.isRooted ? "/" + text : text
    }

    private init(_ text: String) { self.text = text }

    private var parts: [Substring] { text.split(separator: "/") }

    /// Whether only a directory can be meant.
    var isDirectory: Bool {
        text.hasSuffix("/") || parts.last == "." || parts.last == ".." || parts.isEmpty
    }

    /// Whether what is in the directory is meant, and not the directory.
    var isContents: Bool { parts.last == "." || name.isEmpty }

    /// What the place is called; empty where that cannot be told, as for `/` and `..`.
    var name: String {
        var names: [Substring] = []
        for part in parts where part != "." {
            if part == "..", names.last != nil, names.last != ".." { names.removeLast() } else { names.append(part) }
        }
        return names.last.map { $0 == ".." ? "" : String($0) } ?? ""
    }

    /// What is before the last part.
    var parent: CopyPath {
        let above = parts.dropLast().joined(separator: "/")
        return CopyPath((text.isRooted ? "/" : "") + (above.isEmpty && !text.isRooted ? "." : above))
    }

    /// Where a link leads that is the last part.
    func following(_ target: String) -> CopyPath {
        if target.isRooted { return CopyPath(target) }
        let above = parent.text
        return CopyPath(above.hasSuffix("/") ? above + target : above + "/" + target)
    }
}
