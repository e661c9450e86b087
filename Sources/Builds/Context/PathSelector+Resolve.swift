// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import Words

extension PathSelector {
    /// As many links as the kernel follows: path_resolution(7).
    private static let mostLinks = 40

    /// What `source` leads to when the tree is the root, links followed. `written` is for messages.
    mutating func resolve(
        _ source: [UInt8], _ written: String, in tree: borrowing FileTree
    ) throws(BuildError) -> SelectedPath {
        // Lexically first, as for Go: `link/..` is where `link` is.
        let cleaned = LexicalPath.belowRoot(source)
        var rest = Array(cleaned.split(separator: LexicalPath.slash).map { Array($0) }.reversed())
        let name = FileName(rest.first ?? []) ?? ""
        var place = FileName("")
        var status = try self.status(of: place, written, tree)
        var links = 0
        while let part = rest.popLast() {
            if part == [LexicalPath.dot] { continue }
            if part == Array("..".utf8) {
                place = place.parent
                status = try self.status(of: place, written, tree)
                continue
            }
            guard let partName = FileName(part) else {
                throw BuildError(.missing, "\(written) is no path: there is a NUL in it")
            }
            guard status.isDirectory else {
                throw BuildError(.missing, "\(written) is not in \(tree.name): \(place) is no directory")
            }
            let next = place.appending(partName)
            status = try self.status(of: next, written, tree)
            guard status.kind == .symbolicLink else {
                place = next
                continue
            }
            links += 1
            guard links <= Self.mostLinks else {
                throw BuildError(.missing, "\(written) leads to nothing in \(tree.name): its links go in circles")
            }
            let target: [UInt8]
            do throws(SystemError) {
                let directory = try tree.root.open(
                    place.isEmpty ? "." : place, [.path, .directory], resolve: SelectedPath.resolution)
                target = try directory.readLink(partName).bytes
            } catch {
                throw BuildError(.file, "cannot read the link \(next) of \(tree.name)", cause: error)
            }
            if target.first == LexicalPath.slash { place = "" }
            // The parts of the link come next; the directory that it is in was one.
            status = try self.status(of: place, written, tree)
            rest += target.split(separator: LexicalPath.slash).map { Array($0) }.reversed()
        }
        return SelectedPath(place: place, name: name, status: status)
    }

    /// The status of `place`, of a link itself, where it can be seen.
    private mutating func status(
        of place: FileName, _ written: String, _ tree: borrowing FileTree
    ) throws(BuildError) -> FileStatus {
        let status: FileStatus
        do throws(SystemError) {
            let file = try tree.root.open(
                place.isEmpty ? "." : place, [.path, .noFollow], resolve: SelectedPath.resolution)
            status = try file.status()
        } catch {
            guard error.errno == .noEntry || error.errno == .notDirectory else {
                throw BuildError(.file, "cannot find \(written) in \(tree.name)", cause: error)
            }
            throw missing(place, written, tree)
        }
        if isHidden(place, isDirectory: status.isDirectory) {
            throw BuildError(
                .missing,
                "\(written) is not in \(tree.name): \(place) is there, but the ignore file leaves it out: take it back in "
                    + "with a line !\(place)")
        }
        return status
    }

    /// The error for a path that is not there, with a name that may have been meant.
    private mutating func missing(_ place: FileName, _ written: String, _ tree: borrowing FileTree) -> BuildError {
        let above = place.parent
        var names: [String] = []
        if let directory = try? tree.root.open(
            above.isEmpty ? "." : above, [.readOnly, .directory], resolve: SelectedPath.resolution)
        {
            names = ((try? directory.names()) ?? []).filter {
                let isDirectory = (try? directory.status(of: $0).isDirectory) ?? false
                return !isHidden(above.appending($0), isDirectory: isDirectory)
            }.map(\.description)
        }
        var words = "\(written) is not in \(tree.name)"
        if place.description != LexicalPath.text(written) { words += ": there is no \(place)" }
        if let near = nearestWord(to: place.last.description, among: names) {
            words += "; did you mean \(above.appending(FileName(near)))?"
        }
        return BuildError(.missing, words)
    }
}
