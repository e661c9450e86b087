// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// What ADD has fetched from elsewhere, in a directory of the worker's own.
enum FetchedSource: Sendable {
    case repository(GitCheckout, directory: String)
    /// `name` is the file's name in the layer.
    case file(path: String, name: String, modified: FileTime)

    /// Copies it.
    func add(to copier: inout FileCopier) throws(BuildError) {
        switch self {
        case .repository(let checkout, let directory):
            let root: Descriptor
            do throws(SystemError) {
                let top = try Descriptor.open(directory, [.readOnly, .directory])
                root = try top.open(
                    checkout.place.isEmpty ? "." : checkout.place, [.readOnly, .directory],
                    resolve: SelectedPath.resolution)
            } catch {
                throw BuildError(.file, "cannot open \(directory)", cause: error)
            }
            try copier.add(checkout: FileTree(root: root, keepsOwners: false, name: "the repository"))
        case .file(let path, let name, let modified):
            let contents: Descriptor
            do throws(SystemError) { contents = try Descriptor.open(path, .readOnly) } catch {
                throw BuildError(.file, "cannot open \(path)", cause: error)
            }
            let file = FetchedFile(name: FileName(name), contents: contents, modified: modified)
            try copier.add(file)
        }
    }
}
