// SPDX-License-Identifier: Apache-2.0
internal import Images
internal import Linux
internal import OCI

extension StepWork {
    func materialize(
        _ source: String, of reference: TreeReference, as name: String
    ) throws(BuildError) -> (path: String, isDirectory: Bool) {
        throw BuildError(.unsupported, "mount")
    }

    func makeDirectory(_ path: String, user: String) throws(BuildError) -> [UInt32] {
        do {
            let root = try LayerStack.open(layers, writable: directory)
            var at = ""
            for part in path.split(separator: "/") {
                at += (at.isEmpty ? "" : "/") + part
                do throws(SystemError) { try root.makeDirectory(at) } catch {
                    if error.errno != .exists { throw error }
                }
            }
        } catch { throw BuildError(.file, "mkdir", cause: error) }
        return []
    }

    func carryOut(
        _ copy: CopyOperation
    ) throws(BuildError) -> [UInt32] {
        do {
            let root = try LayerStack.open(layers, writable: directory)
            for source in copy.sources {
                switch source {
                case .path(let path, let reference):
                    try withTree(reference) { tree throws(BuildError) in
                        do {
                            var selector = try PathSelector(filter: tree.filter)
                            let selection = try selector.select(path, in: tree)
                            for selected in selection.paths {
                                if selected.isDirectory {
                                    try plant(selected, selection, tree, copy.destination, root)
                                } else {
                                    let target =
                                        copy.destination.hasSuffix("/")
                                        ? copy.destination + "\(selected.name)" : copy.destination
                                    try file(
                                        try tree.root.open(selected.place, .readOnly), target, root, selected.status)
                                }
                            }
                        } catch let error as BuildError { throw error } catch {
                            throw BuildError(.file, "copy", cause: error)
                        }
                    }
                case .inline(let f):
                    let target = copy.destination.hasSuffix("/") ? copy.destination + f.name : copy.destination
                    try make(above: target, root)
                    try root.open(String(target.drop { $0 == "/" }), [.writeOnly, .create, .truncate], mode: 0o644)
                        .write(f.contents)
                default: throw BuildError(.unsupported, "source")
                }
            }
        } catch let error as BuildError { throw error } catch { throw BuildError(.file, "copy", cause: error) }
        return []
    }

    private func make(above path: String, _ root: borrowing Descriptor) throws(SystemError) {
        var at = ""
        for part in path.split(separator: "/").dropLast() {
            at += (at.isEmpty ? "" : "/") + part
            do throws(SystemError) { try root.makeDirectory(at) } catch {
                if error.errno != .exists { throw error }
            }
        }
    }

    private func file(
        _ from: borrowing Descriptor, _ target: String, _ root: borrowing Descriptor, _ status: FileStatus
    ) throws(SystemError) {
        try make(above: target, root)
        let out = try root.open(String(target.drop { $0 == "/" }), [.writeOnly, .create, .truncate], mode: 0o644)
        var buffer = [UInt8](repeating: 0, count: 1 << 17)
        while true {
            let count = try from.read(into: &buffer)
            if count == 0 { break }
            try out.write(buffer[..<count])
        }
        try out.setPermissions(status.permissions)
        try out.setTimes(modified: status.modified)
    }

    private func plant(
        _ selected: SelectedPath, _ selection: SourceSelection, _ tree: borrowing FileTree, _ destination: String,
        _ root: borrowing Descriptor
    ) throws {
        var walk = try TreeWalk(of: selected, selection.rules, in: tree)
        while try walk.next() {
            let base = destination + "/" + String(decoding: walk.path, as: UTF8.self)
            try make(above: base + "/x", root)
            for entry in walk.entries where entry.status.kind == .regular {
                let name = walk.listing.name(of: entry.name)
                try file(try walk.directory.open(name, .readOnly), base + "/\(name)", root, entry.status)
            }
        }
    }
}
