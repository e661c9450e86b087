// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// One layer's directory, asked for single files: what the layer has of its own, and what of lower layers it hides.
///
/// Nothing is followed: a link on the way to a file hides what is below it as any other file would, and the files that
/// package managers link to are asked for by their own names.
struct LayerFiles: ~Copyable {
    /// What a layer says about a path.
    enum Finding: Hashable {
        /// The layer has nothing there; what is below it shows.
        case absent
        /// Nothing below this layer shows there, and the layer has no file either.
        case hidden
        case file([UInt8])
        /// A directory with these names in it; with `hidesLower`, nothing of lower layers shows there.
        case directory([FileName], hidesLower: Bool)
        /// A file that is larger than any such file is.
        case tooLarge
    }

    /// In bytes: far above the largest list of packages.
    static let largest: Int64 = 1 << 29

    private let root: Descriptor

    /// Opens the layer whose root is the directory `path`.
    init(_ path: String) throws(SystemError) { root = try Descriptor.open(path, [.readOnly, .directory]) }

    /// What the layer has at `path`, which is relative and has no `.` or `..`.
    func find(_ path: String) throws(SystemError) -> Finding {
        var place = try root.duplicate()
        var hidesLower = try Self.isOpaque(place)
        for part in path.pathParts.dropLast() {
            let status: FileStatus
            do throws(SystemError) { status = try place.status(of: FileName(String(part))) } catch {
                guard error.errno == .noEntry else { throw error }
                return hidesLower ? .hidden : .absent
            }
            guard status.isDirectory else { return .hidden }
            place = try place.open(FileName(String(part)), [.readOnly, .directory, .noFollow])
            if try Self.isOpaque(place) { hidesLower = true }
        }
        let name = FileName(path).last
        let status: FileStatus
        do throws(SystemError) { status = try place.status(of: name) } catch {
            guard error.errno == .noEntry else { throw error }
            return hidesLower ? .hidden : .absent
        }
        switch status.kind {
        case .regular:
            guard status.size <= Self.largest else { return .tooLarge }
            return .file(try place.open(name, [.readOnly, .noFollow, .nonBlocking]).readAll(limit: Int(status.size)))
        case .directory:
            let directory = try place.open(name, [.readOnly, .directory, .noFollow])
            if try Self.isOpaque(directory) { hidesLower = true }
            return .directory(try directory.names(), hidesLower: hidesLower)
        default: return .hidden
        }
    }

    /// Whether overlayfs shows nothing of lower layers there (kernel, overlayfs.rst).
    private static func isOpaque(_ directory: borrowing Descriptor) throws(SystemError) -> Bool {
        let key: FileName = "trusted.overlay.opaque"
        guard try directory.attributes(of: ".").contains(key) else { return false }
        return try directory.attribute(key, of: ".") == [UInt8(ascii: "y")]
    }
}
