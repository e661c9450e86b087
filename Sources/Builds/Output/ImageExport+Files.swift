// SPDX-License-Identifier: Apache-2.0
internal import Images
internal import Linux
internal import OCI

extension ImageExport {
    /// Copies the files of the image into a directory of this machine.
    func writeFiles(to path: String, deletingOthers: Bool, _ options: TreeOptions) throws(BuildError) {
        let output = try OutputDirectory(splitPath(path, options))
        let tree = try FinishedTree(of: image, in: store)
        let statements = try statements(about: tree, options)
        try wrapping { () throws(ImageError) in
            try FileTreeExport.copy(try tree.open(), named: tree.name, latest: epoch, into: output.staging)
            for (name, bytes) in statements {
                do throws(SystemError) {
                    try output.staging.open(FileName(name), [.writeOnly, .create, .exclusive], mode: 0o644).write(bytes)
                    if let epoch {
                        let time = FileTime(seconds: epoch, nanoseconds: 0)
                        try output.staging.setTimes(modified: time, of: FileName(name))
                    }
                } catch {
                    throw .write("\(path)/\(name)", error)
                }
            }
        }
        try output.publish(deletingOthers: deletingOthers)
    }

    private func splitPath(_ path: String, _ options: TreeOptions) -> String {
        options.splitsPlatforms ? "\(path)/\(platformName)" : path
    }

    /// `linux_amd64`.
    private var platformName: String {
        String("\(image.configuration.platform)".map { $0 == "/" ? "_" : $0 })
    }

    /// Writes the files of the image as one tar archive.
    func writeArchive(to place: OutputPlace, _ options: TreeOptions) throws(BuildError) {
        let output = try OutputFile(place)
        let tree = try FinishedTree(of: image, in: store)
        let statements = try statements(about: tree, options)
        try wrapping { () throws(ImageError) in
            var prefix = ""
            if options.splitsPlatforms {
                prefix = platformName + "/"
                try output.write(PlainArchive.directory(platformName))
            }
            for (name, bytes) in statements {
                try output.write(PlainArchive.file(prefix + name, size: Int64(bytes.count), time: epoch ?? 0))
                try output.write(bytes + PlainArchive.padding(after: Int64(bytes.count)))
            }
            try FileTreeExport.writeArchive(
                of: try tree.open(), named: tree.name, below: prefix, latest: epoch
            ) { bytes throws(ImageError) in try output.write(bytes) }
        }
        try output.finish()
    }

    /// The files that say what the others are: each statement is about every one of them.
    private func statements(
        about tree: borrowing FinishedTree, _ options: TreeOptions
    ) throws(BuildError) -> [(name: String, bytes: [UInt8])] {
        guard !attestations.isEmpty else { return [] }
        let subjects: [Attestation.Subject]
        let names: Set<FileName>
        do throws(SystemError) {
            let root = try tree.openRoot()
            subjects = try FileDigests.of(root)
            names = Set(try root.names())
        } catch {
            throw BuildError(.file, "cannot read \(tree.name)", cause: error)
        }
        var result: [(name: String, bytes: [UInt8])] = []
        for attestation in attestations {
            let name = options.attestationPrefix + attestation.fileName
            guard !names.contains(FileName(name)) else {
                throw BuildError(
                    .invalid,
                    "cannot write \(name): the image has a file of that name, write attestation-prefix=PREFIX")
            }
            result.append((name, attestation.statement(about: subjects).bytes()))
        }
        return result
    }
}

/// The files of an image as a container would see them.
struct FinishedTree: ~Copyable {
    /// For messages.
    let name: String
    private let layers: [String]
    private let empty: String
    private let staging: BuildStaging

    init(of image: Image, in store: ImageStore) throws(BuildError) {
        name = "the image \(image.reference?.familiar ?? image.id.short)"
        layers = image.layers.map(\.path)
        let made = try Self.reading { () throws(ImageError) in try store.makeBuildStaging() }
        empty = try Self.reading { () throws(ImageError) in try made.makeDirectory("empty") }
        staging = made
    }

    private static func reading<R: ~Copyable>(_ body: () throws(ImageError) -> R) throws(BuildError) -> R {
        do { return try body() } catch { throw BuildError(error) }
    }

    /// The root, which nobody can write to. An empty layer is below all others, so that there is always a stack: in it,
    /// and not in a layer alone, what hides files is hidden itself.
    func openRoot() throws(SystemError) -> Descriptor {
        try LayerStack.open([empty] + layers, empty: empty)
    }

    func open() throws(ImageError) -> Descriptor {
        do throws(SystemError) { return try openRoot() } catch { throw .read(name, error) }
    }
}

/// The digests of all files of a tree.
enum FileDigests {
    static func of(_ root: borrowing Descriptor) throws(SystemError) -> [Attestation.Subject] {
        var result: [Attestation.Subject] = []
        var path: [FileName] = []
        try root.visitTree { directory, name, status throws(SystemError) in
            if status.isDirectory {
                path.append(name)
                return true
            }
            guard status.kind == .regular else { return false }
            let file = try directory.open(name, [.readOnly, .noFollow, .nonBlocking])
            let place = (path + [name]).map(\.description).joined(separator: "/")
            result.append(.init(name: place, digest: try Digest(of: file)))
            return false
        } leave: { _, _, _ throws(SystemError) in
            path.removeLast()
        }
        return result
    }
}
