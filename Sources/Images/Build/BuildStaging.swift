// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// A directory of the store in which the layers of a build are made, next to where they will be: publishing one is a
/// rename.
///
/// It goes when this does, with all that was not published. So a process that is forked from the one that has it must
/// leave without ending its scope (`exitImmediately`). If the process is killed, a later command removes it, as soon
/// as no process that was forked from it is left.
public struct BuildStaging: ~Copyable {
    let store: ImageStore
    let staging: Staging

    fileprivate init(_ store: ImageStore) throws(ImageError) {
        self.store = store
        staging = try store.makeStaging()
    }

    /// Absolute.
    public var path: String { staging.path }

    /// Makes the directory `n`, which must not be there, with the directories `upper` and `work` of an overlay, and
    /// returns its path.
    ///
    /// `upper`, which a container sees as its root, gets the owner and the mode of the root of the layer at
    /// `layerPath`: for an image that is ``Image/rootPath``. Without one it is root's and has 0755.
    public func makeLayer(_ n: Int, likeTopOf layerPath: String? = nil) throws(ImageError) -> String {
        let place = "\(path)/\(n)"
        try wrapping({ .write(place, $0) }) { () throws(SystemError) in
            try staging.directory.makeDirectory("\(n)", mode: 0o700)
            let own = try staging.directory.open("\(n)", [.readOnly, .directory, .noFollow])
            try own.makeDirectory("upper", mode: 0o755)
            try own.makeDirectory("work", mode: 0o700)
            // Always: the caller's umask may have taken bits away.
            guard let layerPath else { return try own.setPermissions(0o755, of: "upper") }
            try Self.setRoot(in: own, like: layerPath)
        }
        return place
    }

    /// Does that once more for the layer `n`, of which nobody has used anything yet.
    public func updateLayer(_ n: Int, likeTopOf layerPath: String) throws(ImageError) {
        try wrapping({ [path] in .write("\(path)/\(n)", $0) }) { () throws(SystemError) in
            try Self.setRoot(in: staging.directory.open("\(n)", [.readOnly, .directory, .noFollow]), like: layerPath)
        }
    }

    private static func setRoot(in own: borrowing Descriptor, like layerPath: String) throws(SystemError) {
        let status = try Descriptor.open(layerPath, [.path, .directory]).status()
        try own.setOwner(user: status.user, group: status.group, of: "upper")
        try own.setPermissions(status.permissions, of: "upper")
    }

    /// Makes the empty directory `name`, for what is no layer, and returns its path. Only root can reach it.
    public func makeDirectory(_ name: String) throws(ImageError) -> String {
        let place = "\(path)/\(name)"
        try wrapping({ .write(place, $0) }) { () throws(SystemError) in
            try staging.directory.makeDirectory(name, mode: 0o700)
        }
        return place
    }
}

extension ImageStore {
    /// A new place to make layers in.
    public func makeBuildStaging() throws(ImageError) -> BuildStaging { try BuildStaging(self) }
}
